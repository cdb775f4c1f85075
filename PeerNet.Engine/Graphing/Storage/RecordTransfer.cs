using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Takes the records of a graph to another machine, in a <see cref="DatabaseFile"/>.</summary>
internal static class RecordTransfer
{
    /// <summary>What an exported database says of its graph.</summary>
    /// <exception cref="PeerException">There is no such file, or it is damaged or of another kind or version.</exception>
    public static GraphState ReadState(string path, CancellationToken cancellationToken)
    {
        using DatabaseFileReader reader = DatabaseFileReader.Open(path, cancellationToken);
        return reader.State;
    }

    /// <summary>Writes all records into a file, which is there as a whole or not at all.</summary>
    /// <param name="store">The records.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing one is replaced.</param>
    /// <param name="cancellationToken">Gives up; there is no file then, or the one there was.</param>
    /// <exception cref="PeerException">There is such a file, it cannot be written, or the database is damaged.</exception>
    public static Task ExportAsync(RecordStore store, string path, bool overwrite, CancellationToken cancellationToken) =>
        ExportAsync(store.Readers, store.State, path, overwrite, cancellationToken);

    /// <summary>Writes all records that are committed; for any thread.</summary>
    /// <param name="readers">Who reads them.</param>
    /// <param name="state">What is kept beside them.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">As there.</param>
    /// <param name="cancellationToken">As there.</param>
    public static Task ExportAsync(
        RecordReaders readers, GraphState state, string path, bool overwrite, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, isPrivate: true, overwrite, stream => readers.UseAsync(
            reader =>
            {
                using var writer = new DatabaseFileWriter(stream);
                writer.Begin(state);
                reader.ForEach(writer.Write);
                writer.End();
                return true;
            },
            cancellationToken));

    /// <summary>Puts the records of an exported database in the place of all that are here, and what it says of the graph too.
    /// Where it throws, everything is as before. Nobody has validated the records: that is left to who opens the graph.</summary>
    /// <param name="store">The records.</param>
    /// <param name="path">The file.</param>
    /// <param name="utcNow">Tells what has expired.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">There is no such file, it is damaged, or belongs to another graph or peer; or the disk is
    /// full.</exception>
    public static ImportCounts Import(
        RecordStore store, string path, DateTimeOffset utcNow, CancellationToken cancellationToken)
    {
        using DatabaseFileReader reader = DatabaseFileReader.Open(path, cancellationToken);
        if (reader.State.GraphId != store.State.GraphId || reader.State.PeerId != store.State.PeerId)
        {
            throw PeerErrors.InvalidDatabase.Exception(
                $"'{path}' holds the graph '{reader.State.GraphId}' of the peer '{reader.State.PeerId}', not the graph "
                + $"'{store.State.GraphId}' of the peer '{store.State.PeerId}'.",
                path);
        }

        ImportCounts counts = default;
        store.Batch.Change(() =>
        {
            store.Clear();
            counts = Take(store, reader, PeerTime.FromUtc(utcNow, reader.State.PeerTimeDelta), cancellationToken);
            store.Save(reader.State with { IsJudged = false });
        });
        return counts;
    }

    private static ImportCounts Take(
        RecordStore store, DatabaseFileReader reader, PeerTime now, CancellationToken cancellationToken)
    {
        (int accepted, int rejected, int expired, int skipped) = (0, 0, 0, 0);
        while (reader.Read() is { } bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RecordRules.Read(bytes, store.State.GraphId, 0, out GraphRecord? record) != RecordFault.None
                || store.TryGetKey(record!.Id, out _))
            {
                rejected++;
            }
            else if (RecordStore.IsOfTheMoment(record.Type))
            {
                skipped++;
            }
            else if (record.Expires <= now)
            {
                expired++;
            }
            else
            {
                store.Put(record);
                accepted++;
            }
        }

        return new(accepted, rejected, expired, skipped);
    }
}
