namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>An entry of the NextHopStack.</summary>
/// <param name="Entry">The node.</param>
/// <param name="UseCount">How often it has been asked.</param>
internal readonly record struct NextHop(RouteEntry? Entry, int UseCount);
