using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// The nodes of this process, by name, and the current node of each runspace. It outlives removals of the module, so
/// that background nodes do.
/// </summary>
internal static class NodeRegistry
{
    /// <summary>The node that cmdlets start when they need one and none is current.</summary>
    public const string DefaultName = "default";

    /// <summary>How long leaving may take where nobody is there to ask for more.</summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<string, NodeHost> Nodes = new(StringComparer.OrdinalIgnoreCase);
    private static readonly ConditionalWeakTable<Runspace, NodeHost> CurrentNodes = [];
    private static readonly ConditionalWeakTable<Runspace, RemoteNode> CurrentRemotes = [];
    private static readonly ConditionalWeakTable<Runspace, PSSession[]> CurrentSessions = [];
    private static readonly ConditionalWeakTable<Runspace, RemoteNode> Used = [];
    private static readonly ConditionalWeakTable<Runspace, object> Watched = [];

    // Starting and stopping are rare and slow; one at a time keeps two runspaces from both starting "default".
    private static readonly SemaphoreSlim Gate = new(1, 1);

    // A process that is told to end, or whose terminal is closed, does not come to ProcessExit. What becomes of the process
    // is left to the signal, as before; one that it ignores does not come here.
    private static readonly PosixSignalRegistration[] Signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End(All)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => End(All)),
    ];

    static NodeRegistry() => AppDomain.CurrentDomain.ProcessExit += (_, _) => End(All);

    /// <summary>All running nodes, by name.</summary>
    public static IReadOnlyList<NodeHost> All => [.. Nodes.Values.OrderBy(node => node.Name, StringComparer.OrdinalIgnoreCase)];

    public static NodeHost? Find(string name) => Nodes.GetValueOrDefault(name);

    public static bool IsRunning(NodeHost node) => Find(node.Name) == node;

    /// <summary>The node named, or an error that lists those there are.</summary>
    public static NodeHost Get(string name) => Find(name) ?? throw NotFound(name);

    /// <summary>The error for a name that no node has.</summary>
    public static PeerException NotFound(string name) => PeerErrors.NodeNotFound.Exception(
        Nodes.IsEmpty
            ? $"There is no node '{name}'; no node is running."
            : $"There is no node '{name}'. Running: {string.Join(", ", All.Select(node => node.Name))}.",
        name);

    /// <summary>The current node of a runspace; it may have been stopped by another one.</summary>
    public static NodeHost? GetCurrent(Runspace runspace) =>
        CurrentNodes.TryGetValue(runspace, out NodeHost? node) ? node : null;

    public static void SetCurrent(Runspace runspace, NodeHost node)
    {
        ClearCurrent(runspace);
        CurrentNodes.AddOrUpdate(runspace, node);
    }

    public static bool ClearCurrent(Runspace runspace) =>
        CurrentRemotes.Remove(runspace) | CurrentSessions.Remove(runspace) | CurrentNodes.Remove(runspace);

    /// <summary>The sessions on other machines whose nodes are the current ones of a runspace; null where none are.</summary>
    public static PSSession[]? GetCurrentSessions(Runspace runspace) =>
        CurrentSessions.TryGetValue(runspace, out PSSession[]? sessions) ? sessions : null;

    public static void SetCurrentSessions(Runspace runspace, PSSession[] sessions)
    {
        ClearCurrent(runspace);
        CurrentSessions.AddOrUpdate(runspace, sessions);
    }

    /// <summary>The current node of a runspace, where another process has it; that may have ended.</summary>
    public static RemoteNode? GetCurrentRemote(Runspace runspace) =>
        CurrentRemotes.TryGetValue(runspace, out RemoteNode? node) ? node : null;

    public static void SetCurrentRemote(Runspace runspace, RemoteNode node)
    {
        ClearCurrent(runspace);
        CurrentRemotes.AddOrUpdate(runspace, node);
    }

    /// <summary>The node of another process that a cmdlet means; null where it means one of this process, or one that this
    /// process has to start.</summary>
    /// <param name="runspace">Where the cmdlet runs.</param>
    /// <param name="name">The node that it names; null for the current one, else the default one.</param>
    /// <exception cref="PeerException">The process that had the current node has ended.</exception>
    public static RemoteNode? FindRemote(Runspace runspace, string? name)
    {
        RemoteNode? current = GetCurrentRemote(runspace);
        if (current is not null && (name is null || current.IsCalled(name)))
        {
            if (current.IsReachable())
            {
                return current;
            }

            ClearCurrent(runspace);
            throw current.Gone();
        }

        if (Find(name ?? DefaultName) is not null || (name is null && GetCurrent(runspace) is not null)
            || RemoteNode.Find(name ?? DefaultName) is not { } found || !found.IsReachable())
        {
            return null;
        }

        Used.AddOrUpdate(runspace, found);
        return found;
    }

    /// <summary>The default node that cmdlets of a runspace used in another process, once, when it has gone; else null.</summary>
    public static RemoteNode? TakeFormer(Runspace runspace) =>
        Used.TryGetValue(runspace, out RemoteNode? former) && Used.Remove(runspace) && former.IsCalled(DefaultName) ? former : null;

    /// <summary>Starts a node, or returns the one that runs under that name already.</summary>
    /// <param name="options">The node's options.</param>
    /// <param name="owner">The runspace that starts it; where it has no current node, this one becomes it.</param>
    /// <param name="openBackground">Opens the runspace of a background node; null for a session node.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<(NodeHost Node, bool Started)> StartAsync(
        PeerNodeOptions options,
        Runspace owner,
        Func<BackgroundRunspace>? openBackground,
        CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(options.Name) is { } running)
            {
                return (running, false);
            }

            NodeHost node = await HostAsync(options, owner, openBackground, cancellationToken).ConfigureAwait(false);
            Nodes[node.Name] = node;
            CurrentNodes.TryAdd(owner, node);
            return (node, true);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Stops a node and forgets it, whatever happens.</summary>
    public static async Task StopAsync(NodeHost node, bool farewell, CancellationToken cancellationToken)
    {
        // The cmdlet that stops it may run for another process.
        Runspace? caller = Runspace.DefaultRunspace;
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Nodes.TryRemove(KeyValuePair.Create(node.Name, node));
            await node.Engine.StopAsync(farewell, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                await node.Engine.DisposeAsync().ConfigureAwait(false);
                node.Background?.Dispose();
                node.Channel.Close(caller);
            }
            finally
            {
                Gate.Release();
            }
        }
    }

    /// <summary>Stops the nodes that a runspace started for itself.</summary>
    public static void EndSession(Runspace runspace)
    {
        if (!Nodes.IsEmpty)
        {
            End(All.Where(node => node.Owner == runspace));
            ClearCurrent(runspace);
        }
    }

    private static async Task<NodeHost> HostAsync(
        PeerNodeOptions options,
        Runspace owner,
        Func<BackgroundRunspace>? openBackground,
        CancellationToken cancellationToken)
    {
        PeerNode engine = await PeerNode.StartAsync(options, cancellationToken).ConfigureAwait(false);
        if (openBackground is null)
        {
            Watch(owner);
            return OpenChannel(new NodeHost(engine, owner, background: null));
        }

        try
        {
            BackgroundRunspace background = openBackground();
            var node = new NodeHost(engine, owner: null, background);
            SetCurrent(background.Runspace, node);
            return OpenChannel(node);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static NodeHost OpenChannel(NodeHost node)
    {
        node.Engine.OpenChannel(node.Channel.ServeAsync);
        return node;
    }

    // PowerShell does not remove modules when a runspace closes.
    private static void Watch(Runspace runspace)
    {
        if (Watched.TryAdd(runspace, runspace))
        {
            runspace.StateChanged += (sender, change) =>
            {
                if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
                {
                    EndSession((Runspace)sender!);
                }
            };
        }
    }

    private static void End(IEnumerable<NodeHost> nodes) => Task.WaitAll([.. nodes.Select(EndAsync)]);

    private static async Task EndAsync(NodeHost node)
    {
        using var timeout = new CancellationTokenSource(FarewellTimeout);
        try
        {
            await StopAsync(node, farewell: true, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The farewell took too long; StopAsync has closed the node all the same.
        }
        catch (Exception)
        {
            // Nobody is left to be told, the log has it, and StopAsync has closed the node all the same. Out of a signal it would
            // end the process before other nodes have ended.
        }
    }
}
