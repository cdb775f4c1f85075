using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PeerNet.Engine.Distribution.Caching;

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
