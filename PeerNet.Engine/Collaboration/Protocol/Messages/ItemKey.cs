namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Which of the things that an endpoint publishes.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id; empty for the presence.</param>
internal readonly record struct ItemKey(ItemKind Kind, Guid Id)
{
    public static ItemKey Presence { get; } = new(ItemKind.Presence, Guid.Empty);
}
