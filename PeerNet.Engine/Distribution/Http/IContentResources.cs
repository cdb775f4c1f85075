namespace PeerNet.Engine.Distribution.Http;

/// <summary>What a content server serves.</summary>
internal interface IContentResources
{
    /// <summary>What is at a path of a port; null for nothing.</summary>
    /// <param name="port">The port that the request came to.</param>
    /// <param name="path">The path, decoded, with its leading slash.</param>
    ContentResource? Find(int port, string path);

    /// <summary>The information of a resource whose file is as it was; null where it is not made in that version, or
    /// cannot be made of that range.</summary>
    PeerContentInformation? Describe(ContentResource resource, PeerContentVersion version, long offset, long length);

    /// <summary>Has a file that has changed hashed again, once, in the background.</summary>
    void RequestHashing(ContentResource resource);
}
