using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Finds blocks their places in a store, before they are written, and sees to it that what is said of a segment agrees with
/// what is known of it. Each member takes the gate.
/// </summary>
internal sealed class BlockPlaces(
    CacheVolumes volumes, SegmentTable table, SegmentRemoval removal, StoreRoom room, CounterSet<CacheCounter> counters)
{
    /// <summary>Finds a block of plaintext a place, which stays until <see cref="Complete"/>.</summary>
    /// <param name="segment">What is said of its segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="tag">What the segment is to be found by; empty for nothing.</param>
    /// <param name="isHeld">Whether it is there already.</param>
    /// <returns>Its segment; null where the block is there already, or cannot be.</returns>
    public CachedSegment? Reserve(PeerContentSegment segment, int index, Guid tag, out bool isHeld)
    {
        // What the index knows has to be here before the gate is closed.
        SegmentDescription? known =
            table.FindPlaintext(segment.Id) is { } plaintext ? table.Descriptions.Get(plaintext) : null;
        List<CachedSegment> freed = [];
        CachedSegment? place;
        lock (table.Gate)
        {
            place = Reserve(segment, index, tag, known, freed, out isHeld);
        }

        removal.Free(freed);
        return place;
    }

    /// <summary>The same for a block of ciphertext.</summary>
    public CachedSegment? Reserve(SealedSegment segment, int index, out bool isHeld)
    {
        List<CachedSegment> freed = [];
        CachedSegment? place;
        lock (table.Gate)
        {
            place = Reserve(segment, index, freed, out isHeld);
        }

        removal.Free(freed);
        return place;
    }

    /// <summary>The block is in its place, or could not be written.</summary>
    /// <param name="place">Its segment.</param>
    /// <param name="index">Which it is.</param>
    /// <param name="isWritten">Whether it could be.</param>
    /// <param name="hash">What it was seen to have; empty for ciphertext.</param>
    public void Complete(CachedSegment place, int index, bool isWritten, ReadOnlySpan<byte> hash)
    {
        List<CachedSegment> freed = [];
        lock (table.Gate)
        {
            if (isWritten && !place.IsRemoved && !place.Holds(index))
            {
                table.Hold(place, index);
                Check(place, index, hash);
            }
            else
            {
                volumes.Find(place.Volume)!.Used -= CacheVolume.GetCost(place, index);
            }

            removal.Unpin(place, freed);
        }

        removal.Free(freed);
    }

    // In what follows the gate is held.

    // While it was written, another description may have come, of which it is no block.
    private void Check(CachedSegment place, int index, ReadOnlySpan<byte> hash)
    {
        if (!hash.IsEmpty && table.Descriptions.Find(place.Row) is { } description && description.GetHash(index).SequenceEqual(hash))
        {
            place.SetChecked(index, table.Round);
        }
    }

    private CachedSegment? Reserve(
        PeerContentSegment segment,
        int index,
        Guid tag,
        SegmentDescription? known,
        List<CachedSegment> freed,
        out bool isHeld)
    {
        isHeld = false;
        CachedSegment? place = table.Find(segment.Id);
        if (place is { IsSealed: true })
        {
            // Plaintext that can be checked is worth more.
            removal.Detach(place, freed);
            place = null;
        }

        if (place is null)
        {
            return Create(segment, index, tag, freed);
        }

        if ((table.Descriptions.Find(place.Row) ?? known) is not { } description)
        {
            return null;
        }

        if (IsRefuted(place, description, segment))
        {
            removal.Detach(place, freed);
            return Create(segment, index, tag, freed);
        }

        if (!Agree(place, description, segment, index))
        {
            return null;
        }

        SetTag(place, description, tag);
        isHeld = place.Holds(index);
        if (isHeld)
        {
            table.Touch(place);
            return null;
        }

        return Extend(place, index, freed);
    }

    private CachedSegment? Reserve(SealedSegment segment, int index, List<CachedSegment> freed, out bool isHeld)
    {
        isHeld = false;
        if (table.Find(segment.Id) is not { } place)
        {
            place = new CachedSegment(table.TakeRow(), segment.Id, segment.Version, segment.Length, isSealed: true);
            var description = new SegmentDescription(segment.Version, place.BlockCount) { Tag = segment.Tag };
            return TryAdd(place, index, description, freed) ? place : null;
        }

        bool isSame = place.Length == segment.Length && place.Version == segment.Version;
        isHeld = isSame && place.Holds(index);
        return isSame && place.IsSealed && !isHeld ? Extend(place, index, freed) : null;
    }

    private CachedSegment? Create(PeerContentSegment segment, int index, Guid tag, List<CachedSegment> freed)
    {
        var place = new CachedSegment(table.TakeRow(), segment.Id, segment.Version, segment.Length, isSealed: false);
        SegmentDescription description = SegmentDescription.From(segment, tag);
        description.Merge(segment);
        return TryAdd(place, index, description, freed) ? place : null;
    }

    // Room is made and counted for one block of a new segment.
    private bool TryAdd(CachedSegment place, int index, SegmentDescription description, List<CachedSegment> freed)
    {
        long cost = CacheVolume.GetCost(place, index);
        if (room.Choose(cost, place.BlockCount * CacheVolume.GetCost(place, 0), freed) is not { } volume)
        {
            counters.Add(CacheCounter.StoresFailed);
            return false;
        }

        place.Slot = place.Version == PeerContentVersion.V2 ? volume.Slots.Take() : 0;
        place.Added = table.Clock.Wall;
        place.LastUsed = place.Added;
        place.Stamp = table.Clock.Now;
        place.Pins = 1;
        table.Add(place, volume, cost);
        table.Descriptions.Await(place.Row, description);
        return true;
    }

    private CachedSegment? Extend(CachedSegment place, int index, List<CachedSegment> freed)
    {
        CacheVolume volume = volumes.Find(place.Volume)!;
        long cost = CacheVolume.GetCost(place, index);
        if (!room.Make(volume, cost, place, freed))
        {
            counters.Add(CacheCounter.StoresFailed);
            return null;
        }

        volume.Used += cost;
        place.Pins++;
        table.Touch(place);
        return place;
    }

    // Whether what is known of a segment was made up: so many blocks as it says, HoD is not made of.
    private static bool IsRefuted(CachedSegment place, SegmentDescription description, PeerContentSegment segment) =>
        segment.BlockCount != place.BlockCount && !description.IsProven && SegmentDescription.IsProof(segment);

    // Whether a segment's description says of the block what is known of it; it may know better.
    private bool Agree(CachedSegment place, SegmentDescription description, PeerContentSegment segment, int index)
    {
        if (segment.BlockCount != place.BlockCount || segment.Version != place.Version
            || !segment.HashOfData.SequenceEqual(description.HashOfData))
        {
            return false;
        }

        BlockSet replaced = description.Merge(segment);
        if (description.IsChanged)
        {
            table.Describe(place, description);
        }

        for (int wrong = replaced.NextFrom(0); wrong >= 0; wrong = replaced.NextFrom(wrong + 1))
        {
            table.Forget(place, wrong);
        }

        return segment.GetBlockHash(index).SequenceEqual(description.GetHash(index))
            && AgreeOnLength(place, segment, index);
    }

    // The last block, which has the hash that it must have, shows how long the segment is.
    private bool AgreeOnLength(CachedSegment place, PeerContentSegment segment, int index)
    {
        bool isLast = index == place.BlockCount - 1;
        if (segment.Length == place.Length || !isLast)
        {
            return true;
        }

        if (place.Holds(index))
        {
            return false;
        }

        place.Length = segment.Length;
        table.Changes.Add(place);
        return true;
    }

    private void SetTag(CachedSegment place, SegmentDescription description, Guid tag)
    {
        if (tag != Guid.Empty && tag != description.Tag)
        {
            description.Tag = tag;
            table.Describe(place, description);
        }
    }
}

