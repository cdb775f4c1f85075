using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// The graph info record: MS-PPGRH 3.1.7.7, 3.1.7.10.2. It lives 300 seconds, and the specification names nobody who
/// renews it when its creator is gone; then the graph would lose its properties. So the creator renews it as an
/// auto-refreshed record; if it does not, the signature node; and if that one does not either, whoever's chance comes
/// first. A node never purges it.
/// </summary>
internal sealed partial class GraphMachine
{
    private static readonly TimeSpan CreatorLead = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SignatureNodeLead = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OthersLead = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan OthersSpread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LateSpread = TimeSpan.FromSeconds(30);

    private GraphRecord? _graphInfo;
    private TimeSpan _graphInfoDue = TimeSpan.MaxValue;

    /// <summary>Changes the graph's properties; only its creator may.</summary>
    /// <exception cref="PeerException">NotAuthorized, GraphNotReady, InvalidArgument, or what the provider or the store
    /// say.</exception>
    public void SetProperties(Moment now, GraphProperties properties)
    {
        RequireReady();
        if (!IsCreator)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Only its creator changes the properties of the graph '{_settings.GraphId}'.", _settings.GraphId);
        }

        RequireProperties(properties);
        Enter(now);
        Publish(Secure(Renewed(properties), RecordAction.Update), RecordChange.Updated);
        Settle();
    }

    // Nothing deletes it (MS-PPGRH 3.1.7.7), and neither graph nor creator ever change (2.2.3.1).
    private bool IsSoundGraphInfo(GraphRecord record) =>
        !record.IsDeleted
        && GraphInfoPayload.TryRead(record.Payload.Span, _settings.GraphId, out GraphProperties properties)
        && properties.CreatorId == record.CreatorId
        && (Properties is null || (properties.CreatorId == Properties.CreatorId && IsChangeAllowed(record, properties)));

    /// <summary>Only the creator changes the properties; others do no more than renew them. Where there is a security
    /// provider, it knows who may, and who it was.</summary>
    private bool IsChangeAllowed(GraphRecord record, GraphProperties properties) =>
        _settings.Provider is not null
        || properties == Properties
        || record.ModifierId.Length == 0
        || record.ModifierId == record.CreatorId;

    private bool IsCreator => Properties?.CreatorId == _settings.PeerId;

    private void RequireProperties(GraphProperties properties)
    {
        if (!GraphInfoPayload.IsValid(properties))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "The properties are not valid: a name has up to 255 characters, a comment up to 511, a presence lasts 0 or at "
                    + "least 300 seconds, and a record may have 0 or 1,024 to 62,914,560 bytes.",
                properties);
        }

        if (properties.GraphId != _settings.GraphId || properties.CreatorId != _settings.PeerId)
        {
            throw PeerErrors.InvalidArgument.Exception("The ids of a graph and of its creator never change.", properties);
        }
    }

    // Who only renews the record without a provider to sign it leaves the modifier as it was: it tells who has set the
    // properties, to nodes that have missed the change itself.
    private GraphRecord Renewed(GraphProperties properties)
    {
        GraphRecord renewed = Revise(
            _graphInfo!,
            GraphInfoPayload.Encode(properties),
            PeerNow + _options.GraphInfoLifetime);
        return IsCreator || _settings.Provider is not null ? renewed : renewed with { ModifierId = properties.CreatorId };
    }

    private void AfterGraphInfo(GraphRecord record)
    {
        _graphInfo = record;
        if (GraphInfoPayload.TryRead(record.Payload.Span, _settings.GraphId, out GraphProperties properties) && properties != Properties)
        {
            Properties = properties;
            _output.Do(new GraphDeed.PropertiesChanged());
            MaintainPresence();
        }

        ScheduleGraphInfo();
    }

    private void ScheduleGraphInfo()
    {
        if (_graphInfo is null)
        {
            return;
        }

        TimeSpan left = _graphInfo.Expires - PeerNow;
        TimeSpan lead = IsCreator ? CreatorLead
            : _signature == NodeId ? SignatureNodeLead
            : OthersLead - _random.NextTimeSpan(OthersSpread);

        // A node that opens an old database gives the graph, if there is one, time to tell what is true now.
        TimeSpan delay = left > lead ? left - lead
            : IsCreator ? ShortestAutoRefresh
            : left > TimeSpan.Zero ? TimeSpan.FromSeconds(1)
            : ShortestAutoRefresh + _random.NextTimeSpan(LateSpread);
        _graphInfoDue = _now.Elapsed + Earlier(delay, LongestExpiration);
    }

    private void AdvanceGraphInfo()
    {
        if (_now.Elapsed < _graphInfoDue)
        {
            return;
        }

        _graphInfoDue = TimeSpan.MaxValue;
        if (_isReady && Properties is not null && TryPublish(Renewed(Properties), RecordAction.Update) is null)
        {
            // Whoever may, does.
            _graphInfoDue = _now.Elapsed + _options.GraphInfoLifetime;
        }
    }
}
