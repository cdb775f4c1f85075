using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>A registration of this node in one cloud. Belongs to the cloud's loop.</summary>
internal sealed class CloudRegistration
{
    /// <summary>What was asked for.</summary>
    public required PeerRegistrationRequest Request { get; set; }

    /// <summary>Peer name of the identity that signs.</summary>
    public required PeerName Identity { get; init; }

    /// <summary>What is published.</summary>
    public required LocalName Published { get; set; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>When it ends by itself, on the scale that never goes back.</summary>
    public TimeSpan? Ends { get; set; }

    /// <summary>Completed once the neighbours know, or there are none.</summary>
    public TaskCompletionSource Announced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
