using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node;

/// <summary>One engine: its state folder, identities, ports and components. The only composition root.</summary>
public sealed class PeerNode : IAsyncDisposable
{
    private const string LogSource = "Log";
    private const string ExportSource = "OpenTelemetry";

    private readonly ServiceProvider _services;
    private readonly StateFolder _folder;
    private readonly NodeLogs _logs;
    private readonly NodeMonitoring _monitoring;
    private readonly NodeEvents _events;
    private readonly PnrpService _pnrp;
    private readonly DistributionService _distribution;
    private readonly GraphService _graphs;
    private readonly GroupService _groups;
    private readonly CollaborationService _collaboration;
    private readonly NameServer _nameServer;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;
    private readonly Lock _stopping = new();
    private NodeDoor? _door;
    private Task? _stopped;

    private PeerNode(PeerNodeOptions options, StateFolder folder, NodeLogs logs, ServiceProvider services)
    {
        Options = options;
        _folder = folder;
        _logs = logs;
        _services = services;
        _events = services.GetRequiredService<NodeEvents>();
        _pnrp = services.GetRequiredService<PnrpService>();
        _distribution = services.GetRequiredService<DistributionService>();
        _graphs = services.GetRequiredService<GraphService>();
        _groups = services.GetRequiredService<GroupService>();
        _collaboration = services.GetRequiredService<CollaborationService>();
        _nameServer = services.GetRequiredService<NameServer>();
        _logger = services.GetRequiredService<ILogger<PeerNode>>();
        _time = services.GetRequiredService<TimeProvider>();
        _started = _time.GetUtcNow();
        _monitoring = new NodeMonitoring(
            logs,
            new NodeMeter(options.Name, _time, MeasureAsync),
            OtlpVariables.Export(why => _events.Failed(ExportSource, why)),
            _time,
            services.GetRequiredService<ILoggerFactory>());
        logs.Failed = why => _events.Failed(LogSource, why);
        IdentityStore identities = services.GetRequiredService<IdentityStore>();
        identities.RequireUnused = RequireUnused;
        Identities = identities;
        if (identities.Notice is { } notice)
        {
            Notices = [notice];
            _events.Failed(nameof(Identities), notice);
        }
    }

    /// <summary>What was found when the node started and its owner has to know.</summary>
    public IReadOnlyList<string> Notices { get; private set; } = [];

    /// <summary>The options it was started with.</summary>
    public PeerNodeOptions Options { get; }

    /// <summary>What it is doing.</summary>
    public PeerNodeState State =>
        Volatile.Read(ref _stopped) is not { } stopped ? PeerNodeState.Running
        : stopped.IsCompleted ? PeerNodeState.Stopped
        : PeerNodeState.Stopping;

    /// <summary>Its identities.</summary>
    public IIdentityService Identities { get; }

    /// <summary>Its names and clouds; opens sockets when first used.</summary>
    public IPnrpService Pnrp => _pnrp;

    /// <summary>Its content distribution; opens its cache, and sockets where its mode wants them, when first used.</summary>
    public IDistributionService Distribution => _distribution;

    /// <summary>Its graphs; each opens its database and its sockets when it is opened.</summary>
    public IGraphService Graphs => _graphs;

    /// <summary>Its groups; each opens its database and its sockets when it is opened.</summary>
    public IGroupService Groups => _groups;

    /// <summary>The person who is signed in here, and the others; opens its sockets with the first sign-in.</summary>
    public ICollaborationService Collaboration => _collaboration;

    /// <summary>Its name service, by which other programs find peers by name; opens its sockets when it is enabled.</summary>
    public INameServer NameServer => _nameServer;

    /// <summary>How it tells what it does: its log and its metrics.</summary>
    public INodeMonitoring Monitoring => _monitoring;

    /// <summary>Starts a node: checks the options, locks and opens the state folder, serves the content that it served
    /// before, opens the groups that were open, and does what was to last: names, graphs, the sign-in. Else no socket is opened yet.</summary>
    /// <exception cref="PeerException">Bad options, a damaged store, or a state folder that another process has.</exception>
    public static Task<PeerNode> StartAsync(
        PeerNodeOptions options, ILoggerFactory? loggerFactory, CancellationToken cancellationToken) =>
        StartAsync(options, loggerFactory, replace: null, cancellationToken);

