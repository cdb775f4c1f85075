using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// One folder of the store. A segment of version 1 is a file of its own, its blocks at their places in it; segments of
/// version 2 lie in slots of containers. Counters, order of use and slots belong to the gate of the table; files do not.
/// </summary>
internal sealed class CacheVolume : IDisposable
{
    /// <summary>A segment of version 2, as ciphertext, with its header.</summary>
    public const int SlotSize = 132 * 1024;

    // A block of version 1 as ciphertext, with its header.
    private const int SealedStride = 68 * 1024;
    private const int PageSize = 4096;
    private const string DataFolder = "data";
    private const string SegmentSuffix = ".segment";
    private const string ContainerSuffix = ".segments";

    private readonly StateFolder _folder;
    private readonly FileHandles _files = new();

    private CacheVolume(short number, StateFolder folder, string data)
    {
        Number = number;
        _folder = folder;
        Data = data;
    }

    /// <summary>Its number in the index; 0 is the first.</summary>
    public short Number { get; }

    /// <summary>The folder.</summary>
    public string Location => _folder.Location;

    /// <summary>Bytes that it may take.</summary>
    public long Limit { get; set; }

    /// <summary>Bytes that it takes, with those being written.</summary>
    public long Used { get; set; }

    /// <summary>Its taken slots.</summary>
    public SlotMap Slots { get; } = new();

    /// <summary>Its segments, the least recently used first.</summary>
    public UseOrder Order { get; } = new();

    /// <summary>Whether its disk is there.</summary>
    public bool IsPresent => Directory.Exists(Data);

    private string Data { get; }

