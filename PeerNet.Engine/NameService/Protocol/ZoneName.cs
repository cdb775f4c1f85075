using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>What a name of the zone <c>pnrp.net</c> is made of. Positions count from its first byte.</summary>
/// <param name="Zone">Where the name of the zone begins.</param>
/// <param name="Peer">Where the host name of a peer begins; the same as <paramref name="Zone"/> where there is none.</param>
/// <param name="Service">The protocol that stands before it, as in <c>_http._tcp.printer.pnrp.net</c> (RFC 2782); null for none.</param>
internal readonly record struct ZoneName(int Zone, int Peer, PeerProtocol? Service)
{
    /// <summary>Whether it is the zone itself.</summary>
    public bool IsZone => Zone == 0;

    /// <summary>Whether a peer may have it.</summary>
    public bool IsPeer => Peer < Zone;

    private static ReadOnlySpan<byte> ZoneLabels => "\u0004pnrp\u0003net\0"u8;

    /// <summary>Takes a name apart.</summary>
    /// <param name="lower">The name in lower case.</param>
    /// <param name="name">What it is made of.</param>
    /// <returns>False where it is of another zone.</returns>
    public static bool TryRead(ReadOnlySpan<byte> lower, out ZoneName name)
    {
        name = default;
        int zone = 0;
        while (!lower[zone..].SequenceEqual(ZoneLabels))
        {
            if (lower[zone] == 0)
            {
                return false;
            }

            zone += 1 + lower[zone];
        }

        PeerProtocol? service = ServiceOf(lower, zone, out int peer);
        name = new(zone, peer, service);
        return true;
    }

    private static PeerProtocol? ServiceOf(ReadOnlySpan<byte> lower, int zone, out int peer)
    {
        peer = 0;
        if (zone == 0 || lower[1] != (byte)'_')
        {
            return null;
        }

        int protocol = 1 + lower[0];
        if (protocol >= zone)
        {
            return null;
        }

        ReadOnlySpan<byte> label = DnsName.FirstLabel(lower[protocol..]);
        bool isTcp = label.SequenceEqual("_tcp"u8);
        if (!isTcp && !label.SequenceEqual("_udp"u8))
        {
            return null;
        }

        peer = protocol + 1 + label.Length;
        return isTcp ? PeerProtocol.Tcp : PeerProtocol.Udp;
    }
}
