namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Whom to connect to.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="PeerId">Who is there (MS-PPGRH 3.1.7.24); null where nobody has said.</param>
internal readonly record struct DialTarget(GraphEndpoint Endpoint, string? PeerId);