/// <summary>Writes blocks into their places, for whoever uses the files of a store.</summary>
internal sealed class BlockWriter(CacheVolumes volumes, BlockPlaces places, CounterSet<CacheCounter> counters, ILogger logger)
{
    /// <summary>Stores a block of plaintext.</summary>
    /// <returns>Whether it is held from now on.</returns>
    public bool TryStore(PeerContentSegment segment, int index, ReadOnlySpan<byte> data, Guid tag) =>
        places.Reserve(segment, index, tag, out bool isHeld) is { } place
            ? Write(place, index, data, segment.GetBlockHash(index))
            : isHeld;

    /// <summary>Stores a block of ciphertext.</summary>
    /// <returns>Whether it is held from now on.</returns>
    public bool TryStore(SealedSegment segment, int index, SealedBlock block)
    {
        if (places.Reserve(segment, index, out bool isHeld) is not { } place)
        {
            return isHeld;
        }

        byte[] record = ArrayPool<byte>.Shared.Rent(SealedRecord.GetMaximumLength(place.GetBlockLength(index)));
        try
        {
            int length = SealedRecord.Write(place.Id, index, block, record);
            return Write(place, index, record.AsSpan(0, length), hash: default);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    private bool Write(CachedSegment place, int index, ReadOnlySpan<byte> data, ReadOnlySpan<byte> hash)
    {
        bool isWritten = TryWrite(place, index, data);
        places.Complete(place, index, isWritten, hash);
        return isWritten;
    }

    private bool TryWrite(CachedSegment place, int index, ReadOnlySpan<byte> data)
    {
        try
        {
            volumes.Find(place.Volume)!.Write(place, index, data);
            counters.Add(CacheCounter.BlocksStored);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            counters.Add(CacheCounter.StoresFailed);
            CacheLog.StoreFailed(logger, StorageFailure.Translate(exception, volumes.Location).Message);
            return false;
        }
    }
}