    /// <inheritdoc cref="StartAsync(PeerNodeOptions, ILoggerFactory?, CancellationToken)"/>
    /// <param name="options">The options.</param>
    /// <param name="loggerFactory">Makes the loggers; null for none.</param>
    /// <param name="replace">Replaces services, in tests: the network, the clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    internal static async Task<PeerNode> StartAsync(
        PeerNodeOptions options,
        ILoggerFactory? loggerFactory,
        Action<IServiceCollection>? replace,
        CancellationToken cancellationToken)
    {
        PeerNodeOptionsValidator.Validate(options);
        PeerNode node = await Task.Run(
            () => Start(options, loggerFactory ?? NullLoggerFactory.Instance, replace), cancellationToken).ConfigureAwait(false);
        try
        {
            await node._monitoring.SetMetricsPrefixAsync(options.MetricsPrefix, cancellationToken).ConfigureAwait(false);
            await node._distribution.ResumeAsync(cancellationToken).ConfigureAwait(false);
            node.Notices =
            [
                .. node.Notices,
                .. await node._groups.ResumeAsync(cancellationToken).ConfigureAwait(false),
                .. await node._pnrp.ResumeAsync(cancellationToken).ConfigureAwait(false),
                .. await node._graphs.ResumeAsync(cancellationToken).ConfigureAwait(false),
                .. await node._collaboration.ResumeAsync(cancellationToken).ConfigureAwait(false),
            ];
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a node that keeps no log.</summary>
    /// <exception cref="Core.PeerException">Bad options, a damaged store, or a state folder that another process has.</exception>
    public static Task<PeerNode> StartAsync(PeerNodeOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, loggerFactory: null, cancellationToken);

    /// <summary>Lets other processes of this user reach the node, until it stops.</summary>
    /// <param name="serve">Serves one that has come; its stream is closed when that has ended.</param>
    public void OpenChannel(Func<Stream, Task> serve) => _door ??= NodeDoor.Open(
        DescribeOwner(), serve, _time, _services.GetRequiredService<IRandomSource>(), _logger);

    /// <summary>Starts a component now rather than on first use.</summary>
    /// <exception cref="PeerException">The port asked for is taken.</exception>
    public Task StartPnrpAsync(CancellationToken cancellationToken) => _pnrp.StartAsync(cancellationToken);

    /// <inheritdoc cref="StartPnrpAsync"/>
    public Task StartDistributionAsync(CancellationToken cancellationToken) => _distribution.StartAsync(cancellationToken);

    /// <summary>Finds out whether the port that was asked for is free. Graphs open their sockets when they listen.</summary>
    /// <exception cref="PeerException">The port asked for is taken.</exception>
    public Task StartGraphsAsync(CancellationToken cancellationToken) => _graphs.StartAsync(cancellationToken);

    /// <summary>The node as it is now.</summary>
    public PeerNodeStatus GetStatus()
    {
        PeerNodeState state = State;
        bool hasPnrp = _pnrp.IsStarted && state != PeerNodeState.Stopped;
        bool hasDistribution = _distribution.Report.IsServing && state != PeerNodeState.Stopped;
        bool hasGraphs = _graphs.IsStarted && state != PeerNodeState.Stopped;
        bool hasGroups = _groups.IsStarted && state != PeerNodeState.Stopped;
        bool hasNameServer = _nameServer.Port != 0 && state != PeerNodeState.Stopped;
        bool hasCollaboration = _collaboration.Port != 0 && state != PeerNodeState.Stopped;
        return new()
        {
            Name = Options.Name,
            State = state,
            Suite = Options.Suite,
            Components =
            [
                .. hasPnrp ? ["Pnrp"] : Array.Empty<string>(),
                .. hasGraphs ? ["Graph"] : Array.Empty<string>(),
                .. hasGroups ? ["Group"] : Array.Empty<string>(),
                .. hasCollaboration ? ["Collaboration"] : Array.Empty<string>(),
                .. hasDistribution ? ["Distribution"] : Array.Empty<string>(),
                .. hasNameServer ? ["NameService"] : Array.Empty<string>(),
            ],
            Ports = new Dictionary<string, int>(
            [
                .. hasPnrp ? [KeyValuePair.Create("Pnrp", _pnrp.Port)] : Array.Empty<KeyValuePair<string, int>>(),
                .. hasGraphs ? _graphs.Ports : new Dictionary<string, int>(),
                .. hasGroups ? _groups.Ports : new Dictionary<string, int>(),
                .. hasCollaboration ? [KeyValuePair.Create("Collaboration", _collaboration.Port)] : Array.Empty<KeyValuePair<string, int>>(),
                .. hasDistribution ? _distribution.Report.Ports : new Dictionary<string, int>(),
                .. hasNameServer ? [KeyValuePair.Create("NameService", _nameServer.Port)] : Array.Empty<KeyValuePair<string, int>>(),
                .. _monitoring.Ports,
            ]),
            PortsToOpen =
            [
                .. _pnrp.PortsToOpen,
                .. _graphs.PortsToOpen,
                .. _groups.PortsToOpen,
                .. _collaboration.PortsToOpen,
                .. _distribution.Report.PortsToOpen,
                .. _nameServer.PortsToOpen,
                .. _monitoring.PortsToOpen,
            ],
            Addresses = hasPnrp ? [.. _pnrp.Addresses] : [],
            StorePath = _folder.Location,
            Versions = new Dictionary<string, Version>
            {
                ["Pnrp"] = NodeComposition.PnrpVersion(Options.Suite),
                ["Graph"] = NodeComposition.GraphVersion,
                ["Group"] = NodeComposition.GroupVersion,
                ["Collaboration"] = NodeComposition.CollaborationVersion,
            },
            Started = _started,
            ProcessId = Environment.ProcessId,
            User = Environment.UserName,

            // A cloud's loop never waits for anybody, so this waits for microseconds and cannot deadlock.
            Statistics = _pnrp.GetStatisticsAsync().GetAwaiter().GetResult(),
            LogLevel = _monitoring.LogLevel,
            LogPath = _monitoring.LogPath,
            IsLoggedBySystem = _monitoring.IsLoggedBySystem,
            MetricsPrefix = _monitoring.MetricsPrefix,
            LastError = _events.LastError,
        };
    }

    /// <summary>Subscribes to events. The callback runs on the subscription's own loop, one event at a time. At most
    /// 10,000 events wait for it; what is beyond is lost, and one <see cref="PeerEventType.EventsLost"/> says so.</summary>
    /// <returns>The subscription; disposing it ends it.</returns>
    public IDisposable Subscribe(Action<PeerEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return _events.Subscribe(observer);
    }

    /// <summary>Takes the warnings that have come up since they were taken last: another node that acts as an identity of
    /// this one, or what could not be kept when the node stopped. Each is given once.</summary>
    public IReadOnlyList<string> TakeWarnings() => _events.TakeWarnings();

    /// <summary>Leaves: withdraws all names and tells the neighbours, unless <paramref name="farewell"/> is false. What fails
    /// meanwhile is a warning (<see cref="TakeWarnings"/>), and keeps nothing else from ending.</summary>
    /// <param name="farewell">Whether to take leave; it takes at most about two seconds.</param>
    /// <param name="cancellationToken">Stops waiting; the node goes on stopping.</param>
    public Task StopAsync(bool farewell, CancellationToken cancellationToken)
    {
        lock (_stopping)
        {
            _stopped ??= Task.Run(() => StopOnceAsync(farewell), CancellationToken.None);
        }

        return _stopped.WaitAsync(cancellationToken);
    }

    /// <summary>Stops without farewell, if it still runs.</summary>
    public async ValueTask DisposeAsync() =>
        await StopAsync(farewell: false, CancellationToken.None).ConfigureAwait(false);

    private static PeerNode Start(
        PeerNodeOptions options, ILoggerFactory loggerFactory, Action<IServiceCollection>? replace)
    {
        StateFolder folder = StateFolder.Open(StateFolder.Locate(options.Name, options.StatePath));
        NodeLogs? logs = null;
        ServiceProvider? services = null;
        try
        {
            logs = OpenLogs(options, loggerFactory);
            services = NodeComposition.Compose(options, folder, logs, replace);
            var node = new PeerNode(options, folder, logs, services);
            NodeLog.Started(node._logger, options.Name, folder.Location);
            node._events.Raise(PeerEventType.NodeStarted, options.Name, detail: null);
            return node;
        }
        catch
        {
            services?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            logs?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Dispose();
            throw;
        }
    }

    private static NodeLogs OpenLogs(PeerNodeOptions options, ILoggerFactory others) => new(
        others,
        TimeProvider.System,
        options.LogLevel,
        options.LogPath,
        options.LogToSystem ? SystemLog.Open() : null,
        LogFileLimits.Default);

    // Nothing is started for it, and the loops that are asked wait for nobody.
    private async Task<NodeFigures> MeasureAsync() => new()
    {
        Uptime = _time.GetUtcNow() - _started,
        Errors = _events.Errors,
        Clouds = await _pnrp.MeasureAsync().ConfigureAwait(false),
        Graphs = await _graphs.ListAsync(includeClosed: false, CancellationToken.None).ConfigureAwait(false),
        Groups = await _groups.Graphs.ListAsync(includeClosed: false, CancellationToken.None).ConfigureAwait(false),
        Distribution = _distribution.Report.Measure(),
        NameService = _nameServer.Port == 0 ? null : await _nameServer.GetStatusAsync().ConfigureAwait(false),
    };

    private PeerNodeOwner DescribeOwner() => new()
    {
        Node = Options.Name,
        ProcessId = Environment.ProcessId,
        ProcessName = Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "unknown",
        User = Environment.UserName,
        Since = _started,
        StatePath = _folder.Location,
    };

    private void RequireUnused(PeerName identity)
    {
        _groups.RequireUnused(identity);
        _collaboration.RequireUnused(identity);
        if (_pnrp.IsInUse(identity) || _graphs.IsInUse(identity))
        {
            throw PeerErrors.Busy.Exception(
                $"The identity '{identity}' is in use; unregister its names, and leave its graphs.", identity.Value);
        }
    }

    private async Task StopOnceAsync(bool farewell)
    {
        await EndAsync("Monitoring", Ending.Of(_monitoring)).ConfigureAwait(false);
        await EndAsync("NameService", Ending.Of(_nameServer)).ConfigureAwait(false);
        if (_door is not null)
        {
            await EndAsync("Channel", Ending.Of(_door)).ConfigureAwait(false);
        }

        await EndAsync("Collaboration", Ending.Of(_collaboration)).ConfigureAwait(false);
        await EndAsync("Group", () => _groups.StopAsync(farewell)).ConfigureAwait(false);
        await EndAsync("Graph", () => _graphs.StopAsync(farewell)).ConfigureAwait(false);
        await EndAsync("Distribution", Ending.Of(_distribution)).ConfigureAwait(false);
        await EndAsync("Pnrp", () => _pnrp.StopAsync(farewell)).ConfigureAwait(false);
        _events.Raise(PeerEventType.NodeStopped, Options.Name, detail: null);
        NodeLog.Stopped(_logger, Options.Name);
        await EndAsync("Events", _events.CompleteAsync).ConfigureAwait(false);
        await EndAsync("Services", Ending.Of(_services)).ConfigureAwait(false);
        await EndAsync("Logs", Ending.Of(_logs)).ConfigureAwait(false);
        await EndAsync("StateFolder", Ending.At(_folder.Dispose)).ConfigureAwait(false);
    }

    // A folder may have been deleted, a disk be full: what cannot be kept is told, and the rest ends all the same.
    private async Task EndAsync(string part, Func<Task> end)
    {
        try
        {
            await end().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _events.EndedBadly(part, exception);
        }
    }
}
