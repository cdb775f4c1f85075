namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a connection.</summary>
/// <param name="Change">What has happened.</param>
/// <param name="Connection">The connection as it was then.</param>
/// <param name="Reason">Why it is over, such as <c>Left</c> or <c>Refused</c>; empty while it is not.</param>
public sealed record PeerConnectionChange(PeerConnectionChangeType Change, PeerConnection Connection, string Reason)
{
    /// <summary>What has happened, and to which connection.</summary>
    public override string ToString() => $"{Change} {Connection}";
}
