using System.Net;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What the machine wants done.</summary>
internal abstract record CollaborationEffect
{
    private CollaborationEffect()
    {
    }

    /// <summary>Send bytes on a link, and say <see cref="CollaborationMachine.Drained"/> when the next may come.</summary>
    internal sealed record Send(int Link, ReadOnlyMemory<byte> Bytes) : CollaborationEffect;

    /// <summary>Close a link. Nothing is heard of it any more.</summary>
    internal sealed record Close(int Link) : CollaborationEffect;

    /// <summary>Connect to a person at one of some addresses, which are of one endpoint.</summary>
    internal sealed record Dial(int Call, string Authority, IReadOnlyList<IPEndPoint> Addresses) : CollaborationEffect;

    /// <summary>Look for a person's endpoints by name, and say <see cref="CollaborationMachine.Found"/>.</summary>
    internal sealed record Find(string Authority) : CollaborationEffect;

    /// <summary>Announce this endpoint to the link.</summary>
    internal sealed record Announce(
        OwnEndpoint Own, string DisplayName, string EndpointName, uint Version, TimeSpan Lifetime) : CollaborationEffect;

    /// <summary>Ask everybody on the link to announce themselves.</summary>
    internal sealed record Ask : CollaborationEffect;

    /// <summary>Tell the link that this endpoint is gone.</summary>
    internal sealed record Withdraw(OwnEndpoint Own) : CollaborationEffect;

    /// <summary>A person was reached: the addresses are worth keeping.</summary>
    internal sealed record Remember(string Authority, IReadOnlyList<IPEndPoint> Addresses) : CollaborationEffect;

    /// <summary>A request about an endpoint is over.</summary>
    /// <param name="Request">Which.</param>
    /// <param name="Failure">Why it failed; null where it did not.</param>
    internal sealed record Answer(int Request, RefreshFailure? Failure) : CollaborationEffect;

    /// <summary>Tell the owner: a record of the public vocabulary.</summary>
    internal sealed record Tell(object News) : CollaborationEffect;

    /// <summary>Somebody invites the user.</summary>
    internal sealed record Invited(PeerInvitation Invitation) : CollaborationEffect;

    /// <summary>The owner has to know: somebody else answers where a contact should.</summary>
    internal sealed record Warn(string Contact, string Message) : CollaborationEffect;
}
