using System.Collections;
using System.Collections.Concurrent;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The events of a node for another process, from now on until it closes the channel.</summary>
internal static class ServedEvents
{
    private const string Source = "Source";
    private const string Direct = "ExpectsDirectConnections";

    /// <summary>What is asked for.</summary>
    /// <param name="source">The object whose events are wanted; they are chosen there.</param>
    /// <param name="isDirectExpected">Whether direct connections are to be let in for as long.</param>
    public static string WriteRequest(object source, bool isDirectExpected) =>
        WireObject.Write(new Hashtable { [Source] = source, [Direct] = isDirectExpected });

    /// <summary>Writes the events of a node.</summary>
    public static void Serve(ChannelStream channel, PeerNode node, string request)
    {
        var table = WireObject.Read(request) as Hashtable ?? [];
        object? source = table[Source] is System.Management.Automation.PSObject wrapped ? wrapped.BaseObject : table[Source];
        using IDisposable? held = table[Direct] is true && source is not null ? EventSources.ExpectDirectConnections(node, source) : null;
        using var waiting = new BlockingCollection<PeerEvent>(EventRelay.Capacity);
        using IDisposable subscription = node.Subscribe(happened => Offer(waiting, happened));
        channel.Write(ChannelFrame.Next);
        var writing = Task.Run(() => Write(channel, waiting));
        while (channel.TryRead(out _, out _))
        {
            // Nothing is to be said here; the end of the channel is the end.
        }

        subscription.Dispose();
        waiting.CompleteAdding();
        writing.GetAwaiter().GetResult();
    }

    // The node's own bound tells of what is lost where this waits.
    private static void Offer(BlockingCollection<PeerEvent> waiting, PeerEvent happened)
    {
        try
        {
            waiting.Add(happened);
        }
        catch (InvalidOperationException) when (waiting.IsAddingCompleted)
        {
            // Nobody listens any more.
        }
    }

    private static void Write(ChannelStream channel, BlockingCollection<PeerEvent> waiting)
    {
        try
        {
            foreach (PeerEvent happened in waiting.GetConsumingEnumerable())
            {
                channel.Write(ChannelFrame.Happened, WireObject.Write(happened));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            waiting.CompleteAdding();
        }
    }
}
