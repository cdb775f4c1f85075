using System.Runtime.InteropServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One entry of the Outstanding Resolves Table (MS-PNRP 3.1.1); the names are the specification's.</summary>
internal sealed class ResolveState
{
    /// <summary>The application's number for it; 0 for a resolve of the machine's own.</summary>
    public int Number { get; init; }

    public required PnrpId Target { get; init; }

    public required ResolveReason Reason { get; init; }

    public ResolveCriteria Criteria { get; init; }

    public ushort Precision { get; init; }

    public bool ConsiderLocal { get; init; }

    public bool ExcludeOwnAddresses { get; init; }

    public int MaxResults { get; init; } = 1;

    /// <summary>The registration that is announced, or tested for a split.</summary>
    public Registration? Registration { get; init; }

    /// <summary>Whether it repeats a test for a split that showed this node in the smaller part.</summary>
    public bool IsRepetition { get; init; }

    /// <summary>Where the search begins, if not in the cache.</summary>
    public RouteEntry? InitialNextHop { get; init; }

    /// <summary>Nodes that have been asked: no one shall name them again.</summary>
    public List<PnrpEndpoint> ResolvePath { get; } = [];

    public List<NextHop> NextHopStack { get; } = [];

    public List<RouteEntry> BestMatchStack { get; } = [];

    public RouteEntry? CurrentBestMatch { get; set; }

    public NextHop CurrentNextHop { get; set; }

    public int SuspiciousCount { get; set; }

    public int TotalUsefulHops { get; set; }

    public int Lookups { get; set; }

    /// <summary>The match that an INQUIRE on its way is about.</summary>
    public RouteEntry? Proving { get; set; }

    /// <summary>The nonce of the INQUIRE on its way.</summary>
    public Bits128 Nonce { get; set; }

    /// <summary>Ids that are found already, or were refused: neither is asked for proof again.</summary>
    public HashSet<PnrpId> Settled { get; } = [];

    /// <summary>Registrations found whose own neighbours have not been asked for yet.</summary>
    public List<RouteEntry> Found { get; } = [];

    public int Results { get; set; }

    /// <summary>Answers that are not valid at this machine's time.</summary>
    public int Expired { get; set; }

    /// <summary>Whether a hop did not answer.</summary>
    public bool IsLossy { get; set; }

    /// <summary>Whether a dead end may be left by another entry of the cache.</summary>
    public bool MayBeginAnew { get; set; }

    /// <summary>Whether a first registration is found, and its neighbours are being walked.</summary>
    public bool IsWalking => Found.Count > 0;

    public bool IsOver { get; set; }

    public List<ResolveHop> Hops { get; } = [];

    /// <summary>What its INQUIRE asks to see.</summary>
    public InquireFlags Wanted => Reason == ResolveReason.AppRequest
        ? InquireFlags.All
        : InquireFlags.Cpa | InquireFlags.CertificateChain;

    /// <summary>What it has come to by now.</summary>
    public ResolveTally GetTally()
    {
        int answers = Hops.Count(hop => hop.RoundTrip is not null);
        return new(answers, Hops.Count - answers, Expired, IsLossy);
    }

    public void PushBestMatch(RouteEntry entry)
    {
        if (CurrentBestMatch is { } previous)
        {
            BestMatchStack.Add(previous);
        }

        CurrentBestMatch = entry;
    }

    public void PopBestMatch()
    {
        int last = BestMatchStack.Count - 1;
        CurrentBestMatch = last >= 0 ? BestMatchStack[last] : null;
        if (last >= 0)
        {
            BestMatchStack.RemoveAt(last);
        }
    }

    /// <summary>Notes a node as asked. It becomes the last entry, so that it may name another id of its own.</summary>
    public void AddToPath(PnrpEndpoint endpoint)
    {
        ResolvePath.Remove(endpoint);
        ResolvePath.Add(endpoint);
    }

    /// <summary>The Flagged Path: this node, and the latest of those asked.</summary>
    /// <returns>How many endpoints <paramref name="path"/> has received.</returns>
    public int CopyPath(Span<PnrpEndpoint> path, PnrpEndpoint self)
    {
        ReadOnlySpan<PnrpEndpoint> asked = CollectionsMarshal.AsSpan(ResolvePath);
        path[0] = self;
        ReadOnlySpan<PnrpEndpoint> latest = asked[Math.Max(0, asked.Length - path.Length + 1)..];
        latest.CopyTo(path[1..]);
        return latest.Length + 1;
    }
}

/// <summary>An entry of the NextHopStack.</summary>
/// <param name="Entry">The node.</param>
/// <param name="UseCount">How often it has been asked.</param>
internal readonly record struct NextHop(RouteEntry? Entry, int UseCount);

/// <summary>What a resolve has come to, beside what it has found.</summary>
/// <param name="Answers">Questions that were answered.</param>
/// <param name="Silences">Questions that were not.</param>
/// <param name="Expired">Answers that are not valid at this machine's time.</param>
/// <param name="IsLossy">Whether something on the way was lost, so that asking again may find more.</param>
internal readonly record struct ResolveTally(int Answers, int Silences, int Expired, bool IsLossy)
{
    /// <summary>That of one pass after another.</summary>
    public static ResolveTally operator +(ResolveTally first, ResolveTally second) => new(
        first.Answers + second.Answers,
        first.Silences + second.Silences,
        first.Expired + second.Expired,
        second.IsLossy);
}

/// <summary>One node that a resolve asked.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="Id">The id it was known by; zero for a seed.</param>
/// <param name="RoundTrip">How long its answer took; null where none came.</param>
internal readonly record struct ResolveHop(PnrpEndpoint Endpoint, PnrpId Id, TimeSpan? RoundTrip);
