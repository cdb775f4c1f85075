using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>An SSDP message, as far as PNRP uses it.</summary>
internal sealed record SsdpMessage
{
    private const int MaximumLines = 32;
    private const string Validity = "CACHE-CONTROL: max-age=1800";

    /// <summary>Which message it is.</summary>
    public required SsdpKind Kind { get; init; }

    /// <summary>The search target (ST) or notification type (NT).</summary>
    public required string Target { get; init; }

    /// <summary>Seconds over which answers to a search may be spread (MX): 0 to 120.</summary>
    public int MaximumWait { get; init; }

    /// <summary>The unique service name (USN): a UUID and the target.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>Where the node listens (AL, MS-PNRP 3.1.5.1); IPv4 in mapped form.</summary>
    public IPEndPoint? Location { get; init; }

    /// <summary>Reads a message. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out SsdpMessage? message)
    {
        message = null;
        if (datagram.Length > IMulticastSink.MaximumMessage || !Ascii.IsValid(datagram))
        {
            return false;
        }

        string[] lines = Encoding.ASCII.GetString(datagram).Split("\r\n", MaximumLines + 1);
        if (lines.Length > MaximumLines || !TryReadHeaders(lines, out Dictionary<string, string>? headers))
        {
            return false;
        }

        SsdpKind? kind = KindOf(lines[0], headers);
        string targetHeader = kind is SsdpKind.Search or SsdpKind.Response ? "ST" : "NT";
        if (kind is null || !headers.TryGetValue(targetHeader, out string? target))
        {
            return false;
        }

        IPEndPoint? location = null;
        if (headers.TryGetValue("AL", out string? al) && !TryReadLocation(al, out location))
        {
            return false;
        }

        message = new()
        {
            Kind = kind.Value,
            Target = target,
            MaximumWait = ReadWait(headers),
            ServiceName = headers.GetValueOrDefault("USN", ""),
            Location = location,
        };
        return true;
    }

    /// <summary>The message as it goes to <paramref name="group"/> or, if it is a response, to who has searched.</summary>
    public byte[] Write(IPEndPoint group)
    {
        string targetHeader = Kind is SsdpKind.Search or SsdpKind.Response ? "ST" : "NT";
        IEnumerable<string> lines =
        [
            .. Beginning(group),
            $"{targetHeader}: {Target}",
            .. ServiceName.Length > 0 ? [$"USN: {ServiceName}"] : Array.Empty<string>(),
            .. Location is { } location
                ? [$"AL: {EndpointText.Write(new(location.Address.MapToIPv6(), location.Port))}"]
                : Array.Empty<string>(),
        ];
        return Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
    }

    private string[] Beginning(IPEndPoint group) => Kind switch
    {
        SsdpKind.Search =>
        [
            "M-SEARCH * HTTP/1.1",
            $"HOST: {group}",
            "MAN: \"ssdp:discover\"",
            string.Create(CultureInfo.InvariantCulture, $"MX: {MaximumWait}"),
        ],
        SsdpKind.Response => ["HTTP/1.1 200 OK", "EXT:", Validity],
        SsdpKind.Alive => ["NOTIFY * HTTP/1.1", $"HOST: {group}", "NTS: ssdp:alive", Validity],
        _ => ["NOTIFY * HTTP/1.1", $"HOST: {group}", "NTS: ssdp:byebye"],
    };

    private static bool TryReadHeaders(string[] lines, [NotNullWhen(true)] out Dictionary<string, string>? headers)
    {
        headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1).TakeWhile(line => line.Length > 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !headers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim()))
            {
                return false;
            }
        }

        return true;
    }

    private static SsdpKind? KindOf(string start, Dictionary<string, string> headers)
    {
        if (start.StartsWith("M-SEARCH * HTTP/1.", StringComparison.Ordinal))
        {
            return headers.GetValueOrDefault("MAN") == "\"ssdp:discover\"" ? SsdpKind.Search : null;
        }

        if (start.StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return start.Split(' ') is [_, "200", ..] ? SsdpKind.Response : null;
        }

        return !start.StartsWith("NOTIFY * HTTP/1.", StringComparison.Ordinal)
            ? null
            : headers.GetValueOrDefault("NTS") switch
            {
                "ssdp:alive" => SsdpKind.Alive,
                "ssdp:byebye" => SsdpKind.ByeBye,
                _ => null,
            };
    }

    private static int ReadWait(Dictionary<string, string> headers) =>
        int.TryParse(headers.GetValueOrDefault("MX"), NumberStyles.None, CultureInfo.InvariantCulture, out int wait)
            ? Math.Min(wait, 120)
            : 0;

    // MS-PNRP 3.1.5.1: a literal address and port as in a URL (RFC 2732).
    private static bool TryReadLocation(string text, [NotNullWhen(true)] out IPEndPoint? location) =>
        EndpointText.TryRead(text, out location)
        && location.Port > 1024
        && (location.AddressFamily == AddressFamily.InterNetwork || text[0] == '[')
        && AddressScopes.Of(location.Address) != AddressScope.None;
}

/// <summary>The four messages of SSDP (UPnP Device Architecture 1.0, section 1).</summary>
internal enum SsdpKind
{
    /// <summary>M-SEARCH: who is there?</summary>
    Search,

    /// <summary>The answer to a search.</summary>
    Response,

    /// <summary>NOTIFY with ssdp:alive: I am here from now on.</summary>
    Alive,

    /// <summary>NOTIFY with ssdp:byebye: I am not here any more.</summary>
    ByeBye,
}
