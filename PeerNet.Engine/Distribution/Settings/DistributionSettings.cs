using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>What a node remembers of how it distributes content.</summary>
internal sealed record DistributionSettings
{
    /// <summary>Peers served at once by default; a hosted cache serves <see cref="HostedServerUploads"/> (MS-PCCRR 3.2.1).</summary>
    public const int DefaultUploads = 64;

    /// <summary>Clients that a hosted cache serves at once by default.</summary>
    public const int HostedServerUploads = 1024;

    /// <summary>Opens the file that the settings are in.</summary>
    /// <exception cref="Core.PeerException">It is damaged, or of a later version.</exception>
    public static SettingsFile<DistributionSettings> Open(string path) => SettingsFile<DistributionSettings>.Open(
        path, "settings", () => new(), settings => DistributionRules.FindErrors(settings).Count == 0);

    /// <summary>The mode.</summary>
    public PeerDistributionMode Mode { get; init; } = PeerDistributionMode.Distributed;

    /// <summary>The hosted caches of a hosted client, as they were given.</summary>
    public IReadOnlyList<string> HostedCacheServers { get; init; } = [];

    /// <summary>The version of MS-PCHC to offer with. A hosted cache of version 1 takes offers over HTTPS only; one of version
    /// 2 takes those over HTTP, and where it has a certificate both.</summary>
    public int HostedCacheVersion { get; init; } = 2;

    /// <summary>The version of content information that is made and asked for first.</summary>
    public PeerContentVersion PreferredVersion { get; init; } = PeerContentVersion.V2;

    /// <summary>Whether peers are served on battery.</summary>
    public bool ServeOnBattery { get; init; }

    /// <summary>The round trip to a source below which its content is not kept. None by default: Windows' 80 ms are for
    /// file servers, and content that a peer has fetched is what its neighbours ask for.</summary>
    public TimeSpan MinimumLatency { get; init; }

    /// <summary>Peers served at once; null for the mode's default.</summary>
    public int? MaxConcurrentUpload { get; init; }

    /// <summary>What blocks are encrypted with for peers.</summary>
    public PeerBlockCipher Cipher { get; init; } = PeerBlockCipher.Aes128;

    /// <summary>Whether blocks go in the clear to peers that ask for that, and are asked for and taken so: then whoever knows
    /// the id of a segment can read it.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>The port of retrieval that was asked for; null prefers the default and takes another if need be.</summary>
    public int? Port { get; init; }

    /// <summary>The port of offers over HTTPS that was asked for; null prefers the default and takes another if need be.</summary>
    public int? HostedCachePort { get; init; }

    /// <summary>Peers served at once.</summary>
    public int EffectiveUploads => MaxConcurrentUpload
        ?? (Mode == PeerDistributionMode.HostedServer ? HostedServerUploads : DefaultUploads);

    /// <summary>Whether the mode keeps a cache.</summary>
    public bool HasCache => Mode != PeerDistributionMode.Disabled;

    /// <summary>Whether the mode answers peers. A hosted client does, because its cache fetches back what it offers.</summary>
    public bool Serves => Mode is PeerDistributionMode.Distributed
        or PeerDistributionMode.HostedServer or PeerDistributionMode.HostedClient;

    /// <summary>Whether the mode discovers peers and is discovered.</summary>
    public bool Discovers => Mode == PeerDistributionMode.Distributed;
}

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
