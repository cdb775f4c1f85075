using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <content>Takes the records to another machine, in a <see cref="DatabaseFile"/>.</content>
internal sealed partial class RecordStore
{
    /// <summary>What an exported database says of its graph.</summary>
    /// <exception cref="PeerException">There is no such file, or it is damaged or of another kind or version.</exception>
    public static GraphState ReadExported(string path, CancellationToken cancellationToken)
    {
        using DatabaseFileReader reader = DatabaseFileReader.Open(path, cancellationToken);
        return reader.State;
    }

    /// <summary>Writes all records into a file, which is there as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing one is replaced.</param>
    /// <param name="cancellationToken">Gives up; there is no file then, or the one there was.</param>
    /// <exception cref="PeerException">There is such a file, it cannot be written, or the database is damaged.</exception>
    public Task ExportAsync(string path, bool overwrite, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, isPrivate: true, overwrite, stream =>
        {
            using var writer = new DatabaseFileWriter(stream);
            writer.Begin(State);
            _database.Query("SELECT bytes, checksum FROM record ORDER BY number", row =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(_rows.Decode(row, bytes: 0, checksum: 1));
            });
            writer.End();
            return Task.CompletedTask;
        });

    /// <summary>Puts the records of an exported database in the place of all that are here, and what it says of the graph too.
    /// Where it throws, everything is as before. Nobody has validated the records: that is left to who opens the graph.</summary>
    /// <param name="path">The file.</param>
    /// <param name="utcNow">Tells what has expired.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">There is no such file, it is damaged, or belongs to another graph or peer; or the disk is
    /// full.</exception>
    public ImportCounts Import(string path, DateTimeOffset utcNow, CancellationToken cancellationToken)
    {
        using DatabaseFileReader reader = DatabaseFileReader.Open(path, cancellationToken);
        if (reader.State.GraphId != State.GraphId || reader.State.PeerId != State.PeerId)
        {
            throw PeerErrors.InvalidDatabase.Exception(
                $"'{path}' holds the graph '{reader.State.GraphId}' of the peer '{reader.State.PeerId}', not the graph "
                + $"'{State.GraphId}' of the peer '{State.PeerId}'.",
                path);
        }

        ImportCounts counts = default;
        Change(() =>
        {
            foreach (Guid id in _index.Ids)
            {
                Remove(id);
            }

            counts = Take(reader, PeerTime.FromUtc(utcNow, reader.State.PeerTimeDelta), cancellationToken);
            Save(reader.State with { IsJudged = false });
        });
        return counts;
    }

    private ImportCounts Take(DatabaseFileReader reader, PeerTime now, CancellationToken cancellationToken)
    {
        (int accepted, int rejected, int expired, int skipped) = (0, 0, 0, 0);
        while (reader.Read() is { } bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RecordRules.Read(bytes, State.GraphId, 0, out GraphRecord? record) != RecordFault.None
                || _index.TryGet(record!.Id, out _))
            {
                rejected++;
            }
            else if (IsOfTheMoment(record.Type))
            {
                skipped++;
            }
            else if (record.Expires <= now)
            {
                expired++;
            }
            else
            {
                Put(record);
                accepted++;
            }
        }

        return new(accepted, rejected, expired, skipped);
    }
}
