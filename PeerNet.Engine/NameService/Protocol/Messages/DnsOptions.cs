using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol.Messages;

/// <summary>The OPT record of a question (RFC 6891 6.1.2), as far as it matters here.</summary>
internal readonly ref struct DnsOptions
{
    /// <summary>The option of cookies (RFC 7873 4).</summary>
    public const ushort CookieOption = 10;

    /// <summary>The option that tells why (RFC 8914 2).</summary>
    public const ushort ReasonOption = 15;

    /// <summary>"DNSSEC OK" (RFC 3225 3): goes back as it came.</summary>
    public const ushort DnssecFlag = 0x8000;

    private const int ClientCookieLength = 8;
    private const int LeastCookie = 16;
    private const int MostCookie = 40;

    /// <summary>Whether there is one.</summary>
    public bool IsThere { get; private init; }

    /// <summary>The longest datagram that the asker takes.</summary>
    public ushort DatagramLength { get; private init; }

    /// <summary>The version; 0 is the only one.</summary>
    public byte Version { get; private init; }

    /// <summary>Its flags.</summary>
    public ushort Flags { get; private init; }

    /// <summary>What the asker calls this conversation, eight bytes, and behind them what the server has given it; empty where
    /// there is no cookie.</summary>
    public ReadOnlySpan<byte> Cookie { get; private init; }

    /// <summary>The asker's part of the cookie.</summary>
    public ReadOnlySpan<byte> ClientCookie => Cookie.IsEmpty ? [] : Cookie[..ClientCookieLength];

    /// <summary>The server's part of the cookie; empty where the asker has none yet.</summary>
    public ReadOnlySpan<byte> ServerCookie => Cookie.IsEmpty ? [] : Cookie[ClientCookieLength..];

    /// <summary>Goes through the records behind a question.</summary>
    /// <returns>False where they are not whole, or there is more than one OPT record (RFC 6891 6.1.1).</returns>
    public static bool TryFind(scoped ref WireReader reader, ReadOnlySpan<byte> message, int records, out DnsOptions options)
    {
        options = default;
        for (int i = 0; i < records; i++)
        {
            int start = reader.Position;
            if (!DnsName.TrySkip(ref reader))
            {
                return false;
            }

            bool isRoot = reader.Position - start == 1;
            if (!reader.TryReadUInt16(out ushort type) || !reader.TryReadUInt16(out ushort @class)
                || !reader.TryReadUInt32(out uint ttl) || !reader.TryReadUInt16(out ushort length)
                || !reader.TrySkip(length))
            {
                return false;
            }

            ReadOnlySpan<byte> data = message[(reader.Position - length)..reader.Position];
            if (type == (ushort)DnsType.Opt && (options.IsThere || !isRoot || !TryRead(@class, ttl, data, out options)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(ushort @class, uint ttl, ReadOnlySpan<byte> data, out DnsOptions options)
    {
        ReadOnlySpan<byte> cookie = default;
        options = default;
        var reader = new WireReader(data);
        while (reader.Remaining > 0)
        {
            if (!reader.TryReadUInt16(out ushort code) || !reader.TryReadUInt16(out ushort length)
                || !reader.TryReadBytes(length, out ReadOnlySpan<byte> value)
                || (code == CookieOption && value.Length is not ClientCookieLength and not (>= LeastCookie and <= MostCookie)))
            {
                return false;
            }

            cookie = code == CookieOption && cookie.IsEmpty ? value : cookie;
        }

        options = new()
        {
            IsThere = true,
            DatagramLength = @class,
            Version = (byte)(ttl >> 16),
            Flags = (ushort)ttl,
            Cookie = cookie,
        };
        return true;
    }
}
