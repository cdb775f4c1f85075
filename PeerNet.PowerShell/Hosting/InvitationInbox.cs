using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>The received invitations of a node that nobody has answered, numbered as they come, so that each prompt can tell
/// those that are new to it.</summary>
internal sealed class InvitationInbox
{
    // As many as wait on a node; the oldest go first.
    private const int Capacity = 64;

    private readonly Lock _lock = new();
    private readonly List<(long Number, PeerInvitation Invitation)> _waiting = [];
    private long _last;

    public InvitationInbox(PeerNode engine) => engine.Subscribe(Take);

    /// <summary>The number of the newest one; cheap enough for every prompt.</summary>
    public long Last => Interlocked.Read(ref _last);

    /// <summary>Those after a number that can be answered still.</summary>
    public IReadOnlyList<PeerInvitation> GetAfter(long number)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        lock (_lock)
        {
            return [.. _waiting.Where(one => one.Number > number && one.Invitation.Expires > now).Select(one => one.Invitation)];
        }
    }

    private void Take(PeerEvent happened)
    {
        if (happened.Detail is not PeerInvitation invitation
            || invitation.Direction != Engine.Collaboration.PeerInvitationDirection.Received)
        {
            return;
        }

        lock (_lock)
        {
            if (happened.Type == Engine.Node.PeerEventType.InvitationReceived)
            {
                Add(invitation);
            }
            else if (invitation.State != Engine.Collaboration.PeerInvitationState.Pending)
            {
                _waiting.RemoveAll(one => one.Invitation.Id == invitation.Id);
            }
        }
    }

    private void Add(PeerInvitation invitation)
    {
        if (_waiting.Count == Capacity)
        {
            _waiting.RemoveAt(0);
        }

        _waiting.Add((Interlocked.Increment(ref _last), invitation));
    }
}
