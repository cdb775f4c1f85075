using System.Buffers;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    private long _blocksStored;
    private long _blocksRead;
    private long _storesFailed;
    private long _blocksDamaged;

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(
            IsStorable(segment, index, data.Length) && Use(() => TryStore(segment, index, data.Span, tag), false));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(
            IsStorable(segment, index, destination.Length) && Use(() => TryRead(segment, index, destination.Span), false));
    }

    /// <inheritdoc/>
    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Use(() => ReadBlock(id, index), null));
    }

    private static bool IsStorable(PeerContentSegment segment, int index, int length) =>
        (uint)index < (uint)segment.BlockCount
        && segment.BlockCount <= BlockSet.Capacity
        && segment.Length <= GetMaximumLength(segment.Version)
        && length == segment.GetBlockLength(index)
        && !segment.GetBlockHash(index).IsEmpty;

    private static int GetMaximumLength(PeerContentVersion version) =>
        version == PeerContentVersion.V1 ? BlockSet.Capacity * PeerContentSegment.V1BlockSize : 128 * 1024;

    private T Use<T>(Func<T> action, T closed)
    {
        _usage.EnterReadLock();
        try
        {
            return _isClosed ? closed : action();
        }
        finally
        {
            _usage.ExitReadLock();
        }
    }

    private bool TryStore(PeerContentSegment segment, int index, ReadOnlySpan<byte> data, Guid tag)
    {
        List<CachedSegment> freed = [];
        CachedSegment? place = Reserve(segment, index, tag, freed, out bool isHeld);
        Free(freed);
        if (place is null)
        {
            return isHeld;
        }

        bool isWritten = TryWrite(place, index, data);
        Complete(place, index, isWritten);
        return isWritten;
    }

    // Finds the block a place, which stays until Complete. None where the block is there already, or cannot be.
    private CachedSegment? Reserve(
        PeerContentSegment segment, int index, Guid tag, List<CachedSegment> freed, out bool isHeld)
    {
        // What the index knows has to be here before the gate is closed.
        SegmentDescription? description = FindPlaintext(segment.Id) is { } known ? GetDescription(known) : null;
        lock (_gate)
        {
            isHeld = false;
            if (_segments.TryGetValue(segment.Id, out CachedSegment? place) && place.IsSealed)
            {
                // Plaintext that can be checked is worth more.
                Detach(place, freed);
                place = null;
            }

            if (place is null)
            {
                return Create(segment, index, tag, freed);
            }

            description = _descriptions.Find(place.Row) ?? description;
            if (description is null)
            {
                return null;
            }

            if (IsRefuted(place, description, segment))
            {
                Detach(place, freed);
                return Create(segment, index, tag, freed);
            }

            if (!Agree(place, description, segment, index))
            {
                return null;
            }

            SetTag(place, description, tag);
            isHeld = place.Holds(index);
            return isHeld ? Touch(place, null) : Extend(place, index, freed);
        }
    }

    private CachedSegment? Create(PeerContentSegment segment, int index, Guid tag, List<CachedSegment> freed)
    {
        var place = new CachedSegment(++_lastRow, segment.Id, segment.Version, segment.Length, isSealed: false);
        SegmentDescription description = SegmentDescription.From(segment, tag);
        description.Merge(segment);
        return TryAdd(place, index, description, freed) ? place : null;
    }

    // Gate held. Room is made and counted for one block of a new segment.
    private bool TryAdd(CachedSegment place, int index, SegmentDescription description, List<CachedSegment> freed)
    {
        long cost = CacheVolume.GetCost(place, index);
        if (ChooseVolume(cost, place.BlockCount * CacheVolume.GetCost(place, 0), freed) is not { } volume)
        {
            Interlocked.Increment(ref _storesFailed);
            return false;
        }

        place.Volume = volume.Number;
        place.Slot = place.Version == PeerContentVersion.V2 ? volume.Slots.Take() : 0;
        place.Added = _clock.Wall;
        place.LastUsed = place.Added;
        place.Stamp = _clock.Now;
        place.Pins = 1;
        volume.Used += cost;
        volume.Order.Add(place);
        _segments.Add(place.Id, place);
        _descriptions.Await(place.Row, description);
        return true;
    }

    // Gate held.
    private CachedSegment? Extend(CachedSegment place, int index, List<CachedSegment> freed)
    {
        CacheVolume volume = FindVolume(place.Volume)!;
        long cost = CacheVolume.GetCost(place, index);
        if (!MakeRoom(volume, cost, place, freed))
        {
            Interlocked.Increment(ref _storesFailed);
            return null;
        }

        volume.Used += cost;
        place.Pins++;
        return Touch(place, place);
    }

    // Gate held. Whether what is known of a segment was made up: so many blocks as it says, HoD is not made of.
    private static bool IsRefuted(CachedSegment place, SegmentDescription description, PeerContentSegment segment) =>
        segment.BlockCount != place.BlockCount && !description.IsProven && SegmentDescription.IsProof(segment);

    // Gate held. Whether a segment's description says of the block what is known of it; it may know better.
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
            _descriptions.Await(place.Row, description);
            MarkDirty(place);
        }

        for (int wrong = replaced.NextFrom(0); wrong >= 0; wrong = replaced.NextFrom(wrong + 1))
        {
            Forget(place, wrong);
        }

        return segment.GetBlockHash(index).SequenceEqual(description.GetHash(index))
            && AgreeOnLength(place, segment, index);
    }

    // Gate held. The last block, which has the hash that it must have, shows how long the segment is.
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
        MarkDirty(place);
        return true;
    }

    // Gate held.
    private void SetTag(CachedSegment place, SegmentDescription description, Guid tag)
    {
        if (tag != Guid.Empty && tag != description.Tag)
        {
            description.Tag = tag;
            _descriptions.Await(place.Row, description);
            MarkDirty(place);
        }
    }

    private bool TryWrite(CachedSegment place, int index, ReadOnlySpan<byte> data)
    {
        try
        {
            FindVolume(place.Volume)!.Write(place, index, data);
            Interlocked.Increment(ref _blocksStored);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Interlocked.Increment(ref _storesFailed);
            CacheLog.StoreFailed(_logger, StorageFailure.Translate(exception, Location).Message);
            return false;
        }
    }

    private void Complete(CachedSegment place, int index, bool isWritten)
    {
        List<CachedSegment> freed = [];
        lock (_gate)
        {
            if (isWritten && !place.IsRemoved && !place.Holds(index))
            {
                BlockSet held = place.Held;
                held.Add(index);
                place.Held = held;
                MarkDirty(place);
            }
            else
            {
                FindVolume(place.Volume)!.Used -= CacheVolume.GetCost(place, index);
            }

            Unpin(place, freed);
        }

        Free(freed);
    }

    private bool TryRead(PeerContentSegment segment, int index, Span<byte> destination)
    {
        CachedSegment? place = Pin(segment.Id, index);
        if (place is null)
        {
            return false;
        }

        try
        {
            if (place.IsSealed || place.GetBlockLength(index) != destination.Length || !TryRead(place, index, destination))
            {
                return false;
            }

            if (SegmentCryptography.Matches(segment.HashAlgorithm, destination, segment.GetBlockHash(index)))
            {
                Interlocked.Increment(ref _blocksRead);
                return true;
            }

            // Either the block is damaged, or the caller expects another.
            if (GetDescription(place) is { } description && description.GetHash(index).SequenceEqual(segment.GetBlockHash(index)))
            {
                DropDamaged(place, index);
            }

            return false;
        }
        finally
        {
            Unpin(place);
        }
    }

    private HeldBlock? ReadBlock(SegmentId id, int index)
    {
        CachedSegment? place = Pin(id, index);
        if (place is null)
        {
            return null;
        }

        int length = place.GetBlockLength(index);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(place.IsSealed ? SealedRecord.GetMaximumLength(length) : length);
        HeldBlock? block = null;
        try
        {
            block = place.IsSealed ? ReadSealed(place, index, buffer) : ReadPlaintext(place, index, buffer, length);
            return block;
        }
        finally
        {
            Unpin(place);
            if (block is null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private HeldBlock? ReadPlaintext(CachedSegment place, int index, byte[] buffer, int length)
    {
        if (GetDescription(place) is not { } description || !TryRead(place, index, buffer.AsSpan(0, length)))
        {
            return null;
        }

        if (!SegmentCryptography.Matches(description.Algorithm, buffer.AsSpan(0, length), description.GetHash(index)))
        {
            DropDamaged(place, index);
            return null;
        }

        Interlocked.Increment(ref _blocksRead);
        return new HeldBlock(buffer, length) { Secret = description.Secret };
    }

    private bool TryRead(CachedSegment place, int index, Span<byte> destination)
    {
        CacheVolume volume = FindVolume(place.Volume)!;
        try
        {
            if (volume.Read(place, index, destination) == destination.Length)
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!volume.IsPresent)
            {
                Lose(volume);
                return false;
            }
        }

        DropDamaged(place, index);
        return false;
    }

    // The segment with the block, whose storage stays until Unpin.
    private CachedSegment? Pin(SegmentId id, int index, bool touches = true)
    {
        lock (_gate)
        {
            if (!_segments.TryGetValue(id, out CachedSegment? place) || !place.Holds(index))
            {
                return null;
            }

            place.Pins++;
            return touches ? Touch(place, place) : place;
        }
    }

    private void Unpin(CachedSegment place)
    {
        List<CachedSegment> freed = [];
        lock (_gate)
        {
            Unpin(place, freed);
        }

        Free(freed);
    }

    private void DropDamaged(CachedSegment place, int index)
    {
        Interlocked.Increment(ref _blocksDamaged);
        CacheLog.BlockDamaged(_logger, place.Id, index);
        if (place.Version == PeerContentVersion.V1)
        {
            // Before it is forgotten: nobody stores it again until then.
            TryErase(() => FindVolume(place.Volume)!.EraseBlock(place, index));
        }

        lock (_gate)
        {
            Forget(place, index);
        }
    }

    // Gate held. A segment without blocks goes when the last pin does.
    private void Forget(CachedSegment place, int index)
    {
        if (!place.IsRemoved && place.Holds(index))
        {
            BlockSet held = place.Held;
            held.Remove(index);
            place.Held = held;
            FindVolume(place.Volume)!.Used -= CacheVolume.GetCost(place, index);
            MarkDirty(place);
        }
    }
}
