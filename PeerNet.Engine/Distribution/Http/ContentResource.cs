using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>A file that a content server serves.</summary>
/// <param name="ContentId">The id it is published under.</param>
/// <param name="Path">The file.</param>
/// <param name="Root">The folder that was published with it: no link below it may lead to another file later.</param>
/// <param name="RealPath">Where the file was when it was hashed, whatever links led there; null where that is not known.</param>
/// <param name="Stamp">The file as it was when it was hashed.</param>
/// <param name="Fingerprint">What its hashes come to: two contents with one fingerprint are equal.</param>
internal sealed record ContentResource(
    string ContentId, string Path, string Root, string? RealPath, FileStamp Stamp, string Fingerprint);
