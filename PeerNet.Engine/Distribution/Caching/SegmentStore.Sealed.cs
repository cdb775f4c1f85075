using System.Buffers;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

internal sealed partial class SegmentStore
{
    /// <inheritdoc/>
    public ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var place = segment.Length > 0 && segment.Length <= GetMaximumLength(segment.Version)
            ? new CachedSegment(0, segment.Id, segment.Version, segment.Length, isSealed: true)
            : null;
        return ValueTask.FromResult(
            place is not null
            && (uint)index < (uint)place.BlockCount
            && SealedRecord.IsPossible(block, place.GetBlockLength(index))
            && Use(() => TryStore(segment, index, block), false));
    }

    private bool TryStore(SealedSegment segment, int index, SealedBlock block)
    {
        List<CachedSegment> freed = [];
        CachedSegment? place = Reserve(segment, index, freed, out bool isHeld);
        Free(freed);
        if (place is null)
        {
            return isHeld;
        }

        byte[] record = ArrayPool<byte>.Shared.Rent(SealedRecord.GetMaximumLength(place.GetBlockLength(index)));
        try
        {
            int length = SealedRecord.Write(place.Id, index, block, record);
            bool isWritten = TryWrite(place, index, record.AsSpan(0, length));
            Complete(place, index, isWritten);
            return isWritten;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    private CachedSegment? Reserve(SealedSegment segment, int index, List<CachedSegment> freed, out bool isHeld)
    {
        lock (_gate)
        {
            isHeld = false;
            if (!_segments.TryGetValue(segment.Id, out CachedSegment? place))
            {
                place = new CachedSegment(++_lastRow, segment.Id, segment.Version, segment.Length, isSealed: true);
                var description = new SegmentDescription(segment.Version, place.BlockCount) { Tag = segment.Tag };
                return TryAdd(place, index, description, freed) ? place : null;
            }

            isHeld = place.Length == segment.Length && place.Version == segment.Version && place.Holds(index);
            return isHeld || !place.IsSealed || place.Length != segment.Length || place.Version != segment.Version
                ? null
                : Extend(place, index, freed);
        }
    }

    private HeldBlock? ReadSealed(CachedSegment place, int index, byte[] buffer)
    {
        if (!TryReadRecord(place, index, buffer, out int length))
        {
            return null;
        }

        if (!SealedRecord.TryRead(
            place.Id, index, buffer.AsSpan(0, length), out BlockCipher cipher, out Range vector, out Range ciphertext))
        {
            DropDamaged(place, index);
            return null;
        }

        byte[] initialization = buffer[vector];
        Span<byte> content = buffer.AsSpan(ciphertext);
        content.CopyTo(buffer);
        Interlocked.Increment(ref _blocksRead);
        return new HeldBlock(buffer, content.Length) { Cipher = cipher, InitializationVector = initialization };
    }

    // A record says itself how long it is: the last one of a file may end before the longest would.
    private bool TryReadRecord(CachedSegment place, int index, byte[] buffer, out int length)
    {
        CacheVolume volume = FindVolume(place.Volume)!;
        length = 0;
        try
        {
            length = volume.Read(
                place, index, buffer.AsSpan(0, SealedRecord.GetMaximumLength(place.GetBlockLength(index))));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (volume.IsPresent)
            {
                DropDamaged(place, index);
            }
            else
            {
                Lose(volume);
            }

            return false;
        }
    }
}
