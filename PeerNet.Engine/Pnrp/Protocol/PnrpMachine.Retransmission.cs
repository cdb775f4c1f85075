namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The Message Retransmission Timer: MS-PNRP 3.1.6.3, 3.2.6.3.</summary>
internal sealed partial class PnrpMachine
{
    private void Retransmit()
    {
        while (_pending.TryGetDue(_now.Elapsed, out PendingMessage? message))
        {
            if (--message.RetryCount > 0)
            {
                _pending.Restart(message, _now.Elapsed);
                if (HasNetwork)
                {
                    message.Datagram.CopyTo(_output.Room);
                    Transmit(message.Destination, message.Datagram.Length);
                }

                continue;
            }

            _pending.Remove(message);
            _reassembly.Remove(message.MessageId);
            GiveUp(message);
            _pending.Recycle(message);
        }
    }

    private void GiveUp(PendingMessage message)
    {
        switch (message.Kind)
        {
            case PendingKind.Solicit:
                _output.Tell(new PnrpNews.SynchronizeEnded(message.Destination, IsAnswered: false, _now.Elapsed - message.Sent));
                break;
            case PendingKind.Greeting:
                _askers.EndGreeting(message.Destination);
                break;
            case PendingKind.Flood:
            case PendingKind.Liveness:
                Forget(message.Id);
                break;
            case PendingKind.Lookup:
                OnLookupTimedOut((ResolveState)message.Owner!, message);
                break;
            case PendingKind.Proof:
                OnProofTimedOut((ResolveState)message.Owner!);
                break;
            case PendingKind.Route:
                OnRouteRefused((PendingRoute)message.Owner!);
                break;
        }
    }
}
