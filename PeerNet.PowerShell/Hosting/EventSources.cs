using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Hosting;

/// <summary>The objects that events can be had of, the types of events each raises, and how to tell theirs from others.</summary>
internal static class EventSources
{
    private static readonly PeerEventType[] OfCloud =
    [
        PeerEventType.CloudChanged,
        PeerEventType.NameRegistered,
        PeerEventType.NameChanged,
        PeerEventType.NameUnregistered,
        PeerEventType.SplitSuspected,
        PeerEventType.EventsLost,
    ];

    private static readonly PeerEventType[] OfRegistration =
    [
        PeerEventType.NameChanged, PeerEventType.NameUnregistered, PeerEventType.IdentityElsewhere, PeerEventType.EventsLost,
    ];

    private static readonly PeerEventType[] OfDistribution =
        [PeerEventType.DistributionChanged, PeerEventType.EventsLost];

    private static readonly PeerEventType[] OfGraph =
    [
        PeerEventType.GraphStatusChanged,
        PeerEventType.GraphPropertyChanged,
        PeerEventType.RecordChanged,
        PeerEventType.NeighborConnection,
        PeerEventType.DirectConnection,
        PeerEventType.IncomingData,
        PeerEventType.NodeChanged,
        PeerEventType.Synchronized,
        PeerEventType.IdentityElsewhere,
        PeerEventType.EventsLost,
    ];

    private static readonly PeerEventType[] OfPerson =
    [
        PeerEventType.PresenceChanged,
        PeerEventType.PersonNearMeChanged,
        PeerEventType.ContactChanged,
        PeerEventType.EndpointChanged,
        PeerEventType.ObjectChanged,
        PeerEventType.ApplicationChanged,
        PeerEventType.InvitationReceived,
        PeerEventType.InvitationChanged,
        PeerEventType.EventsLost,
    ];

    private static readonly PeerEventType[] OfEndpoint =
        [.. OfPerson.Where(type => type is not (PeerEventType.ContactChanged or PeerEventType.InvitationChanged))];

    private static readonly PeerEventType[] OfInvitation = [PeerEventType.InvitationChanged, PeerEventType.EventsLost];

    private static readonly PeerEventType[] OfGroup = [.. OfGraph, PeerEventType.MemberChanged];

    /// <summary>What a source raises; empty where it is no source of events.</summary>
    public static IReadOnlyList<PeerEventType> GetTypes(object source) => source switch
    {
        string or PeerNodeStatus => Enum.GetValues<PeerEventType>(),
        PeerCloud => OfCloud,
        PeerNameRegistration => OfRegistration,
        PeerDistributionStatus => OfDistribution,
        PeerGraph => OfGraph,
        PeerGroup => OfGroup,
        PeerContact or PeerPresence { Endpoint: null } => OfPerson,
        PeerEndpoint or PeerPersonNearMe or PeerPresence => OfEndpoint,
        PeerInvitation => OfInvitation,
        _ => [],
    };

    /// <summary>A filter for the events of a source.</summary>
    public static Func<PeerEvent, bool> CreateFilter(object source, IEnumerable<PeerEventType> types)
    {
        HashSet<int> wanted = [.. types.Select(type => (int)type), (int)PeerEventType.EventsLost];
        Func<PeerEvent, bool> belongs = source switch
        {
            PeerCloud cloud => happened => IsOf(cloud, happened),
            PeerNameRegistration registration => happened => IsOf(registration, happened),
            PeerGraph graph => happened => happened.Source == graph.Id,
            PeerGroup group => happened => happened.Source == group.PeerName,
            PeerContact contact => happened => happened.Source == contact.PeerName,
            PeerPresence { Endpoint: null } person => happened => happened.Source == person.Contact,
            PeerPresence { Endpoint: { } id } presence => happened => IsOf(presence.Contact, id, happened),
            PeerEndpoint endpoint => happened => IsOf(endpoint.Contact, endpoint.Id, happened),
            PeerPersonNearMe person => happened => IsOf(person.Contact, person.Id, happened),
            PeerInvitation invitation => happened => (happened.Detail as PeerInvitation)?.Id == invitation.Id,
            _ => _ => true,
        };
        return happened => wanted.Contains((int)happened.Type) && belongs(happened);
    }

    /// <summary>Takes in direct connections of a graph, a group, or of all that a node has, for as long as somebody cares.</summary>
    /// <returns>Ends it.</returns>
    public static IDisposable ExpectDirectConnections(PeerNode node, object source) => source switch
    {
        PeerGraph graph => node.Graphs.ExpectDirectConnections(graph.Id),
        PeerGroup group => node.Groups.Graphs.ExpectDirectConnections(group.PeerName),
        _ => new Expectations(node.Graphs.ExpectDirectConnections(graphId: null), node.Groups.Graphs.ExpectDirectConnections(graphId: null)),
    };

    /// <summary>A filter for records and data of some types; events of other kinds pass.</summary>
    public static Func<PeerEvent, bool> CreateTypeFilter(IReadOnlyList<Guid> recordTypes, IReadOnlyList<Guid> dataTypes) =>
        happened => happened.Detail switch
        {
            PeerRecordChange change => recordTypes.Count == 0 || recordTypes.Contains(change.RecordType),
            PeerDataItem item => dataTypes.Count == 0 || dataTypes.Contains(item.DataType),
            _ => true,
        };

    private static bool IsOf(PeerCloud cloud, PeerEvent happened) => happened.Detail switch
    {
        PeerNameRegistration registration => registration.Cloud == cloud.Name,
        _ => happened.Source == cloud.Name,
    };

    private static bool IsOf(PeerNameRegistration registration, PeerEvent happened) =>
        happened.Detail switch
        {
            PeerNameRegistration changed => changed.PnrpId == registration.PnrpId,
            PeerIdentityElsewhere => happened.Source == registration.Name.Value,
            _ => false,
        };

    private static bool IsOf(string person, Guid endpoint, PeerEvent happened) =>
        happened.Source == person && endpoint == happened.Detail switch
        {
            PeerPresence presence => presence.Endpoint,
            PeerPersonChange change => change.Person.Id,
            PeerEndpoint changed => changed.Id,
            PeerObjectChange change => change.Object.Endpoint,
            PeerApplicationChange change => change.Application.Endpoint,
            PeerInvitation invitation => invitation.Endpoint,
            _ => null,
        };

    private sealed class Expectations(IDisposable ofGraphs, IDisposable ofGroups) : IDisposable
    {
        public void Dispose()
        {
            ofGraphs.Dispose();
            ofGroups.Dispose();
        }
    }
}
