namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A node as its presence or contact record describes it.</summary>
/// <param name="RecordId">The record.</param>
/// <param name="NodeId">The node's id.</param>
/// <param name="PeerId">Who published the record.</param>
/// <param name="Endpoints">Where the node listens.</param>
/// <param name="Attributes">What its application says about it; only in presence records.</param>
/// <param name="Signature">The graph's signature as it sees it; only in contact records.</param>
internal sealed record KnownNode(
    Guid RecordId,
    ulong NodeId,
    string PeerId,
    IReadOnlyList<GraphEndpoint> Endpoints,
    string Attributes,
    ulong Signature);
