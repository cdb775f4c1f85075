using PeerNet.Engine.Distribution.Content.Protocol;

namespace PeerNet.Engine.Distribution;

/// <summary>
/// What a content server says of content, or of a range of it, instead of sending it (MS-PCCRC). Whoever holds it can
/// fetch, check and read the content: treat it like the content.
/// </summary>
public sealed record PeerContentInformation
{
    /// <summary>The longest encoded form that is read or written, in bytes: that of about 1 TiB of content in version 1.
    /// Version 2 ends sooner, at the segments of about 256 GiB.</summary>
    public const int MaximumEncodedLength = 512 * 1024 * 1024;

    /// <summary>The version.</summary>
    public required PeerContentVersion Version { get; init; }

    /// <summary>The hash algorithm.</summary>
    public required PeerContentHash HashAlgorithm { get; init; }

    /// <summary>The first byte of the content that is described.</summary>
    public required long Offset { get; init; }

    /// <summary>How many bytes are described.</summary>
    public required long Length { get; init; }

    /// <summary>The segments that the range touches, in order.</summary>
    public required PeerContentSegmentList Segments { get; init; }

    /// <summary>The index of the first segment in the content.</summary>
    internal long FirstSegmentIndex { get; init; }

    /// <summary>The id under which it is published, or the file or address it was read from; null where neither is known.</summary>
    public string? ContentId { get; init; }

    /// <summary>What there is to say of content without a byte: its id. Nothing of it can be encoded.</summary>
    public static PeerContentInformation CreateEmpty(string contentId) => new()
    {
        Version = PeerContentVersion.V1,
        HashAlgorithm = PeerContentHash.Sha256,
        Offset = 0,
        Length = 0,
        Segments = [],
        ContentId = contentId,
    };

    /// <summary>Reads the bytes of information, wherever they come from.</summary>
    /// <param name="bytes">What <see cref="Encode"/> gives, or a content server.</param>
    /// <param name="origin">The id of the content, or where it was read from; null where neither is known.</param>
    /// <exception cref="Core.PeerException">They are none.</exception>
    public static PeerContentInformation Decode(ReadOnlyMemory<byte> bytes, string? origin) =>
        ContentInformationCodec.Read(bytes.Span, origin);

    /// <summary>The bytes that say the same (MS-PCCRC 2.3, 2.4).</summary>
    public ReadOnlyMemory<byte> Encode() => ContentInformationCodec.Write(this);

    /// <summary>How much is described, without anything secret.</summary>
    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{ContentId ?? "content"}: {Length} bytes in {Segments.Count} segments");
}
