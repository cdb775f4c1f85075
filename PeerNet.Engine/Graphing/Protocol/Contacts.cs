using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Contacts: MS-PPGRH 1.3.2.2, 3.1.6.3, 3.1.7.5, 3.1.7.10.4, 3.1.7.12.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="records">Publishes.</param>
/// <param name="signature">The graph's signature.</param>
/// <param name="met">Told of each node that has told of itself.</param>
internal sealed class Contacts(GraphCore core, OwnRecords records, GraphSignature signature, Action<KnownNode> met)
    : NodeRecords(core, records, RecordTypes.Contact, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(180), met)
{
    /// <summary>Fewest contacts that the graph should have; at most five more are fine (MS-PPGRH 3.1.7.12).</summary>
    public int Minimum => GraphFormulas.MinimumContacts(signature.Value ?? ulong.MaxValue);

    /// <summary>Whether this node is one of them.</summary>
    public bool IsContact => Own is not null;

    protected override bool HasTooFew => Own is null && Core.Endpoints.Length > 0 && Known.Count < Minimum;

    protected override bool HasTooMany => Own is not null && Known.Count > Minimum + GraphFormulas.ContactSpread;

    protected override bool MayPublish => signature.Value is not null;

    protected override PeerTime Expires => Core.PeerNow + GraphOptions.ContactLifetime;

    protected override byte[] Encode() => new ContactPayload(signature.Value ?? Core.NodeId, Core.NodeId, Core.Endpoints).Encode();

    protected override KnownNode? Read(GraphRecord record) => ContactPayload.TryRead(record.Payload.Span, out ContactPayload contact)
        ? new(record.Id, contact.NodeId, record.CreatorId, contact.Endpoints, "", contact.Signature)
        : null;

    protected override bool IsCurrent(KnownNode own) => signature.Value is null || own.Signature == signature.Value;
}
