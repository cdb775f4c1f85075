using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>A seed as an administrator writes it: host, host:port, an address, or [v6]:port.</summary>
/// <param name="Host">A host name or an address.</param>
/// <param name="Port">The port of PNRP there: 1025 to 65535.</param>
public sealed record SeedAddress(string Host, int Port)
{
    /// <summary>The port where none is given (MS-PNRP 3.1.4.2.1).</summary>
    public const int DefaultPort = 3540;

    /// <summary>Reads a seed; false where it has none of the forms or a port that peers drop.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SeedAddress? seed)
    {
        seed = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 300)
        {
            return false;
        }

        if (IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? bare) && (text[0] == '[') == text.EndsWith(']'))
        {
            seed = new(bare.ToString(), DefaultPort);
            return true;
        }

        return text[0] == '[' ? TryParseBracketed(text, out seed) : TryParseHost(text, out seed);
    }

    /// <summary>Whether the seed can be a node of clouds of a scope: an address says so itself, and names are those of
    /// other machines, but for the name of every machine.</summary>
    internal bool IsOf(PeerCloudScope scope) => scope == ScopeOf(Host);

    /// <summary>The sentence that says what is wrong with a seed.</summary>
    public static string Describe(string? text) =>
        $"The seed '{text}' must be host, host:port or [v6]:port, with a port of 1025 to 65535.";

    /// <summary>The form that <see cref="TryParse"/> reads back.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    private static PeerCloudScope ScopeOf(string host) =>
        !IPAddress.TryParse(host, out IPAddress? address)
            ? host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? PeerCloudScope.Loopback : PeerCloudScope.Global
            : CloudScopes.Of(address) ?? PeerCloudScope.Global;

    private static bool TryParseBracketed(string text, [NotNullWhen(true)] out SeedAddress? seed)
    {
        seed = null;
        int close = text.IndexOf("]:", StringComparison.Ordinal);
        if (close < 0
            || !IPAddress.TryParse(text.AsSpan(1, close - 1), out IPAddress? address)
            || address.AddressFamily != AddressFamily.InterNetworkV6
            || !TryParsePort(text.AsSpan(close + 2), out int port))
        {
            return false;
        }

        seed = new(address.ToString(), port);
        return true;
    }

    private static bool TryParseHost(string text, [NotNullWhen(true)] out SeedAddress? seed)
    {
        seed = null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? text : text[..colon];
        int port = DefaultPort;
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4)
            || (colon >= 0 && !TryParsePort(text.AsSpan(colon + 1), out port)))
        {
            return false;
        }

        seed = new(host, port);
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
        && port is > 1024 and <= IPEndPoint.MaxPort;

    /// <summary>Reads seeds; all that are none are told at once.</summary>
    /// <exception cref="PeerException">Some are none.</exception>
    internal static List<SeedAddress> ParseAll(IReadOnlyList<string> seeds)
    {
        var parsed = new List<SeedAddress>(seeds.Count);
        var errors = new List<string>();
        foreach (string text in seeds)
        {
            if (TryParse(text, out SeedAddress? seed))
            {
                parsed.Add(seed);
            }
            else
            {
                errors.Add(Describe(text));
            }
        }

        return errors.Count == 0
            ? parsed
            : throw PeerErrors.InvalidArgument.Exception(string.Join(" ", errors), seeds);
    }
}
