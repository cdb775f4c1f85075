using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Node;

/// <summary>Something that happened in a node.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Time">When.</param>
/// <param name="Source">The name of the cloud, registration or component it happened to.</param>
/// <param name="Detail">The object that belongs to it, such as a <c>PeerCloud</c>, a <c>PeerRecordChange</c>, or the number of lost events.</param>
public sealed record PeerEvent(PeerEventType Type, string Node, DateTimeOffset Time, string Source, object? Detail)
{
    // The event itself and what every detail has.
    private const long BaseSize = 512;

    // Data is there as bytes, and as text of two bytes a character.
    private const long WithText = 3;

    /// <summary>About how many bytes it keeps in memory.</summary>
    public long Size => BaseSize + (WithText * Detail switch
    {
        PeerRecordChange change => change.Size,
        PeerDataItem item => item.Data.Length,
        PeerObjectChange change => change.Object.Data.Length,
        PeerApplicationChange change => change.Application.Data.Length,
        PeerInvitation invitation => invitation.Data.Length + (invitation.GroupInvitation?.Length ?? 0),
        string text => text.Length,
        _ => 0,
    });

    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Source}";
}
