namespace PeerNet.Engine.Graphing.Storage;

/// <summary>What became of the records of an imported database.</summary>
/// <param name="Accepted">In the database now.</param>
/// <param name="Rejected">Breaking a rule of the protocol.</param>
/// <param name="Expired">Their time was over.</param>
/// <param name="Skipped">Presence, signature and contact records (MS-PPGRH 3.1.4.2).</param>
internal readonly record struct ImportCounts(int Accepted, int Rejected, int Expired, int Skipped);
