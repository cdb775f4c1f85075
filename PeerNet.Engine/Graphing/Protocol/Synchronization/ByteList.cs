using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>Bytes that become more: the array of a message that is being made.</summary>
internal sealed class ByteList
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Room for an element that the caller writes at once.</summary>
    public WireWriter Write(int length) => new(Take(length));

    private Span<byte> Take(int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(256, Math.Max(Length + length, _bytes.Length * 2)));
        }

        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }
}
