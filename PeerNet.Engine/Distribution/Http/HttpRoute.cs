using Microsoft.AspNetCore.Http;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>What answers requests for a path.</summary>
/// <param name="Path">The path, decoded, such as <c>/116B50EB-ECE2-41ac-8429-9F9E963361B7/</c>. Compared without regard to
/// case.</param>
/// <param name="Handler">The answer.</param>
internal sealed record HttpRoute(string Path, RequestDelegate Handler)
{
    /// <summary>Whether it answers for everything below the path as well.</summary>
    public bool IsPrefix { get; init; }

    /// <summary>Bytes of body that requests may have; a longer one gets 413 when the handler reads it.</summary>
    public long MaxBodyLength { get; init; }
}
