using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Base;

/// <summary>What is shown while a graph is connected and synchronized.</summary>
/// <param name="graph">The graph's id, made safe for a terminal.</param>
/// <param name="limit">When it will be given up.</param>
internal sealed class GraphProgress(string graph, TimeSpan limit)
    : PumpProgress("Connecting", graph, limit), IProgress<PeerGraphProgress>
{
    private readonly string _graph = graph;
    private readonly Lock _lock = new();
    private readonly List<string> _targets = [];
    private PeerGraphProgress _now = new("Connecting", "", 0);

    /// <summary>With whom it was tried, in order.</summary>
    public IReadOnlyList<string> Targets
    {
        get
        {
            lock (_lock)
            {
                return [.. _targets];
            }
        }
    }

    public void Report(PeerGraphProgress value)
    {
        lock (_lock)
        {
            _now = value;
            if (value.Target.Length > 0 && !_targets.Contains(value.Target))
            {
                _targets.Add(value.Target);
            }
        }
    }

    public override ProgressRecord Running(TimeSpan elapsed)
    {
        PeerGraphProgress now;
        lock (_lock)
        {
            now = _now;
        }

        ProgressRecord record = base.Running(elapsed);
        string with = now.Target.Length == 0 ? "" : $" with {now.Target}";
        record.StatusDescription = string.Create(
            CultureInfo.InvariantCulture, $"{_graph}: {now.Stage}{with}, {now.Records} records");
        return record;
    }
}
