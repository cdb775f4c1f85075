using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Hosting;

/// <summary>A running node and what it belongs to: the runspace that started it, or a background runspace of its own.</summary>
internal sealed class NodeHost
{
    public NodeHost(PeerNode engine, Runspace? owner, BackgroundRunspace? background)
    {
        Engine = engine;
        Owner = owner;
        Background = background;
        Invitations = new InvitationInbox(engine);
        Channel = new ChannelServer(this);
    }

    public PeerNode Engine { get; }

    public string Name => Engine.Options.Name;

    /// <summary>The runspace whose end is the node's end; null for a background node.</summary>
    public Runspace? Owner { get; }

    /// <summary>Where the actions of the node's events run; null for a session node.</summary>
    public BackgroundRunspace? Background { get; }

    /// <summary>The invitations that wait for the user.</summary>
    public InvitationInbox Invitations { get; }

    /// <summary>Runs cmdlets for other processes.</summary>
    public ChannelServer Channel { get; }

    public PeerNodeStatus GetStatus() => Engine.GetStatus() with { IsBackground = Background is not null };
}
