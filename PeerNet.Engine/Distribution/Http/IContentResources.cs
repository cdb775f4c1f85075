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
