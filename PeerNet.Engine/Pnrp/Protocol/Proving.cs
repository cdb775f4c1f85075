using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The end of a resolve: the INQUIRE that proves a match, and further matches (MS-PNRP 3.1.5.6.1.1).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="routes">Gets to know the entries that are found.</param>
/// <param name="judge">Checks CPAs.</param>
/// <param name="resolving">The search that goes on.</param>
internal sealed class Proving(
    PnrpContext context, Messenger messenger, Routes routes, CpaJudge judge, Resolving resolving)
{
    /// <summary>Asks a match for its proof.</summary>
    public void Prove(ResolveState resolve, RouteEntry entry)
    {
        if (resolve.Reason == ResolveReason.CacheMaintenance)
        {
            routes.Consider(entry);
            resolving.End(resolve);
            return;
        }

        resolve.Nonce = context.Random.NextBits128();
        var inquire = new InquireMessage
        {
            Flags = resolve.Wanted,
            ValidateId = entry.Id,
            Nonce = resolve.Nonce,
        };
        resolve.Proving = entry;
        if (!messenger.Ask(context.Own.Choose(entry), inquire, PendingKind.Proof, resolve, entry.Id))
        {
            resolve.IsLossy = true;
            resolving.End(resolve);
        }
    }

    /// <summary>The answer has come.</summary>
    public void OnProofAnswered(ResolveState resolve, PendingMessage message, in AuthorityBuffer buffer)
    {
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(message.Destination, message.Id, context.Now.Elapsed - message.Sent));
        if ((buffer.Flags & AuthorityFlags.NotFound) != 0)
        {
            routes.Forget(message.Id);
            Refuse(resolve);
            return;
        }

        CpaVerdict verdict = judge.Judge(buffer, message.Id, resolve.Nonce, resolve.Wanted, out CertifiedName? name);
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
            resolve.IsOver = true;
            resolving.SplitTested?.Invoke(resolve, entry);
            routes.Consider(entry);
            return;
        }

        routes.Consider(entry);
        Report(resolve, name);
        if (resolve.Results >= resolve.MaxResults)
        {
            resolving.End(resolve);
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
            context.Counters.ResolvesFound++;
        }

        context.Tell(new PnrpNews.ResolveFound(resolve.Number, name, [.. resolve.Hops]));
    }

    // The specification gives up when there is no other best match; then one forged entry would hide a name.
    private void Refuse(ResolveState resolve)
    {
        RouteEntry refused = resolve.Proving!;
        resolve.Settled.Add(refused.Id);
        resolve.AddToPath(context.Own.Choose(refused));
        resolve.MayBeginAnew = true;
        while (resolve.CurrentBestMatch is { } best && resolve.Settled.Contains(best.Id))
        {
            resolve.PopBestMatch();
        }

        resolving.Continue(resolve);
    }

    /// <summary>There is no answer.</summary>
    public void OnProofTimedOut(ResolveState resolve)
    {
        routes.Forget(resolve.Proving!.Id);
        if (resolve.IsOver)
        {
            return;
        }

        resolve.Hops.Add(new ResolveHop(context.Own.Choose(resolve.Proving), resolve.Proving.Id, RoundTrip: null));
        resolve.IsLossy = true;
        Refuse(resolve);
    }

    /// <summary>Reports this node's own registrations of the name, checked like any other.</summary>
    /// <returns>Whether that is enough.</returns>
    public bool ReportLocal(ResolveState resolve)
    {
        IdRing<Registration>.Walk walk = context.Registrations.NearestTo(resolve.Target);
        while (resolve.Results < resolve.MaxResults && walk.MoveNext())
        {
            Registration registration = context.Registrations[walk.Index];
            if (registration.Id.P2PId != resolve.Target.P2PId || registration.Entry is not { } own)
            {
                break;
            }

            Bits128 nonce = context.Random.NextBits128();
            var reader = new WireReader(registration.Name.BuildAuthority(InquireFlags.All, nonce, context.Now.Utc, own));
            if (AuthorityBuffer.TryRead(ref reader, context.Suite, out AuthorityBuffer buffer)
                && AuthorityValidator.Validate(
                    context.Suite, buffer, own.Id, nonce, context.Now.Utc, out CertifiedName? name, InquireFlags.All)
                == CpaVerdict.Valid)
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

    /// <summary>Asks the last one found for the next registration of the name.</summary>
    public void ContinueWalk(ResolveState resolve)
    {
        if (resolve.Lookups < Resolving.MaximumLookups + (3 * resolve.MaxResults))
        {
            RouteEntry hop = resolve.Found[^1];
            resolving.SendLookup(resolve, hop, hop.Id.Next, acceptAny: true);
        }
        else
        {
            resolving.End(resolve);
        }
    }

    /// <summary>One that was found has named its neighbour.</summary>
    public void OnWalkAnswered(ResolveState resolve, in AuthorityBuffer buffer)
    {
        RouteEntry? next = buffer.RouteEntry;
        if (next is null || next.Id.P2PId != resolve.Target.P2PId || resolve.Settled.Contains(next.Id)
            || !Routes.IsPlausible(next))
        {
            resolve.Found.RemoveAt(resolve.Found.Count - 1);
            FinishWalkIfDone(resolve);
            resolving.Continue(resolve);
        }
        else if (resolving.IsEligible(resolve, next))
        {
            Prove(resolve, next);
        }
        else
        {
            resolve.Proving = next;
            Refuse(resolve);
        }
    }

    /// <summary>Ends a walk that leads to nobody more.</summary>
    public void FinishWalkIfDone(ResolveState resolve)
    {
        if (!resolve.IsWalking)
        {
            resolving.End(resolve);
        }
    }
}
