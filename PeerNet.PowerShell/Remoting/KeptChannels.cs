using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Channels to nodes of other processes on which a cmdlet has ended: the next one need not connect. What their
/// process has closed since then is none.</summary>
internal static class KeptChannels
{
    // As many as a pipeline has cmdlets at a time.
    private const int MaximumKept = 8;

    private static readonly List<(PeerNodeOwner Owner, ChannelStream Channel)> Kept = [];

    /// <summary>A channel to a node, which is no longer kept; null where there is none.</summary>
    public static ChannelStream? Take(PeerNodeOwner owner)
    {
        lock (Kept)
        {
            Forget(kept => !kept.Channel.IsOpen);
            int index = Kept.FindLastIndex(kept => kept.Owner == owner);
            if (index < 0)
            {
                return null;
            }

            ChannelStream channel = Kept[index].Channel;
            Kept.RemoveAt(index);
            return channel;
        }
    }

    /// <summary>Keeps a channel on which nothing is left to be said.</summary>
    public static void Put(PeerNodeOwner owner, ChannelStream channel)
    {
        lock (Kept)
        {
            Kept.Add((owner, channel));
            int more = Kept.Count - MaximumKept;
            Forget(_ => more-- > 0);
        }
    }

    private static void Forget(Predicate<(PeerNodeOwner Owner, ChannelStream Channel)> isUnwanted) => Kept.RemoveAll(kept =>
    {
        bool goes = isUnwanted(kept);
        if (goes)
        {
            kept.Channel.Dispose();
        }

        return goes;
    });
}
