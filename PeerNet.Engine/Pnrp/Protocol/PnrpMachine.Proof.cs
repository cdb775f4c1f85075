using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The end of a resolve: the INQUIRE that proves a match, and further matches (MS-PNRP 3.1.5.6.1.1).</summary>
internal sealed partial class PnrpMachine
{
    private void Prove(ResolveState resolve, RouteEntry entry)
    {
        if (resolve.Reason == ResolveReason.CacheMaintenance)
        {
            Consider(entry);
            End(resolve);
            return;
        }

        resolve.Nonce = _random.NextUInt128();
        var inquire = new InquireMessage
        {
            Flags = resolve.Wanted,
            ValidateId = entry.Id,
            Nonce = resolve.Nonce,
        };
        resolve.Proving = entry;
        if (!Ask(_own.Choose(entry), inquire, PendingKind.Proof, resolve, entry.Id))
        {
            resolve.IsLossy = true;
            End(resolve);
        }
    }

    private void OnProofAnswered(ResolveState resolve, PendingMessage message, in AuthorityBuffer buffer)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(message.Destination, message.Id, _now.Elapsed - message.Sent));
        if ((buffer.Flags & AuthorityFlags.NotFound) != 0)
        {
            Forget(message.Id);
            Refuse(resolve);
            return;
        }

        CpaVerdict verdict = Judge(buffer, message.Id, resolve.Nonce, resolve.Wanted, out CertifiedName? name);
        if (verdict != CpaVerdict.Valid)
        {
            resolve.Expired += verdict == CpaVerdict.Expired ? 1 : 0;
            Refuse(resolve);
            return;
        }

        OnProved(resolve, message.Destination, name!);
    }

    private void OnProved(ResolveState resolve, PnrpEndpoint endpoint, CertifiedName name)
    {
        RouteEntry entry = resolve.Proving!;
        if (resolve.Reason == ResolveReason.SplitDetection)
        {
            EndSplitTest(resolve, entry);
            Consider(entry);
            return;
        }

        Consider(entry);
        Report(resolve, name);
        if (resolve.Results >= resolve.MaxResults)
        {
            End(resolve);
            return;
        }

        BeginOrContinueWalk(resolve, endpoint, entry);
    }

    private void Report(ResolveState resolve, CertifiedName name)
    {
        resolve.Results++;
        resolve.Settled.Add(name.Id);
        if (resolve.Results == 1)
        {
            _resolvesFound++;
        }

        _output.Tell(new PnrpNews.ResolveFound(resolve.Number, name, [.. resolve.Hops]));
    }

    // The specification gives up when there is no other best match; then one forged entry would hide a name.
    private void Refuse(ResolveState resolve)
    {
        RouteEntry refused = resolve.Proving!;
        resolve.Settled.Add(refused.Id);
        resolve.AddToPath(_own.Choose(refused));
        resolve.MayBeginAnew = true;
        while (resolve.CurrentBestMatch is { } best && resolve.Settled.Contains(best.Id))
        {
            resolve.PopBestMatch();
        }

        Continue(resolve);
    }

    private void OnProofTimedOut(ResolveState resolve)
    {
        Forget(resolve.Proving!.Id);
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(_own.Choose(resolve.Proving), resolve.Proving.Id, RoundTrip: null));
        resolve.IsLossy = true;
        Refuse(resolve);
    }

    /// <summary>Reports this node's own registrations of the name, checked like any other.</summary>
    /// <returns>Whether that is enough.</returns>
    private bool ReportLocal(ResolveState resolve)
    {
        IdRing<Registration>.Walk walk = _registrations.NearestTo(resolve.Target);
        while (resolve.Results < resolve.MaxResults && walk.MoveNext())
        {
            Registration registration = _registrations[walk.Index];
            if (registration.Id.P2PId != resolve.Target.P2PId || registration.Entry is not { } own)
            {
                break;
            }

            UInt128 nonce = _random.NextUInt128();
            var reader = new WireReader(registration.Name.BuildAuthority(InquireFlags.All, nonce, _now.Utc, own));
            if (AuthorityBuffer.TryRead(ref reader, _suite, out AuthorityBuffer buffer)
                && AuthorityValidator.Validate(
                    _suite, buffer, own.Id, nonce, _now.Utc, out CertifiedName? name, InquireFlags.All) == CpaVerdict.Valid)
            {
                Report(resolve, name!);
            }
        }

        return resolve.Results >= resolve.MaxResults;
    }

    // Registrations of one name are neighbours on the circle: each one found is asked for the next, until none is new.
    private void BeginOrContinueWalk(ResolveState resolve, PnrpEndpoint endpoint, RouteEntry entry)
    {
        if (!resolve.IsWalking)
        {
            resolve.ResolvePath.Clear();
            resolve.CurrentBestMatch = null;
        }

        resolve.AddToPath(endpoint);
        resolve.Found.Add(entry);
        ContinueWalk(resolve);
    }

    private void ContinueWalk(ResolveState resolve)
    {
        if (resolve.Lookups < MaximumLookups + (3 * resolve.MaxResults))
        {
            RouteEntry hop = resolve.Found[^1];
            SendLookup(resolve, hop, hop.Id.Next, acceptAny: true);
        }
        else
        {
            End(resolve);
        }
    }

    private void OnWalkAnswered(ResolveState resolve, in AuthorityBuffer buffer)
    {
        RouteEntry? next = buffer.RouteEntry;
        if (next is null || next.Id.P2PId != resolve.Target.P2PId || resolve.Settled.Contains(next.Id)
            || !IsPlausible(next))
        {
            resolve.Found.RemoveAt(resolve.Found.Count - 1);
            FinishWalkIfDone(resolve);
            Continue(resolve);
        }
        else if (IsEligible(resolve, next))
        {
            Prove(resolve, next);
        }
        else
        {
            resolve.Proving = next;
            Refuse(resolve);
        }
    }

    private void FinishWalkIfDone(ResolveState resolve)
    {
        if (!resolve.IsWalking)
        {
            End(resolve);
        }
    }
}
