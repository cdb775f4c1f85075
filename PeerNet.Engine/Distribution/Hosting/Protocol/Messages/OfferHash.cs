namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>How the id of an offered segment was made (MS-PCHC 2.2.1.5, HashAlgorithm). Both make ids of 32 bytes.</summary>
internal enum OfferHash : byte
{
    /// <summary>SHA-256: a segment of version 1.</summary>
    Sha256 = 1,

    /// <summary>The first half of SHA-512: a segment of version 2.</summary>
    TruncatedSha512 = 4,
}
