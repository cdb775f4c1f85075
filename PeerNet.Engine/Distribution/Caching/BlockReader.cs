using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Reads blocks and checks them, for whoever uses the files of a store. What is not what was stored is dropped.</summary>
internal sealed class BlockReader(
    CacheVolumes volumes, SegmentTable table, SegmentRemoval removal, CounterSet<CacheCounter> counters, ILogger logger)
{
    /// <summary>Reads a block of plaintext that must have a certain hash.</summary>
    public bool TryRead(PeerContentSegment segment, int index, Span<byte> destination)
    {
        if (removal.Pin(segment.Id, index) is not { } place)
        {
            return false;
        }

        try
        {
            return !place.IsSealed
                && place.GetBlockLength(index) == destination.Length
                && TryRead(place, index, destination)
                && IsExpected(place, segment, index, destination);
        }
        finally
        {
            removal.Unpin(place);
        }
    }

    /// <summary>Reads a block as it is held.</summary>
    /// <returns>The block, for the caller to dispose of; null where there is none.</returns>
    public HeldBlock? Read(SegmentId id, int index)
    {
        if (removal.Pin(id, index) is not { } place)
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
            removal.Unpin(place);
            if (block is null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private bool IsExpected(CachedSegment place, PeerContentSegment segment, int index, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> expected = segment.GetBlockHash(index);
        if (SegmentCryptography.Matches(segment.HashAlgorithm, data, expected))
        {
            counters.Add(CacheCounter.BlocksRead);
            return true;
        }

        // Either the block is damaged, or the caller expects another.
        if (table.Descriptions.Get(place) is { } description && description.GetHash(index).SequenceEqual(expected))
        {
            DropDamaged(place, index);
        }

        return false;
    }

    private HeldBlock? ReadPlaintext(CachedSegment place, int index, byte[] buffer, int length)
    {
        Span<byte> data = buffer.AsSpan(0, length);
        if (table.Descriptions.Get(place) is not { } description || !TryRead(place, index, data))
        {
            return null;
        }

        if (!IsChecked(place, index) && !Check(place, index, description, data))
        {
            return null;
        }

        counters.Add(CacheCounter.BlocksRead);
        return new HeldBlock(buffer, length) { Secret = description.Secret };
    }

    private bool IsChecked(CachedSegment place, int index)
    {
        lock (table.Gate)
        {
            return place.IsChecked(index, table.Round);
        }
    }

    private bool Check(CachedSegment place, int index, SegmentDescription description, ReadOnlySpan<byte> data)
    {
        if (!SegmentCryptography.Matches(description.Algorithm, data, description.GetHash(index)))
        {
            DropDamaged(place, index);
            return false;
        }

        lock (table.Gate)
        {
            if (place.Holds(index))
            {
                place.SetChecked(index, table.Round);
            }
        }

        return true;
    }

    private HeldBlock? ReadSealed(CachedSegment place, int index, byte[] buffer)
    {
        // A record says itself how long it is: the last one of a file may end before the longest would.
        Span<byte> longest = buffer.AsSpan(0, SealedRecord.GetMaximumLength(place.GetBlockLength(index)));
        if (ReadFile(place, index, longest) is not { } length)
        {
            return null;
        }

        if (!SealedRecord.TryRead(
            place.Id, index, longest[..length], out BlockCipher cipher, out Range vector, out Range ciphertext))
        {
            DropDamaged(place, index);
            return null;
        }

        byte[] initialization = buffer[vector];
        Span<byte> content = buffer.AsSpan(ciphertext);
        content.CopyTo(buffer);
        counters.Add(CacheCounter.BlocksRead);
        return new HeldBlock(buffer, content.Length) { Cipher = cipher, InitializationVector = initialization };
    }

    private bool TryRead(CachedSegment place, int index, Span<byte> destination)
    {
        if (ReadFile(place, index, destination) is not { } length)
        {
            return false;
        }

        if (length < destination.Length)
        {
            DropDamaged(place, index);
        }

        return length == destination.Length;
    }

    // Null where the file cannot be read: then the block is dropped, or with the disk all that was on it.
    private int? ReadFile(CachedSegment place, int index, Span<byte> destination)
    {
        CacheVolume volume = volumes.Find(place.Volume)!;
        try
        {
            return volume.Read(place, index, destination);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (volume.IsPresent)
            {
                DropDamaged(place, index);
            }
            else
            {
                removal.Lose(volume);
            }

            return null;
        }
    }

    private void DropDamaged(CachedSegment place, int index)
    {
        counters.Add(CacheCounter.BlocksDamaged);
        CacheLog.BlockDamaged(logger, place.Id, index);
        if (place.Version == PeerContentVersion.V1)
        {
            // Before it is forgotten: nobody stores it again until then.
            removal.TryErase(() => volumes.Find(place.Volume)!.EraseBlock(place, index));
        }

        lock (table.Gate)
        {
            table.Forget(place, index);
        }
    }
}
