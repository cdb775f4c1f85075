namespace PeerNet.Engine.Graphing;

/// <summary>How far connecting to a graph has come.</summary>
/// <param name="Stage">What is done now.</param>
/// <param name="Target">With whom; empty where it is nobody in particular.</param>
/// <param name="Records">How many records are here.</param>
public sealed record PeerGraphProgress(string Stage, string Target, int Records);
