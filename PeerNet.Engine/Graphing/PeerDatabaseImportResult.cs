using System.Globalization;

namespace PeerNet.Engine.Graphing;

/// <summary>What became of the records of an imported database.</summary>
/// <param name="GraphId">The graph.</param>
/// <param name="Accepted">Records that are in the database now.</param>
/// <param name="Rejected">Records that are not valid.</param>
/// <param name="Expired">Records whose time was over.</param>
/// <param name="Skipped">Presence, signature and contact records, which belong to the past (MS-PPGRH 3.1.4.2).</param>
public sealed record PeerDatabaseImportResult(string GraphId, int Accepted, int Rejected, int Expired, int Skipped)
{
    /// <summary>What was taken, in a few words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{GraphId}: {Accepted} records accepted, {Rejected} rejected");
}
