using System.Diagnostics.CodeAnalysis;

namespace PeerNet.Engine.Distribution;

/// <summary>The public id of a segment, HoHoDk (MS-PCCRC 2.2): what peers ask each other for. Not a secret.</summary>
public readonly struct SegmentId : IEquatable<SegmentId>
{
    private readonly byte[]? _value;

    private SegmentId(byte[] value) => _value = value;

    /// <summary>Upper-case hexadecimal digits, two for each byte.</summary>
    public string Value => ToString();

    /// <summary>The bytes: 32, 48 or 64.</summary>
    internal ReadOnlySpan<byte> Bytes => _value;

    /// <summary>Whether ids can have this many bytes.</summary>
    public static bool IsLength(int length) => length is 32 or 48 or 64;

    /// <summary>Copies an id; false where the length is none of an id.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out SegmentId id)
    {
        bool isLength = IsLength(bytes.Length);
        id = isLength ? new SegmentId(bytes.ToArray()) : default;
        return isLength;
    }

    /// <summary>Reads hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SegmentId id)
    {
        id = default;
        if (text is null || text.Length % 2 != 0 || !IsLength(text.Length / 2))
        {
            return false;
        }

        byte[] value = new byte[text.Length / 2];
        if (Convert.FromHexString(text, value, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new SegmentId(value);
        return true;
    }

    /// <summary>Compares by value.</summary>
    public static bool operator ==(SegmentId left, SegmentId right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(SegmentId left, SegmentId right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(SegmentId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SegmentId other && Equals(other);

    /// <summary>Ids are hashes whose first bytes a stranger can choose, so all of them count.</summary>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Upper-case hexadecimal digits, as on the wire.</summary>
    public override string ToString() => Convert.ToHexString(Bytes);
}
