using System.Globalization;
using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineResolveCriteria = PeerNet.Engine.Pnrp.PeerResolveCriteria;

namespace PeerNet.PowerShell.Commands;

/// <summary>Finds out whether a node answers, or the members of a group.</summary>
[Cmdlet(
    VerbsDiagnostic.Test, "PeerEndpoint", DefaultParameterSetName = AddressSet,
    HelpUri = HelpPages.Root + "Test-PeerEndpoint" + HelpPages.Extension)]
[OutputType(typeof(PeerEndpointTest), typeof(bool))]
public sealed class TestPeerEndpointCommand : GroupCmdlet
{
    private const string AddressSet = "Address";
    private const string NameSet = "Name";
    private const string SeedSet = "Seed";
    private const string ConnectionSet = "Connection";
    private const string GroupSet = "Group";

    /// <summary>The hosts of nodes: addresses, or names that are looked up.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = AddressSet, ValueFromPipeline = true)]
    [HostTransformation]
    [ValidateNotNullOrEmpty]
    [ValidateRemoteAddress]
    [NoCompletion]
    public string[] Address { get; set; } = [];

    /// <summary>The port there; that of PNRP, or of groups, where none is given.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>What to ask with.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public PeerEndpointProtocol Protocol { get; set; }

    /// <summary>Connections of a graph, as Get-PeerConnection wrote them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConnectionSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PeerConnection[] Connection { get; set; } = [];

