using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works with a node: the one named, else the current one, else <c>default</c>.</summary>
public abstract class NodeCmdlet : PeerCmdlet, IServedCommand
{
    private NodeHost? _default;
    private (string? Name, RemoteNode? Node, bool IsKnown) _remote;

    /// <summary>The node to use: its name, or what Get-PeerNode wrote.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? Node { get; set; }

    /// <summary>Sessions on other machines: the cmdlet runs with the nodes there, in all at once.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PSSession[]? Session { get; set; }

    private protected sealed override PSSession[]? Sessions => Session ?? NodeRegistry.GetCurrentSessions(Runspace.DefaultRunspace);

    /// <summary>The node; started where none is named and none is current.</summary>
    private protected NodeHost NodeHost => Node is null ? _default ??= FindDefault() : NodeRegistry.Get(Node);

    /// <summary>The name of <see cref="NodeHost"/>, which is not started for it.</summary>
    /// <exception cref="PeerException">There is no node of the name that was given.</exception>
    private protected string NodeName => Node is null
        ? NodeRegistry.GetCurrent(Runspace.DefaultRunspace)?.Name ?? NodeRegistry.DefaultName
        : NodeRegistry.Get(Node).Name;

    /// <summary>The engine of <see cref="NodeHost"/>.</summary>
    private protected PeerNode Peer => NodeHost.Engine;

    // Of a pipeline each input may name another node; where it is does not change meanwhile.
    private protected override RemoteNode? FindRemote()
    {
        if (!_remote.IsKnown || _remote.Name != Node)
        {
            _remote = (Node, NodeRegistry.FindRemote(Runspace.DefaultRunspace, Node), true);
        }

        return _remote.Node;
    }

    private protected sealed override void WarnOfNode()
    {
        NodeHost? node = Node is null
            ? _default ?? NodeRegistry.GetCurrent(Runspace.DefaultRunspace)
            : NodeRegistry.Find(Node);
        foreach (string warning in node?.Engine.TakeWarnings() ?? [])
        {
            WriteWarning(PeerText.Escape(warning));
        }
    }

    /// <summary>Writes an object with the name of its node, by which later commands of the pipeline find that node.</summary>
    private protected void WriteWithNode(object value) => WriteWithNode(value, NodeHost.Name);

    /// <inheritdoc cref="WriteWithNode(object)"/>
    /// <param name="value">The object.</param>
    /// <param name="node">The node, where inputs have come since.</param>
    private protected void WriteWithNode(object value, string node)
    {
        PSObject output = PSObject.AsPSObject(value);
        output.Properties.Add(new PSNoteProperty(nameof(Node), node));
        WriteObject(output);
    }

    /// <summary>Tells where a graph or a group listens, where that is not where it would by itself.</summary>
    /// <param name="what">It, as people read it.</param>
    /// <param name="port">The port; 0 where it does not listen.</param>
    /// <param name="asked">The port that was asked for; 0 for none.</param>
    private protected void DescribePort(string what, int port, int asked)
    {
        if (port != 0)
        {
            int usual = asked != 0 ? asked : PeerNodeOptions.DefaultGroupPort;
            string instead = port == usual ? "" : $", because {usual} is taken or serves another graph";
            WriteVerbose($"The {PeerText.Escape(what)} listens on port {port}{instead}.");
        }
    }

    /// <summary>Endpoints with all the addresses of their hosts. A host without any is a warning where there are others.</summary>
    /// <exception cref="PeerException">None of the hosts has an address.</exception>
    private protected IPEndPoint[] LookUp(IReadOnlyList<EndPoint> endpoints)
    {
        List<IPEndPoint> found = [];
        PeerException? failed = null;
        foreach (EndPoint endpoint in endpoints)
        {
            try
            {
                found.AddRange(LookUp(endpoint));
            }
            catch (PeerException failure)
            {
                failed = failure;
                if (endpoints.Count > 1)
                {
                    WriteWarning(failure.Message);
                }
            }
        }

        return found.Count > 0 || failed is null ? [.. found] : throw failed;
    }

    private protected IReadOnlyList<IPEndPoint> LookUp(EndPoint endpoint)
    {
        IReadOnlyList<IPEndPoint> found = Await(token => HostNames.LookUpAsync(endpoint, token));
        if (endpoint is DnsEndPoint named)
        {
            WriteVerbose($"The host '{named.Host}' is {string.Join(", ", found.Select(one => one.Address))}.");
        }

        return found;
    }

    /// <summary>Writes an identity, from which its key can be opened.</summary>
    private protected void WriteIdentity(PeerIdentity identity) => WriteWithNode(IdentityOutput.Create(identity));

    private NodeHost FindDefault()
    {
        NodeHost? current = NodeRegistry.GetCurrent(Runspace.DefaultRunspace);
        if (current is null)
        {
            return NodeRegistry.Find(NodeRegistry.DefaultName) ?? StartDefault();
        }

        return NodeRegistry.IsRunning(current) ? current : throw PeerErrors.NotInitialized.Exception(
            $"The current node '{current.Name}' has been stopped. Start it again, connect to another one, or disconnect from it.",
            current.Name);
    }

    // What that node had registered and opened went with it.
    private void WarnOfFormer(Runspace runspace)
    {
        if (NodeRegistry.TakeFormer(runspace) is { } former)
        {
            WriteWarning($"The node '{former.Name}' was in {former.Owner}, which has ended or has stopped it. One starts here.");
        }
    }

    private NodeHost StartDefault()
    {
        try
        {
            Runspace owner = Runspace.DefaultRunspace;
            WarnOfFormer(owner);
            WriteVerbose($"Starting the node '{NodeRegistry.DefaultName}'.");
            NodeHost started = Await(
                token => NodeRegistry.StartAsync(new PeerNodeOptions(), owner, openBackground: null, token)).Node;
            WarnOf(started);
            return started;
        }
        catch (PeerException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure, NodeRegistry.DefaultName));
            throw;
        }
    }
}
