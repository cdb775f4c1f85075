using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>Checks what callers ask for, and says everything that is wrong with it at once.</summary>
internal static class GraphRequests
{
    private static readonly Guid[] OfGraphs =
        [RecordTypes.GraphInfo, RecordTypes.Signature, RecordTypes.Contact, RecordTypes.Presence];

    // MS-PPSEC 2.2.3, and PeerNet's own third one.
    private static readonly Guid[] OfGroups =
    [
        new("01000000-0000-0000-0000-000000000000"),
        new("02000000-0000-0000-0000-000000000000"),
        new("03000000-0000-0000-0000-000000000000"),
    ];

    private static readonly Guid[] Reserved = [.. OfGraphs, .. OfGroups];

    public static void Validate(PeerGraphCreation creation) => Require(
        [
            .. IdErrors(creation.GraphId, "graph"),
            .. IdErrors(creation.PeerId, "peer"),
            .. PropertyErrors(creation.Properties.FriendlyName, creation.Properties.Comment, creation.Properties.PresenceLifetime,
                creation.Properties.MaxPresence, creation.Properties.MaxRecordSize),
        ],
        creation.GraphId);

    public static void Validate(PeerGraphOpening opening) => Require(
        [.. IdErrors(opening.GraphId, "graph"), .. IdErrors(opening.PeerId, "peer")], opening.GraphId);

    public static void Validate(PeerGraphChange change) => Require(
        [
            .. PropertyErrors(change.FriendlyName, change.Comment, change.PresenceLifetime, change.MaxPresence, change.MaxRecordSize),
            .. LengthErrors(change.NodeAttribute, PeerGraphNode.MaximumAttributes, "node attributes"),
        ],
        change);

    /// <summary>Fails for the types that graphs and groups keep for themselves.</summary>
    public static void RequirePublic(Guid type)
    {
        if (Reserved.Contains(type))
        {
            throw PeerErrors.NotAuthorized.Exception($"Records of the type {type} are the protocol's own.", type);
        }
    }

    /// <summary>The properties of a new graph as the wire has them.</summary>
    public static GraphProperties Translate(PeerGraphCreation creation, string creatorId) => new()
    {
        GraphId = creation.GraphId,
        CreatorId = creatorId,
        FriendlyName = creation.Properties.FriendlyName,
        Comment = creation.Properties.Comment,
        Scope = creation.Properties.Scope == PeerGraphScope.Any ? PeerGraphScope.Global : creation.Properties.Scope,
        DefersExpiration = creation.Properties.DeferExpiration,
        PresenceSeconds = (uint)creation.Properties.PresenceLifetime.TotalSeconds,
        MaximumPresence = unchecked((uint)creation.Properties.MaxPresence),
        MaximumRecordSize = creation.Properties.MaxRecordSize is var size && size >= PeerGraphProperties.HighestRecordSize
            ? 0
            : (uint)size,
    };

    /// <summary>The search for the records that a query wants.</summary>
    /// <exception cref="PeerException">The XML or the filter does not follow its syntax.</exception>
    public static RecordSearch Translate(PeerRecordQuery query) => new()
    {
        Types = query.Types.Count > 0 ? query.Types : Reserved,
        IsExclusion = query.Types.Count == 0,
        CreatorId = query.CreatorId,
        IncludesDeleted = query.IncludeDeleted,
        Query = query.Query is { } xml ? SearchQuery.ParseXml(xml)
            : query.Filter is { } filter ? SearchQuery.ParseFilter(filter)
            : null,
    };

    private static void Require(string[] errors, object target)
    {
        if (errors.Length > 0)
        {
            throw PeerErrors.InvalidArgument.Exception(string.Join(" ", errors), target);
        }
    }

    private static IEnumerable<string> IdErrors(string? id, string what)
    {
        if (id is not null && (id.Length is 0 or > PeerGraph.MaximumId || id.Contains('\0', StringComparison.Ordinal)))
        {
            yield return $"A {what} id has 1 to {PeerGraph.MaximumId} characters, none of them NUL.";
        }
    }

    private static IEnumerable<string> PropertyErrors(
        string? friendlyName, string? comment, TimeSpan? presence, int? maximumPresence, int? recordSize)
    {
        foreach (string error in LengthErrors(friendlyName, PeerGraphProperties.MaximumFriendlyName, "friendly name")
            .Concat(LengthErrors(comment, PeerGraphProperties.MaximumComment, "comment")))
        {
            yield return error;
        }

        if (presence is { } lifetime && lifetime != TimeSpan.Zero
            && (lifetime < PeerGraphProperties.LeastPresenceLifetime || lifetime.TotalSeconds > uint.MaxValue))
        {
            yield return "Presence lasts 300 seconds or more, or 0 for 300.";
        }

        if (maximumPresence < -1)
        {
            yield return "The highest number of nodes that are present is -1 for all, or 0 and more.";
        }

        if (recordSize is { } size and not 0
            && size is < PeerGraphProperties.LeastRecordSize or > PeerGraphProperties.HighestRecordSize)
        {
            yield return "The highest record size is 1 KB to 60 MB, or 0 for 60 MB.";
        }
    }

    private static IEnumerable<string> LengthErrors(string? text, int maximum, string what)
    {
        if (text is not null && (text.Length > maximum || text.Contains('\0', StringComparison.Ordinal)))
        {
            yield return $"The {what} has at most {maximum} characters, none of them NUL.";
        }
    }
}