    /// <summary>Peer names; each is resolved, then the node that registered it is asked.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet, ValueFromPipeline = true)]
    [NameTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    [ValidatePeerName]
    public string[] Name { get; set; } = [];

    /// <summary>Groups, whose other members are asked.</summary>
    // Not from the pipeline: a text there is the name of a host or a peer.
    [Parameter(Mandatory = true, ParameterSetName = GroupSet)]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Seeds, as host, host:port or [v6]:port.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SeedSet)]
    [ValidateNotNullOrEmpty]
    [ValidateSeed]
    [NoCompletion]
    public string[] Seed { get; set; } = [];

    /// <summary>Probes of each target.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    [NoCompletion]
    public int Count { get; set; } = 1;

    /// <summary>How long each probe waits for an answer.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Writes only whether a target answered at all.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private TimeSpan ProbeTimeout => TimeSpan.FromSeconds(TimeoutSeconds);

    private protected override object? Input => ParameterSetName switch
    {
        AddressSet => Address,
        NameSet => Name,
        ConnectionSet => Connection,
        GroupSet => Group,
        _ => Seed,
    };

    private int PortOrDefault => Port != 0 ? Port
        : Protocol == PeerEndpointProtocol.Graph ? PeerNodeOptions.DefaultGroupPort
        : PeerNodeOptions.DefaultPnrpPort;

    private protected override void Process()
    {
        foreach (Func<CancellationToken, Task<PeerEndpointTest>> probe in GetProbes())
        {
            bool any = false;
            for (int i = 0; i < Count && !(Quiet && any); i++)
            {
                PeerEndpointTest result = Await(probe, new PumpProgress("Testing", $"{i + 1} of {Count}", ProbeTimeout));
                any |= result.Reachable;
                if (!Quiet)
                {
                    WriteObject(result);
                }
            }

            if (Quiet)
            {
                WriteObject(any);
            }
        }
    }

    private IEnumerable<Func<CancellationToken, Task<PeerEndpointTest>>> GetProbes()
    {
        IPnrpService pnrp = Peer.Pnrp;
        return ParameterSetName switch
        {
            AddressSet => Address.Select(host => ProbeOf(token => AskAsync(CreateEndpoint(host), Ask, token))),
            ConnectionSet => Connection.Select(connection => ProbeOf(token => LookAtAsync(connection, token))),
            GroupSet => Group.SelectMany(group => GetProbesOf(GetGroup(group))),
            NameSet => Name.Select(name => ProbeOf(token => ResolveAsync(pnrp, name, token))),
            _ => Seed.Select(ParseSeed).Select(seed => ProbeOf(
                token => AskAsync(new DnsEndPoint(seed.Host, seed.Port), AskPnrp, token))),
        };

        Task<PeerEndpointTest> AskPnrp(IPEndPoint endpoint, CancellationToken token) =>
            ReachAsync(pnrp, endpoint.ToString(), endpoint, token);

        Task<PeerEndpointTest> Ask(IPEndPoint endpoint, CancellationToken token) =>
            Protocol == PeerEndpointProtocol.Graph ? KnockAsync(endpoint, token) : AskPnrp(endpoint, token);

        static Func<CancellationToken, Task<PeerEndpointTest>> ProbeOf(Func<CancellationToken, Task<PeerEndpointTest>> probe) => probe;
    }

    // The members that are present, or where none is known, as while the group is closed, whoever its name leads to.
    private IEnumerable<Func<CancellationToken, Task<PeerEndpointTest>>> GetProbesOf(PeerGroup group)
    {
        PeerGroupMember[] members =
            [.. group.IsOpen ? GetMembers(group).Where(member => !member.IsSelf && member.Addresses.Length > 0) : []];
        return members.Length > 0
            ? members.Select<PeerGroupMember, Func<CancellationToken, Task<PeerEndpointTest>>>(member => token => KnockAsync(member, token))
            : [token => FindMemberAsync(group, token)];
    }

    private async Task<PeerEndpointTest> FindMemberAsync(PeerGroup group, CancellationToken cancellationToken)
    {
        string name = GroupNames.GetParticipant(group);
        var request = new PeerResolveRequest
        {
            Name = PeerName.Parse(name),
            Clouds = [group.Cloud],
            Criteria = EngineResolveCriteria.NonCurrentProcess,
            Timeout = ProbeTimeout,
        };
        PeerEndpointInfo? found = null;
        string failure = $"Nobody was found as '{name}' within {TimeoutSeconds} seconds.";
        try
        {
            found = await Peer.Pnrp.ResolveAsync(request, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException unasked) when (IsUnasked(unasked))
        {
            failure = unasked.Message;
        }

        return found is null
            ? new PeerEndpointTest(group.FriendlyName, "Resolve", false, null, failure)
            : await KnockAsync(group.FriendlyName, [.. found.Endpoints.Select(endpoint => endpoint.ToIPEndPoint())], cancellationToken)
                .ConfigureAwait(false);
    }

    private Task<PeerEndpointTest> KnockAsync(PeerGroupMember member, CancellationToken cancellationToken) =>
        KnockAsync(GroupNames.Describe(member), member.Addresses, cancellationToken);

    // The first address that answers is enough.
    private async Task<PeerEndpointTest> KnockAsync(string target, IPEndPoint[] endpoints, CancellationToken cancellationToken)
    {
        var result = new PeerEndpointTest(target, "Reach", false, null, "No address is known.");
        foreach (IPEndPoint endpoint in endpoints)
        {
            result = await KnockAsync(endpoint, cancellationToken).ConfigureAwait(false) with { Target = target };
            if (result.Reachable)
            {
                break;
            }
        }

        return result;
    }

    private async Task<PeerEndpointTest> KnockAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        TimeSpan? roundTrip = await Peer.Graphs.PingAsync(endpoint, ProbeTimeout, cancellationToken).ConfigureAwait(false);
        string detail = roundTrip is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{endpoint} accepted a connection after {time.TotalMilliseconds:0.###} ms.")
            : $"{endpoint} accepted no connection.";
        return new PeerEndpointTest(endpoint.ToString(), "Reach", roundTrip is not null, roundTrip, detail);
    }

    private async Task<PeerEndpointTest> LookAtAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        GraphTarget graph = await GraphTarget.FindAsync(Peer, connection.GraphId, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PeerConnection> all = await graph.Graphs.GetConnectionsAsync(graph.Id, cancellationToken).ConfigureAwait(false);
        PeerConnection? now = all.FirstOrDefault(one => one.Id == connection.Id);
        string detail = now is null
            ? "The connection is over."
            : $"{now.Type} connection with {now.Address}: {now.State}.";
        return new PeerEndpointTest(
            connection.ToString(), "Connection", now?.State == PeerConnectionState.Connected, null, detail);
    }

    private async Task<PeerEndpointTest> ReachAsync(
        IPnrpService pnrp, string target, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        TimeSpan? roundTrip = await pnrp.PingAsync(endpoint, ProbeTimeout, cancellationToken).ConfigureAwait(false);
        if (roundTrip is null && IsThisNode(endpoint))
        {
            return new PeerEndpointTest(
                target, "Self", true, TimeSpan.Zero, $"{endpoint} is this node. No other host is reached at an address that this one has.");
        }

        string detail = roundTrip is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{endpoint} answered after {time.TotalMilliseconds:0.###} ms.")
            : endpoint.Port < PeerNodeOptions.LowestPnrpPort
                ? $"{endpoint} was not asked: no node uses a port below {PeerNodeOptions.LowestPnrpPort}."
                : $"{endpoint} gave no answer.";
        return new PeerEndpointTest(target, "Reach", roundTrip is not null, roundTrip, detail);
    }

    private bool IsThisNode(IPEndPoint endpoint)
    {
        PeerNodeStatus status = Peer.GetStatus();
        return status.Addresses.Contains(endpoint.Address)
            && status.Ports.TryGetValue("Pnrp", out int port)
            && port == endpoint.Port;
    }

    private async Task<PeerEndpointTest> ResolveAsync(IPnrpService pnrp, string name, CancellationToken cancellationToken)
    {
        var request = new PeerResolveRequest
        {
            Name = PeerName.Parse(name),
            Criteria = EngineResolveCriteria.Any,
            Timeout = ProbeTimeout,
        };
        try
        {
            await foreach (PeerEndpointInfo found in pnrp.ResolveAsync(request, cancellationToken).ConfigureAwait(false))
            {
                // The last node asked is the one that registered the name; without a path it is this node itself.
                return found.Path.Length > 0
                    ? await ReachAsync(pnrp, name, found.Path[^1].Endpoint, cancellationToken).ConfigureAwait(false)
                    : new PeerEndpointTest(name, "Resolve", true, found.Elapsed, $"Found in {found.Cloud}.");
            }
        }
        catch (PeerException unasked) when (IsUnasked(unasked))
        {
            return new PeerEndpointTest(name, "Resolve", false, null, unasked.Message);
        }

        return new PeerEndpointTest(name, "Resolve", false, null, $"Nobody was found within {TimeoutSeconds} seconds.");
    }

    // Nobody could be asked, or judged by this machine's clock: that is what the test is for.
    private static bool IsUnasked(PeerException failure) =>
        failure.Error.Kind is PeerErrorKind.Connection or PeerErrorKind.NotAvailable or PeerErrorKind.Security;

    // The first address that answers is enough.
    private static async Task<PeerEndpointTest> AskAsync(
        EndPoint target, Func<IPEndPoint, CancellationToken, Task<PeerEndpointTest>> ask, CancellationToken cancellationToken)
    {
        string name = HostNames.Describe(target);
        var result = new PeerEndpointTest(name, "Lookup", false, null, $"{name} has no address.");
        try
        {
            foreach (IPEndPoint endpoint in await HostNames.LookUpAsync(target, cancellationToken).ConfigureAwait(false))
            {
                result = await ask(endpoint, cancellationToken).ConfigureAwait(false) with { Target = name };
                if (result.Reachable)
                {
                    break;
                }
            }
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.NotFound)
        {
            return result with { Detail = failure.Message };
        }

        return result;
    }

    private EndPoint CreateEndpoint(string host) => IPAddress.TryParse(host, out IPAddress? address)
        ? new IPEndPoint(address, PortOrDefault)
        : new DnsEndPoint(host, PortOrDefault);

    private static SeedAddress ParseSeed(string text) => SeedAddress.TryParse(text, out SeedAddress? seed)
        ? seed
        : throw PeerErrors.InvalidArgument.Exception(SeedAddress.Describe(text), text);
}
