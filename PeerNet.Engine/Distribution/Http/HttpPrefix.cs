using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Where a content server listens, as administrators write it: <c>http://host:port/path/</c>, with <c>+</c> or
/// <c>*</c> for every address of the machine.</summary>
internal sealed record HttpPrefix
{
    private static readonly string[] AnyHosts = [HttpAuthority.AnyHost, "*"];

    private HttpPrefix(string host, int port, string path)
    {
        Host = host;
        Port = port;
        Path = path;
    }

    /// <summary>The host; <c>+</c> for every address.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The host and the port.</summary>
    public HttpAuthority Authority => new(Host, Port);

    /// <summary>The path, decoded; it begins and ends with a slash.</summary>
    public string Path { get; }

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="PeerException">It has another form.</exception>
    public static HttpPrefix Parse(string text) => TryParse(text, out HttpPrefix? prefix)
        ? prefix
        : throw PeerErrors.InvalidArgument.Exception(
            $"The prefix '{text}' must be an address such as http://localhost:8080/files/, or with + for the host: every "
            + "address of this machine.",
            text);

    /// <summary>The local addresses that the host means.</summary>
    /// <exception cref="PeerException">The host is not this machine.</exception>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Authority.IsAny)
        {
            return [IPAddress.IPv6Any];
        }

        if (IPAddress.TryParse(Host.Trim('[', ']'), out IPAddress? address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw PeerErrors.InvalidAddress.Exception($"The host '{Host}' has no address: {exception.Message}", Host, exception);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{Port}{Path}");

    private static bool TryParse(string text, [NotNullWhen(true)] out HttpPrefix? prefix)
    {
        prefix = null;
        string concrete = text;
        bool isAny = false;
        foreach (string any in AnyHosts)
        {
            if (text.StartsWith($"http://{any}", StringComparison.OrdinalIgnoreCase))
            {
                isAny = true;
                concrete = string.Concat("http://any", text.AsSpan("http://".Length + any.Length));
            }
        }

        if (!Uri.TryCreate(concrete, UriKind.Absolute, out Uri? uri)
            || uri.Scheme != Uri.UriSchemeHttp || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
            || uri.Host.Length == 0 || uri.Port <= 0 || (isAny && uri.Host != "any"))
        {
            return false;
        }

        string path = Uri.UnescapeDataString(uri.AbsolutePath);
        prefix = new(isAny ? HttpAuthority.AnyHost : uri.Host, uri.Port, path.EndsWith('/') ? path : path + "/");
        return true;
    }
}

/// <summary>The host and the port of prefixes. What is published at one is none of another's, even where they share a port.</summary>
/// <param name="Host">The host; <c>+</c> for every address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct HttpAuthority(string Host, int Port)
{
    /// <summary>The host that means every address.</summary>
    public const string AnyHost = "+";

    /// <summary>Whether it means every address of the machine.</summary>
    public bool IsAny => Host == AnyHost;
}
