using System.Management.Automation;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>What a subscriber asked for.</summary>
internal sealed record EventRequest
{
    /// <summary>The object that events name as their sender.</summary>
    public required object Sender { get; init; }

    /// <summary>Which events of the node are wanted.</summary>
    public required Func<PeerEvent, bool> Filter { get; init; }

    /// <summary>Begins what the subscription needs for as long as it lasts, such as the acceptance of connections; null for
    /// nothing.</summary>
    public Func<IDisposable>? Hold { get; init; }

    /// <summary>The name of the subscription.</summary>
    public required string SourceIdentifier { get; init; }

    /// <summary>What runs for each event; null leaves events in the queue.</summary>
    public ScriptBlock? Action { get; init; }

    /// <summary>Goes along with each event.</summary>
    public PSObject? MessageData { get; init; }

    /// <summary>After how many events the subscription ends; 0 for never.</summary>
    public int MaxTriggerCount { get; init; }
}
