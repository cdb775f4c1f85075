using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Content.Protocol;

/// <summary>Content information as bytes, of either version (MS-PCCRC 2.3 and 2.4).</summary>
internal static class ContentInformationCodec
{
    /// <summary>Most segments that are read or written: those of about 256 GiB in version 2.</summary>
    public const int MaximumSegments = 4 * 1024 * 1024;

    private const int VersionLength = 2;

    /// <summary>Reads information. Hostile input: nothing throws, and what is kept is a few times the input at most.</summary>
    /// <param name="bytes">The bytes, which are copied.</param>
    /// <param name="information">The information; it has segments, and they have their ids.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerContentInformation? information)
    {
        information = null;
        return bytes.Length is >= VersionLength and <= PeerContentInformation.MaximumEncodedLength
            && GetVersion(bytes) switch
            {
                PeerContentVersion.V1 => V1InformationReader.TryRead(bytes, out information),
                PeerContentVersion.V2 => V2InformationCodec.TryRead(bytes, out information),
                _ => false,
            };
    }

    /// <summary>Reads information, or says why that cannot be done.</summary>
    /// <param name="bytes">The bytes, which are copied.</param>
    /// <param name="origin">What they were read from, for messages; null where that has no name.</param>
    /// <exception cref="PeerException">The bytes are no information, or of a version that is not known here.</exception>
    public static PeerContentInformation Read(ReadOnlySpan<byte> bytes, string? origin)
    {
        if (TryRead(bytes, out PeerContentInformation? information))
        {
            return information with { ContentId = origin };
        }

        string name = origin is null ? $"What was given ({bytes.Length} bytes)" : $"'{origin}'";
        throw bytes.Length >= VersionLength && GetVersion(bytes) is null
            ? PeerErrors.ContentInformationVersionUnsupported.Exception(
                $"{name} is no content information of version 1.0 or 2.0; its version would be {bytes[1]}.{bytes[0]}.", origin)
            : PeerErrors.CannotParseContentInformation.Exception(
                $"{name} is damaged: the content information contradicts itself, or does not end where it should. Fetch it "
                + "again.",
                origin);
    }

    /// <summary>The bytes of information: the blocks and segments that its range touches, and no more.</summary>
    /// <exception cref="PeerException">It has no segments, or more than fit.</exception>
    public static byte[] Write(PeerContentInformation information)
    {
        if (information.Segments.Count == 0)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{information.ContentId}' has no bytes, and content information cannot say so (MS-PCCRC 2.3).",
                information.ContentId);
        }

        return information.Version == PeerContentVersion.V1
            ? V1InformationWriter.Write(information)
            : V2InformationCodec.Write(information);
    }

    /// <summary>Throws where information of so many bytes and segments is more than is written.</summary>
    internal static void RequireWritable(PeerContentInformation information, long length)
    {
        if (length > PeerContentInformation.MaximumEncodedLength || information.Segments.Count > MaximumSegments)
        {
            throw PeerErrors.ContentOutOfBounds.Exception(
                $"'{information.ContentId}' is too long to be described at once; ask for a shorter range, or for version 1.",
                information.ContentId);
        }
    }

    // The minor number is the first byte in both versions: little-endian even where the rest is big-endian.
    private static PeerContentVersion? GetVersion(ReadOnlySpan<byte> bytes) => (bytes[1], bytes[0]) switch
    {
        (1, 0) => PeerContentVersion.V1,
        (2, 0) => PeerContentVersion.V2,
        _ => null,
    };
}
