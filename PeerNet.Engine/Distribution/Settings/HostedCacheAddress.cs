using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Where a hosted cache is (MS-CCROD 2.3.2).</summary>
/// <param name="Retrieval">The base address of retrieval.</param>
/// <param name="Offers">The base address of offers.</param>
internal sealed record HostedCacheAddress(Uri Retrieval, Uri Offers)
{
    private const int MaximumLength = 300;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c> or the base address of a cache that does everything
    /// on one port. Windows' caches are asked at port 80 and offered to at 443 (version 1) or 80 (version 2).</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version of MS-PCHC.</param>
    /// <param name="address">The address.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, int version, [NotNullWhen(true)] out HostedCacheAddress? address)
    {
        address = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaximumLength)
        {
            return false;
        }

        bool isBase = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isBase ? text : $"http://{text}/", UriKind.Absolute, out Uri? retrieval) || !IsBase(retrieval))
        {
            return false;
        }

        if (isBase)
        {
            address = new(retrieval, retrieval);
            return version == 2 || retrieval.Scheme == Uri.UriSchemeHttps;
        }

        address = new(retrieval, version == 1 ? new UriBuilder(Uri.UriSchemeHttps, retrieval.Host).Uri : retrieval);
        return true;
    }

    /// <summary>The sentence that says what is wrong with an address.</summary>
    public static string Describe(string? text, int version) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"The hosted cache '{text}' must be host, host:port, [v6]:port or the address of a site")
        + (version == 1 ? ", with https for version 1." : ".");

    private static bool IsBase(Uri uri) =>
        (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0 && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0 && uri.Port > 0;
}
