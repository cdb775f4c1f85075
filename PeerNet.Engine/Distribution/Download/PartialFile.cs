using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The file that a download fills: <c>name.&lt;16 hex digits&gt;.partial</c> beside its target, with a state file. The
/// digits are random, and the state says what is downloaded. One download at a time holds it; the system lets go of it when
/// the process ends. Others may write to the folder: what they put there is neither opened nor removed.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string StateSuffix = ".state";
    private const uint StateMagic = 0x504E_5044;
    private const int StateHeadLength = 2 * sizeof(uint);

    private readonly PartialFiles _files;
    private readonly string _target;
    private readonly byte[] _identity;
    private readonly SafeFileHandle _handle;

    /// <param name="files">Where it is one of.</param>
    /// <param name="target">The file that it is to become.</param>
    /// <param name="identity">What is downloaded.</param>
    /// <param name="path">Its path.</param>
    /// <param name="handle">It, open.</param>
    public PartialFile(PartialFiles files, string target, ReadOnlySpan<byte> identity, string path, SafeFileHandle handle)
    {
        _files = files;
        _target = target;
        _identity = identity.ToArray();
        Location = path;
        _handle = handle;
    }

    /// <summary>Its path.</summary>
    public string Location { get; }

    /// <summary>Bytes that it has.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>The path of its state.</summary>
    public string StateLocation => Location + StateSuffix;

    /// <summary>Refuses a target that exists, unless it is to be replaced.</summary>
    public static void CheckTarget(string target, bool overwrite)
    {
        if (Directory.Exists(target))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{target}' is a folder; name a file.", target);
        }

        if (!overwrite && File.Exists(target))
        {
            throw ExistsAlready(target, null);
        }
    }

    public void Write(ReadOnlySpan<byte> data, long position)
    {
        try
        {
            RandomAccess.Write(_handle, data, position);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Makes it longer or shorter.</summary>
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(_handle, length);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Has what was written on the disk.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Reads; bytes that the file does not have, or the disk does not give, are zero.</summary>
    public void Read(Span<byte> destination, long position)
    {
        int read = 0;
        try
        {
            int count;
            do
            {
                count = RandomAccess.Read(_handle, destination[read..], position + read);
                read += count;
            }
            while (count > 0 && read < destination.Length);
        }
        catch (IOException)
        {
            // A place that cannot be read will not have the hash it must have, and is fetched again.
            read = 0;
        }

        destination[read..].Clear();
    }

    /// <summary>What <see cref="WriteState"/> has kept: what the file is said to hold, which is a hint; null for nothing.</summary>
    /// <param name="maximumLength">Most bytes that it can have.</param>
    public byte[]? ReadState(int maximumLength)
    {
        try
        {
            int head = StateHeadLength + _identity.Length;
            byte[]? state = OwnFile.Exists(StateLocation) ? AtomicFile.Read(StateLocation, head + maximumLength) : null;
            var reader = new WireReader(state);
            return reader.TryReadUInt32(out uint magic) && magic == StateMagic
                && reader.TryReadUInt32(out uint length) && length == _identity.Length
                && reader.TryReadBytes(_identity.Length, out ReadOnlySpan<byte> owner) && owner.SequenceEqual(_identity)
                ? state![head..]
                : null;
        }
        catch (PeerException)
        {
            // Without it the download begins anew, which is all it is good for.
            return null;
        }
    }

    /// <summary>Keeps for the next attempt what the file holds.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public void WriteState(ReadOnlySpan<byte> state)
    {
        var writer = new WireWriter(new byte[StateHeadLength + _identity.Length + state.Length]);
        writer.WriteUInt32(StateMagic);
        writer.WriteUInt32((uint)_identity.Length);
        writer.WriteBytes(_identity);
        writer.WriteBytes(state);
        _files.Forget();
        AtomicFile.Write(StateLocation, writer.Written, isPrivate: true);
    }

    /// <summary>Puts the whole file in place of its target.</summary>
    public void Commit(bool overwrite)
    {
        _handle.Dispose();
        try
        {
            _files.Remove(Location, () => FileReplacement.Move(Location, _target, overwrite));
        }
        catch (IOException exception) when (!overwrite && File.Exists(_target))
        {
            throw ExistsAlready(_target, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, _target);
        }

        AtomicFile.Delete(StateLocation);
    }

    /// <summary>Removes it: there is nothing to go on with.</summary>
    public void Discard()
    {
        _handle.Dispose();
        _files.Forget();
        AtomicFile.Delete(Location);
        AtomicFile.Delete(StateLocation);
    }

    /// <summary>Lets go of it; it stays for the next attempt.</summary>
    public void Dispose() => _handle.Dispose();

    private static PeerException Translate(IOException exception, string target)
    {
        PeerException failure = StorageFailure.Translate(exception, target);
        return failure.Error == PeerErrors.DiskFull
            ? PeerErrors.DiskFull.Exception(
                $"The disk of '{target}' is full. What has come is kept; free space and repeat the download to go on.",
                target,
                exception)
            : failure;
    }

    private static PeerException ExistsAlready(string target, Exception? inner) => PeerErrors.AlreadyExists.Exception(
        $"The file '{target}' exists; choose another name, or have it overwritten.", target, inner);
}

/// <summary>
/// Which blocks a partial file is said to hold: a small file beside it. It is a hint; whoever reads it checks each block.
/// </summary>
internal static class PartialState
{
    /// <summary>Longest state: marks for 32 million blocks.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    private const int HeadLength = sizeof(uint);

    /// <summary>Writes the state, unless it would be too long; then an interrupted download begins anew.</summary>
    /// <exception cref="Core.PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(PartialFile file, BlockMap held)
    {
        int length = HeadLength + BlockMap.GetByteCount(held.Length);
        if (length > MaximumLength)
        {
            return;
        }

        byte[] state = new byte[length];
        BinaryPrimitives.WriteUInt32BigEndian(state, (uint)held.Length);
        held.ToBytes().CopyTo(state, HeadLength);
        file.WriteState(state);
    }

    /// <summary>The blocks that the partial file is said to hold; none where the state is missing, damaged or another's.</summary>
    public static BlockMap Read(PartialFile file, int blocks) =>
        file.ReadState(MaximumLength) is { } state
        && state.Length == HeadLength + BlockMap.GetByteCount(blocks)
        && BinaryPrimitives.ReadUInt32BigEndian(state) == blocks
            ? BlockMap.FromBytes(state.AsSpan(HeadLength), blocks)
            : new(blocks);
}
