using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>What a content server serves.</summary>
internal interface IContentResources
{
    /// <summary>What is at a path; null for nothing.</summary>
    /// <param name="authority">The host and the port of the prefix that it was published to.</param>
    /// <param name="path">The path, decoded, with its leading slash.</param>
    ContentResource? Find(HttpAuthority authority, string path);

    /// <summary>The information of a resource whose file is as it was; null where it is not made in that version, or
    /// cannot be made of that range.</summary>
    PeerContentInformation? Describe(ContentResource resource, PeerContentVersion version, long offset, long length);

    /// <summary>Has a file that has changed hashed again, once, in the background.</summary>
    void RequestHashing(ContentResource resource);
}

/// <summary>A file that a content server serves.</summary>
/// <param name="ContentId">The id it is published under.</param>
/// <param name="Path">The file.</param>
/// <param name="Root">The folder that was published with it: no link below it may lead to another file later.</param>
/// <param name="RealPath">Where the file was when it was hashed, whatever links led there; null where that is not known.</param>
/// <param name="Stamp">The file as it was when it was hashed.</param>
/// <param name="Fingerprint">What its hashes come to: two contents with one fingerprint are equal.</param>
internal sealed record ContentResource(
    string ContentId, string Path, string Root, string? RealPath, FileStamp Stamp, string Fingerprint);
