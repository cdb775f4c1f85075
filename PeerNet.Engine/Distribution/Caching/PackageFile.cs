using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Reads a package (<see cref="PackageRecord"/>). Hostile input: nothing but the stream throws, and no more than one record
/// is kept.
/// </summary>
internal sealed class PackageReader(Stream stream) : IDisposable
{
    private readonly IncrementalHash _checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[PackageRecord.HeaderLength + PackageRecord.MaximumLength];
    private int _length;

    /// <summary>The type of the record that was read.</summary>
    public PackageRecordType Type { get; private set; }

    /// <summary>The segment that the blocks belong to; null before the first.</summary>
    public PeerContentSegment? Segment { get; private set; }

    /// <summary>The index of the block that was read.</summary>
    public int Index { get; private set; }

    /// <summary>The block that was read, until the next is. Its length is right; its content is not checked.</summary>
    public ReadOnlyMemory<byte> Block => _buffer.AsMemory(
        PackageRecord.HeaderLength + PackageRecord.BlockHeaderLength, _length - PackageRecord.BlockHeaderLength);

    /// <summary>Reads what a package begins with.</summary>
    public async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        int length = PackageRecord.Magic.Length;
        return await TryFillAsync(0, length, cancellationToken).ConfigureAwait(false)
            && _buffer.AsSpan(0, length).SequenceEqual(PackageRecord.Magic)
            && Count(length);
    }

    /// <summary>Reads a record; false where the package is damaged here. After <see cref="PackageRecordType.End"/> the
    /// package is known to be whole, and there is no further record.</summary>
    public async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        if (!await TryFillAsync(0, PackageRecord.HeaderLength, cancellationToken).ConfigureAwait(false)
            || !PackageRecord.TryReadHeader(
                _buffer.AsSpan(0, PackageRecord.HeaderLength), out PackageRecordType type, out _length)
            || !await TryFillAsync(PackageRecord.HeaderLength, _length, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        Type = type;
        return type switch
        {
            PackageRecordType.Segment => TryTakeSegment() && Count(PackageRecord.HeaderLength + _length),
            PackageRecordType.Block => TryTakeBlock() && Count(PackageRecord.HeaderLength + _length),
            _ => IsWhole() && !await TryFillAsync(0, 1, cancellationToken).ConfigureAwait(false),
        };
    }

    public void Dispose() => _checksum.Dispose();

    private async Task<bool> TryFillAsync(int offset, int length, CancellationToken cancellationToken) =>
        await stream.ReadAtLeastAsync(
            _buffer.AsMemory(offset, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == length;

    private bool Count(int length)
    {
        _checksum.AppendData(_buffer.AsSpan(0, length));
        return true;
    }

    private bool TryTakeSegment()
    {
        bool isRead = PackageRecord.TryRead(_buffer.AsSpan(PackageRecord.HeaderLength, _length), out PeerContentSegment? segment);
        Segment = segment;
        return isRead;
    }

    private bool TryTakeBlock()
    {
        Index = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(PackageRecord.HeaderLength));
        return Segment is { } segment
            && Index < segment.BlockCount
            && Block.Length == segment.GetBlockLength(Index)
            && !segment.GetBlockHash(Index).IsEmpty;
    }

    private bool IsWhole()
    {
        Span<byte> checksum = stackalloc byte[PackageRecord.ChecksumLength];
        _checksum.GetHashAndReset(checksum);
        return checksum.SequenceEqual(_buffer.AsSpan(PackageRecord.HeaderLength, PackageRecord.ChecksumLength));
    }
}

/// <summary>Writes a package (<see cref="PackageRecord"/>).</summary>
internal sealed class PackageWriter : IDisposable
{
    private readonly IncrementalHash _checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[PackageRecord.HeaderLength + PackageRecord.MaximumLength];
    private readonly Stream _stream;

    private PackageWriter(Stream stream) => _stream = stream;

    /// <summary>Begins a package.</summary>
    public static async Task<PackageWriter> BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        var writer = new PackageWriter(stream);
        PackageRecord.Magic.CopyTo(writer._buffer);
        await writer.WriteAsync(PackageRecord.Magic.Length, cancellationToken).ConfigureAwait(false);
        return writer;
    }

    /// <summary>Writes a segment; its blocks follow.</summary>
    public ValueTask WriteAsync(PeerContentSegment segment, CancellationToken cancellationToken)
    {
        int length = PackageRecord.GetLength(segment);
        PackageRecord.WriteHeader(PackageRecordType.Segment, length, _buffer);
        PackageRecord.Write(segment, _buffer.AsSpan(PackageRecord.HeaderLength, length));
        return WriteAsync(PackageRecord.HeaderLength + length, cancellationToken);
    }

    /// <summary>Writes a block of the last segment.</summary>
    public ValueTask WriteAsync(int index, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        int length = PackageRecord.BlockHeaderLength + block.Length;
        PackageRecord.WriteHeader(PackageRecordType.Block, length, _buffer);
        Span<byte> payload = _buffer.AsSpan(PackageRecord.HeaderLength, length);
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)index);
        block.Span.CopyTo(payload[PackageRecord.BlockHeaderLength..]);
        return WriteAsync(PackageRecord.HeaderLength + length, cancellationToken);
    }

    /// <summary>Ends the package.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        PackageRecord.WriteHeader(PackageRecordType.End, PackageRecord.ChecksumLength, _buffer);
        _checksum.GetHashAndReset(_buffer.AsSpan(PackageRecord.HeaderLength));
        return _stream.WriteAsync(
            _buffer.AsMemory(0, PackageRecord.HeaderLength + PackageRecord.ChecksumLength), cancellationToken);
    }

    public void Dispose() => _checksum.Dispose();

    private ValueTask WriteAsync(int length, CancellationToken cancellationToken)
    {
        _checksum.AppendData(_buffer.AsSpan(0, length));
        return _stream.WriteAsync(_buffer.AsMemory(0, length), cancellationToken);
    }
}
