using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Ends connections with a word: MS-PPGRH 3.1.4.12.</summary>
internal sealed class Farewells(GraphLinks links, Flooding flooding)
{
    /// <summary>Ends all, because this node leaves.</summary>
    public void Leave()
    {
        // All are told of the others before the first of them is gone.
        (GraphLink Link, ReadOnlyMemory<byte> Farewell)[] leaving =
            [.. links.All.Select(link => (link, links.GetFarewell(link, DisconnectReason.Leaving)))];
        foreach ((GraphLink link, ReadOnlyMemory<byte> farewell) in leaving)
        {
            if (link.State == LinkState.Connected)
            {
                flooding.FlushHeld(link, TimeSpan.MaxValue);
                flooding.FlushAcks(link);
            }

            links.Drop(link, ConnectionEnd.Closed, farewell);
        }
    }

    /// <summary>Ends those with a peer that counts no more. What was sent to it before, leaves before.</summary>
    public void Expel(string peerId)
    {
        foreach (GraphLink link in links.All.Where(link => link.PeerId == peerId).ToArray())
        {
            flooding.FlushHeld(link, TimeSpan.MaxValue);
            links.Drop(link, ConnectionEnd.NotAuthenticated, DisconnectReason.LeastUseful);
        }
    }
}
