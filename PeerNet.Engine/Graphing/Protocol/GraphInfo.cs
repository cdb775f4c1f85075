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
/// <param name="core">What the parts share.</param>
/// <param name="records">Publishes.</param>
/// <param name="signature">The graph's signature.</param>
/// <param name="changed">Told when the properties are known, or others.</param>
internal sealed class GraphInfo(GraphCore core, OwnRecords records, GraphSignature signature, Action changed)
{
    private static readonly TimeSpan CreatorLead = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SignatureNodeLead = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OthersLead = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan OthersSpread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LateSpread = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private GraphRecord? _record;

    /// <summary>When this node renews the record, unless another one has.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    private bool IsCreator => core.Properties?.CreatorId == core.Settings.PeerId;

    /// <summary>Fails for properties that cannot be.</summary>
    /// <exception cref="PeerException">InvalidArgument.</exception>
    public void Require(GraphProperties properties)
    {
        if (!GraphInfoPayload.IsValid(properties))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "The properties are not valid: a name has up to 255 characters, a comment up to 511, a presence lasts 0 or at "
                    + "least 300 seconds, and a record may have 0 or 1,024 to 62,914,560 bytes.",
                properties);
        }

        if (properties.GraphId != core.Settings.GraphId || properties.CreatorId != core.Settings.PeerId)
        {
            throw PeerErrors.InvalidArgument.Exception("The ids of a graph and of its creator never change.", properties);
        }
    }

    /// <summary>Publishes the record of a new graph.</summary>
    /// <exception cref="PeerException">What the store or the provider say.</exception>
    public void Create(GraphProperties properties) => records.Publish(
        records.Secure(
            records.New(RecordTypes.GraphInfo, GraphInfoPayload.Encode(properties), core.PeerNow + GraphOptions.GraphInfoLifetime),
            RecordAction.Add),
        PeerRecordChangeType.Added);

    /// <summary>Changes the graph's properties; only its creator may.</summary>
    /// <exception cref="PeerException">NotAuthorized, GraphNotReady, InvalidArgument, or what the provider or the store
    /// say.</exception>
    public void Change(GraphProperties properties)
    {
        core.RequireReady();
        if (!IsCreator)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Only its creator changes the properties of the graph '{core.Settings.GraphId}'.", core.Settings.GraphId);
        }

        Require(properties);
        records.Publish(records.Secure(Renewed(properties), RecordAction.Update), PeerRecordChangeType.Updated);
    }

    // Nothing deletes it (MS-PPGRH 3.1.7.7), and neither graph nor creator ever change (2.2.3.1).
    public bool IsSound(GraphRecord record) =>
        !record.IsDeleted
        && GraphInfoPayload.TryRead(record.Payload.Span, core.Settings.GraphId, out GraphProperties properties)
        && properties.CreatorId == record.CreatorId
        && (core.Properties is null
            || (properties.CreatorId == core.Properties.CreatorId && IsChangeAllowed(record, properties)));

    /// <summary>The record is in the store.</summary>
    public void Kept(GraphRecord record)
    {
        _record = record;
        if (GraphInfoPayload.TryRead(record.Payload.Span, core.Settings.GraphId, out GraphProperties properties)
            && properties != core.Properties)
        {
            core.Properties = properties;
            core.Output.Do(new GraphDeed.PropertiesChanged());
            changed();
        }

        Schedule();
    }

    public void Schedule()
    {
        if (_record is null)
        {
            return;
        }

        TimeSpan left = _record.Expires - core.PeerNow;
        TimeSpan lead = IsCreator ? CreatorLead
            : signature.Value == core.NodeId ? SignatureNodeLead
            : OthersLead - core.Random.NextTimeSpan(OthersSpread);

        // A node that opens an old database gives the graph, if there is one, time to tell what is true now.
        TimeSpan delay = left > lead ? left - lead
            : IsCreator ? OwnRecords.ShortestRefresh
            : left > TimeSpan.Zero ? TimeSpan.FromSeconds(1)
            : OwnRecords.ShortestRefresh + core.Random.NextTimeSpan(LateSpread);
        Due = core.Elapsed + Moment.Least(delay, Longest);
    }

    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        Due = TimeSpan.MaxValue;
        if (core.IsReady && core.Properties is { } properties
            && records.TryPublish(Renewed(properties), RecordAction.Update) is null)
        {
            // Whoever may, does.
            Due = core.Elapsed + GraphOptions.GraphInfoLifetime;
        }
    }

    /// <summary>Only the creator changes the properties; others do no more than renew them. Where there is a security
    /// provider, it knows who may, and who it was.</summary>
    private bool IsChangeAllowed(GraphRecord record, GraphProperties properties) =>
        core.Settings.Provider is not null
        || properties == core.Properties
        || record.ModifierId.Length == 0
        || record.ModifierId == record.CreatorId;

    // Who only renews the record without a provider to sign it leaves the modifier as it was: it tells who has set the
    // properties, to nodes that have missed the change itself.
    private GraphRecord Renewed(GraphProperties properties)
    {
        GraphRecord renewed = records.Revise(
            _record!, GraphInfoPayload.Encode(properties), core.PeerNow + GraphOptions.GraphInfoLifetime);
        return IsCreator || core.Settings.Provider is not null ? renewed : renewed with { ModifierId = properties.CreatorId };
    }
}
