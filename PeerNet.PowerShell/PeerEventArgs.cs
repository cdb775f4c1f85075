namespace PeerNet.PowerShell;

/// <summary>What an event subscriber gets: <c>$EventArgs</c> in an action, <c>SourceEventArgs</c> of Get-Event.</summary>
public sealed class PeerEventArgs : EventArgs
{
    private readonly Engine.Node.PeerEvent? _event;
    private long _lost;

    /// <summary>An event of a node.</summary>
    internal PeerEventArgs(Engine.Node.PeerEvent happened) => _event = happened;

    /// <summary>A gap in the events of a node, for the subscriber was too slow.</summary>
    internal PeerEventArgs(string node, DateTimeOffset time)
    {
        Node = node;
        Time = time;
    }

    /// <summary>What happened.</summary>
    public PeerEventType Type => _event is null ? PeerEventType.EventsLost : (PeerEventType)(int)_event.Type;

    /// <summary>The node's name.</summary>
    public string Node { get => _event?.Node ?? field; } = "";

    /// <summary>When, in UTC.</summary>
    public DateTimeOffset Time { get => _event?.Time ?? field; }

    /// <summary>The name of the cloud, registration or component it happened to.</summary>
    public string Source => _event?.Source ?? Node;

    /// <summary>The object that belongs to it, or the number of events lost.</summary>
    public object? Detail => _event is null ? Interlocked.Read(ref _lost) : _event.Detail;

    /// <summary>About how many bytes it keeps in memory.</summary>
    internal long Size => _event?.Size ?? 0;

    /// <summary>Counts one more lost event.</summary>
    internal void AddLost() => Interlocked.Increment(ref _lost);

    /// <summary>The event in a line.</summary>
    public override string ToString() => $"{Type} {Source}";
}
