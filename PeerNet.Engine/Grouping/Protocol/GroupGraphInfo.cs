using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Grouping.Protocol.Records;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// What the graph below a group is like (MS-PPSEC 3.1.4.1). It follows from the group's properties, which the group's key
/// signs, so that any member may publish the graph info record anew: it can say one thing only.
/// </summary>
/// <remarks>The specification also puts the group's friendly name into it. That one can change, and is read from the group's
/// properties; here the graph has none.</remarks>
internal static class GroupGraphInfo
{
    /// <summary>The graph's properties; null where the group's cloud is none.</summary>
    public static GraphProperties? Of(SecurityProperties properties) =>
        !GroupClouds.TryGetScope(properties.Cloud, out PeerGraphScope scope) ? null : new()
        {
            GraphId = properties.Group.Value,
            CreatorId = properties.Creator.Value,
            Scope = scope,
            DefersExpiration = properties.DefersExpiration,
            PresenceSeconds = (uint)properties.PresenceLifetime.TotalSeconds,

            // The specification has the two the other way round; no presence is 0 (MS-PPGRH 2.2.3.1).
            MaximumPresence = properties.PresenceDisabled ? 0 : GraphProperties.EveryNode,
        };

    /// <summary>Whether a graph info record says what it has to say.</summary>
    public static bool IsOf(SecurityProperties properties, ReadOnlySpan<byte> payload) =>
        GraphInfoPayload.TryRead(payload, properties.Group.Value, out GraphProperties said) && said == Of(properties);
}
