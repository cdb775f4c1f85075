namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One entry of the Locally Registered PNRP ID List (MS-PNRP 3.2.1).</summary>
internal sealed class Registration(LocalName name)
{
    public LocalName Name { get; set; } = name;

    public PnrpId Id { get; } = name.Id;

    public LeafSet Leaves { get; } = new(name.Id, PnrpLimits.LeafSetSide);

    /// <summary>The id with the node's present addresses; null while it has none.</summary>
    public RouteEntry? Entry { get; set; }

    public PeerRegistrationState State { get; set; } = PeerRegistrationState.Waiting;

    /// <summary>When it was last announced, or nearly so.</summary>
    public TimeSpan Announced { get; set; }

    /// <summary>Whether it is waiting to be announced.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether its announcement is on its way.</summary>
    public bool IsAnnouncing { get; set; }

    /// <summary>Whether it has lost a neighbour since it was announced.</summary>
    public bool NeedsRefill { get; set; }

    /// <summary>How long to wait with the next announcement, where the last one was not heard by all: each time twice as
    /// long, as who never answers does not answer more the more often he is asked.</summary>
    public TimeSpan Pause { get; set; }
}
