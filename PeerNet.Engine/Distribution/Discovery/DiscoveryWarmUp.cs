using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>
/// Has the code that reads and writes messages compiled before the first message: a peer waits 300 ms for an answer, and
/// on a slow machine the compiler alone takes as long.
/// </summary>
internal static class DiscoveryWarmUp
{
    private static readonly Lazy<bool> Done = new(ReadAndWrite);

    /// <summary>Does it, once in a process.</summary>
    public static void Run() => _ = Done.Value;

    private static bool ReadAndWrite()
    {
        SegmentId.TryCreate(new byte[32], out SegmentId id);
        bool isRead = true;
        foreach (PeerContentVersion version in Enum.GetValues<PeerContentVersion>())
        {
            var probe = new Probe { MessageId = "urn:a", Version = version, Segments = [id] };
            var answer = new ProbeMatches
            {
                MessageId = "urn:b",
                RelatesTo = probe.MessageId,
                Matches =
                [
                    new()
                    {
                        Address = "urn:c",
                        Version = version,
                        XAddrs = [new(System.Net.IPAddress.IPv6Loopback, 1), new(System.Net.IPAddress.Loopback, 1)],
                        Segments = [new(id, 1)],
                        Availability = [SegmentAvailability.Complete],
                        Ages = new([new(0, TimeSpan.Zero)]),
                    },
                ],
            };
            isRead &= WsdEnvelope.TryRead(probe.Write(), out WsdEnvelope? first) && Probe.TryRead(first, out _);
            isRead &= WsdEnvelope.TryRead(answer.Write(), out WsdEnvelope? second) && second.NamesTypesOf(PeerDistNames.PeerDist)
                && ProbeMatches.TryRead(second, out _);
        }

        return isRead;
    }
}
