using System.Buffers;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Writes blocks into their places, for whoever uses the files of a store.</summary>
internal sealed class BlockWriter(CacheVolumes volumes, BlockPlaces places, CounterSet<CacheCounter> counters, ILogger logger)
{
    /// <summary>Stores a block of plaintext.</summary>
    /// <returns>Whether it is held from now on.</returns>
    public bool TryStore(PeerContentSegment segment, int index, ReadOnlySpan<byte> data, Guid tag) =>
        places.Reserve(segment, index, tag, out bool isHeld) is { } place ? Write(place, index, data) : isHeld;

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
            return Write(place, index, record.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    private bool Write(CachedSegment place, int index, ReadOnlySpan<byte> data)
    {
        bool isWritten = TryWrite(place, index, data);
        places.Complete(place, index, isWritten);
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
