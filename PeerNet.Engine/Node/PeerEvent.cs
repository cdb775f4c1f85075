namespace PeerNet.Engine.Node;

/// <summary>Something that happened in a node.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Time">When.</param>
/// <param name="Source">The name of the cloud, registration or component it happened to.</param>
/// <param name="Detail">The object that belongs to it, such as a <c>PeerCloud</c>, a <c>PeerRecordChange</c>, or the number of lost events.</param>
public sealed record PeerEvent(PeerEventType Type, string Node, DateTimeOffset Time, string Source, object? Detail)
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Source}";
}
