namespace PeerNet.Engine.Transport;

/// <summary>An attempt to use a place.</summary>
/// <param name="Place">The place.</param>
/// <param name="Outcome">What came of it.</param>
internal readonly record struct MulticastAttempt(MulticastPlace Place, MulticastOutcome Outcome);
