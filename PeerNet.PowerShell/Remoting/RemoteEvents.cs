using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using EngineEventType = PeerNet.Engine.Node.PeerEventType;

namespace PeerNet.PowerShell.Remoting;

/// <summary>A subscription to the events of a node that another process has.</summary>
internal sealed class RemoteEvents : IDisposable
{
    private readonly RemoteNode _node;
    private readonly ChannelStream _channel;
    private readonly Action<PeerEvent> _observer;
    private bool _hasStopped;

    private RemoteEvents(RemoteNode node, ChannelStream channel, Action<PeerEvent> observer)
    {
        _node = node;
        _channel = channel;
        _observer = observer;
    }

    /// <summary>Subscribes. The observer is called on a thread of the subscription's own, for one event after the other.</summary>
    /// <param name="node">The node.</param>
    /// <param name="source">The object whose events are wanted.</param>
    /// <param name="isDirectExpected">Whether direct connections are to be let in for as long.</param>
    /// <param name="observer">Sees the events of the node.</param>
    /// <exception cref="PeerException">The process has ended.</exception>
    public static RemoteEvents Subscribe(RemoteNode node, object source, bool isDirectExpected, Action<PeerEvent> observer)
    {
        ChannelStream channel = node.TryConnect() ?? throw node.Gone();
        try
        {
            channel.Write(ChannelFrame.Watch, ServedEvents.WriteRequest(source, isDirectExpected));
            if (!channel.TryRead(out ChannelFrame kind, out string text))
            {
                throw node.Gone();
            }

            if (kind == ChannelFrame.Failed)
            {
                throw WireError.Read(text).Exception;
            }

            var events = new RemoteEvents(node, channel, observer);
            new Thread(events.Read) { IsBackground = true, Name = $"PeerNet events of {node.Name}" }.Start();
            return events;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Ends the subscription.</summary>
    public void Dispose()
    {
        _hasStopped = true;
        _channel.Dispose();
    }

    private void Read()
    {
        try
        {
            while (_channel.TryRead(out _, out string text))
            {
                if (WireObject.Read(text) is PSObject { BaseObject: PeerEvent happened })
                {
                    _hasStopped |= happened.Type == EngineEventType.NodeStopped;
                    _observer(happened);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Closed here, or its process was killed.
        }

        if (!_hasStopped)
        {
            _observer(new PeerEvent(EngineEventType.NodeStopped, _node.Name, DateTimeOffset.Now, _node.Name, $"{_node.Owner} has ended."));
        }
    }
}