    /// <summary>Takes a folder, which is created if need be.</summary>
    /// <exception cref="PeerException">Another process has it, or it cannot be used.</exception>
    public static CacheVolume Open(short number, string path, long limit)
    {
        StateFolder folder = StateFolder.Open(path, "cache folder");
        try
        {
            return new CacheVolume(number, folder, folder.GetFolder(DataFolder)) { Limit = limit };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether a folder is one of a store: on a disk that is not there, it is not.</summary>
    public static bool Exists(string path) => Directory.Exists(Path.Combine(path, DataFolder));

    /// <summary>Longest segment of a version.</summary>
    public static int GetMaximumLength(PeerContentVersion version) =>
        version == PeerContentVersion.V1 ? BlockSet.Capacity * PeerContentSegment.V1BlockSize : 128 * 1024;

    /// <summary>Room that a block takes.</summary>
    public static long GetCost(CachedSegment segment, int index)
    {
        if (segment.Version == PeerContentVersion.V2 && !SparseFile.IsSupported)
        {
            return SlotSize;
        }

        int length = segment.GetBlockLength(index);
        int stored = segment.IsSealed ? SealedRecord.GetMaximumLength(length) : length;
        return (stored + PageSize - 1) / PageSize * PageSize;
    }

    /// <summary>Room that all blocks held take.</summary>
    public static long GetCost(CachedSegment segment)
    {
        BlockSet held = segment.Held;
        int count = held.Count;
        int last = segment.BlockCount - 1;
        return count == 0 ? 0
            : held.Contains(last) ? ((count - 1) * GetCost(segment, 0)) + GetCost(segment, last)
            : count * GetCost(segment, 0);
    }

    /// <summary>Writes into the place of a block.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Write(CachedSegment segment, int index, ReadOnlySpan<byte> bytes)
    {
        using FileHandles.Lease file = _files.Open(GetFile(segment), create: true);
        RandomAccess.Write(file.Handle, bytes, GetPlace(segment, index));
    }

    /// <summary>Reads from the place of a block.</summary>
    /// <returns>How many bytes there are, as far as they fit.</returns>
    /// <exception cref="IOException">The file is gone, or the disk is broken.</exception>
    public int Read(CachedSegment segment, int index, Span<byte> destination)
    {
        using FileHandles.Lease file = _files.Open(GetFile(segment), create: false);
        return RandomAccess.Read(file.Handle, destination, GetPlace(segment, index));
    }

    /// <summary>Lets everything that was written to the files of segments reach the disk.</summary>
    public void Flush(IEnumerable<CachedSegment> segments)
    {
        foreach (string path in segments.Select(GetFile).Distinct(StringComparer.Ordinal))
        {
            try
            {
                using FileHandles.Lease file = _files.Open(path, create: false);
                RandomAccess.FlushToDisk(file.Handle);
            }
            catch (FileNotFoundException)
            {
                // Evicted meanwhile; the index will hear of it.
            }
        }
    }

    /// <summary>Deletes the file of a segment of version 1, or empties the slot of one of version 2.</summary>
    public void Erase(CachedSegment segment)
    {
        if (segment.Version == PeerContentVersion.V1)
        {
            _files.Delete(GetFile(segment));
            return;
        }

        EraseSlot(segment.Slot);
    }

    /// <summary>Writes into a slot.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void WriteSlot(int slot, ReadOnlySpan<byte> bytes)
    {
        using FileHandles.Lease file = _files.Open(GetContainer(slot / SlotMap.PerContainer), create: true);
        RandomAccess.Write(file.Handle, bytes, (long)(slot % SlotMap.PerContainer) * SlotSize);
    }

    /// <summary>Empties a slot.</summary>
    public void EraseSlot(int slot)
    {
        try
        {
            using FileHandles.Lease file = _files.Open(GetContainer(slot / SlotMap.PerContainer), create: false);
            SparseFile.Erase(file.Handle, (long)(slot % SlotMap.PerContainer) * SlotSize, SlotSize);
        }
        catch (FileNotFoundException)
        {
            // Nothing was ever written to it.
        }
    }

    /// <summary>Empties the place of a block of version 1.</summary>
    public void EraseBlock(CachedSegment segment, int index)
    {
        using FileHandles.Lease file = _files.Open(GetFile(segment), create: false);
        SparseFile.Erase(file.Handle, GetPlace(segment, index), segment.IsSealed ? SealedStride : segment.BlockSize);
    }

    /// <summary>Deletes the container of a slot. None of its slots may be taken.</summary>
    public void DeleteContainer(int container) => _files.Delete(GetContainer(container));

    /// <summary>Its files and their lengths, by name.</summary>
    public Dictionary<string, long> ListFiles() => new DirectoryInfo(Data).EnumerateFiles()
        .Where(file => file.Name.EndsWith(SegmentSuffix, StringComparison.Ordinal)
            || file.Name.EndsWith(ContainerSuffix, StringComparison.Ordinal))
        .ToDictionary(file => file.FullName, file => file.Length, StringComparer.Ordinal);

    /// <summary>Deletes one of its files.</summary>
    public void DeleteFile(string path) => _files.Delete(path);

    /// <summary>The path that a file of another volume has here.</summary>
    public string Rebase(string path) => Path.Combine(Data, Path.GetFileName(path));

    /// <summary>Lets go of the folder, and takes out of it what is the store's. It is not to be used any more.</summary>
    public void Leave()
    {
        Dispose();
        Directory.Delete(Data, recursive: true);
        StateFolder.Clear(Location);
    }

    /// <summary>The file that a segment is in.</summary>
    public string GetFile(CachedSegment segment) => segment.Version == PeerContentVersion.V1
        ? Path.Combine(Data, segment.Row.ToString("x16", CultureInfo.InvariantCulture) + SegmentSuffix)
        : GetContainer(segment.Slot / SlotMap.PerContainer);

    /// <summary>The file of a container.</summary>
    public string GetContainer(int container) =>
        Path.Combine(Data, container.ToString("x8", CultureInfo.InvariantCulture) + ContainerSuffix);

    /// <summary>Where a block begins in its file.</summary>
    public static long GetPlace(CachedSegment segment, int index) => segment switch
    {
        { Version: PeerContentVersion.V2 } => (long)(segment.Slot % SlotMap.PerContainer) * SlotSize,
        { IsSealed: true } => (long)index * SealedStride,
        _ => (long)index * segment.BlockSize,
    };

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Segments in the order of their last use. A segment is in one such order at most.</summary>
internal sealed class UseOrder
{
    /// <summary>The least recently used.</summary>
    public CachedSegment? Oldest { get; private set; }

    private CachedSegment? Newest { get; set; }

    /// <summary>All, the least recently used first. The one at hand may be removed meanwhile.</summary>
    public IEnumerable<CachedSegment> List()
    {
        CachedSegment? segment = Oldest;
        while (segment is not null)
        {
            CachedSegment? next = segment.Newer;
            yield return segment;
            segment = next;
        }
    }

    /// <summary>Adds a segment as the most recently used.</summary>
    public void Add(CachedSegment segment)
    {
        segment.Older = Newest;
        segment.Newer = null;
        if (Newest is null)
        {
            Oldest = segment;
        }
        else
        {
            Newest.Newer = segment;
        }

        Newest = segment;
    }

    /// <summary>Takes a segment out.</summary>
    public void Remove(CachedSegment segment)
    {
        if (segment.Older is null)
        {
            Oldest = segment.Newer;
        }
        else
        {
            segment.Older.Newer = segment.Newer;
        }

        if (segment.Newer is null)
        {
            Newest = segment.Older;
        }
        else
        {
            segment.Newer.Older = segment.Older;
        }

        segment.Older = null;
        segment.Newer = null;
    }

    /// <summary>Makes a segment the most recently used.</summary>
    public void Touch(CachedSegment segment)
    {
        if (segment != Newest)
        {
            Remove(segment);
            Add(segment);
        }
    }
}
