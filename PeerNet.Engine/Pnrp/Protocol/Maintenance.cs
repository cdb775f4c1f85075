using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The Maintenance Timer: MS-PNRP 3.1.6.2, 3.2.6.2. What it costs does not grow with the cloud.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Sends.</param>
/// <param name="resolving">Looks into gaps.</param>
/// <param name="registering">Announces again.</param>
/// <param name="splits">Tests for splits.</param>
/// <param name="discovery">Looks for others, where nobody is known.</param>
internal sealed class Maintenance(
    PnrpContext context,
    Messenger messenger,
    Resolving resolving,
    Registering registering,
    SplitDetection splits,
    DiscoverySteps discovery)
{
    /// <summary>Longest pause, in periods, after all gaps have been looked into in vain.</summary>
    private const int MaximumGapPause = 16;

    private TimeSpan _due = TimeSpan.MaxValue;
    private int _gapCursor;
    private int _gapPause;
    private int _gapPauseLeft;
    private long _additionsBeforeCycle;

    /// <summary>When it is due.</summary>
    public TimeSpan NextDue => _due;

    /// <summary>Begins, or begins again, at a random moment.</summary>
    public void Begin() =>
        _due = context.Now.Elapsed + context.Random.NextTimeSpan(PnrpLimits.SparseMaintenanceInterval);

    /// <summary>Rests until it begins again.</summary>
    public void Stop() => _due = TimeSpan.MaxValue;

    /// <summary>The cache has other centres, and other gaps.</summary>
    public void BeginGapsAnew() => (_gapCursor, _gapPause) = (0, 0);

    /// <summary>Does what is due.</summary>
    public void Advance()
    {
        if (context.Now.Elapsed < _due)
        {
            return;
        }

        _due = context.Now.Elapsed + (context.Cache.Count <= PnrpLimits.SparseCacheCount
            ? PnrpLimits.SparseMaintenanceInterval
            : PnrpLimits.MaintenanceInterval);
        if (!context.HasNetwork)
        {
            return;
        }

        if (context.Cache.Count == 0)
        {
            if (!discovery.IsDiscovering)
            {
                discovery.Begin(context.State);
            }

            return;
        }

        CheckLiveness();
        FillGaps();
        RefreshRegistration();
        splits.MayTest();
    }

    /// <summary>Asks those who have been silent longest, the leaf sets twice as often as the rest.</summary>
    private void CheckLiveness()
    {
        for (int i = 0; i < PnrpLimits.LivenessChecks; i++)
        {
            bool leaf = i % 3 != 2;
            TimeSpan age = PnrpLimits.MaintenanceInterval;
            RouteEntry? entry = context.Cache.TakeStalest(leaf, context.Now.Elapsed, age)
                ?? context.Cache.TakeStalest(!leaf, context.Now.Elapsed, age);
            if (entry is not null)
            {
                AskForSignOfLife(entry);
            }
        }
    }

    private void AskForSignOfLife(RouteEntry entry)
    {
        var inquire = new InquireMessage { ValidateId = entry.Id };
        messenger.Ask(context.Own.Choose(entry), inquire, PendingKind.Liveness, owner: null, entry.Id);
    }

    /// <summary>Nobody vouches for the cache any more: asks a few, and the rest in their turn.</summary>
    public void ReviveCache()
    {
        for (int i = 0; i < PnrpLimits.AdvertisedIds; i++)
        {
            if (context.Cache.TakeStalest(leaf: i % 2 == 0, context.Now.Elapsed, TimeSpan.FromTicks(1)) is { } entry)
            {
                AskForSignOfLife(entry);
            }
        }
    }

    // Note 6. The gaps are the empty slots; which can be filled depends on the size of the cloud.
    private void FillGaps()
    {
        if (_gapPauseLeft > 0)
        {
            _gapPauseLeft--;
            return;
        }

        int levels = CacheLevels.DeepestFilled(context.EstimatedSize ?? 1) + 1;
        int slots = context.Cache.Centres.Count * levels * CacheLevels.Slots;
        int lookups = 0;
        while (lookups < PnrpLimits.GapLookups && _gapCursor < slots)
        {
            int centre = _gapCursor / CacheLevels.Slots % context.Cache.Centres.Count;
            int level = _gapCursor / CacheLevels.Slots / context.Cache.Centres.Count;
            lookups += LookIntoGap(context.Cache.Centres[centre], level, _gapCursor % CacheLevels.Slots, levels) ? 1 : 0;
            _gapCursor++;
        }

        if (_gapCursor >= slots)
        {
            EndGapCycle();
        }
    }

    private void EndGapCycle()
    {
        bool wasWorthIt = context.Cache.Additions != _additionsBeforeCycle;
        _gapPause = wasWorthIt ? 1 : Math.Min(Math.Max(1, _gapPause * 2), MaximumGapPause);
        _gapPauseLeft = _gapPause;
        _gapCursor = 0;
        _additionsBeforeCycle = context.Cache.Additions;
    }

    private bool LookIntoGap(PnrpId centre, int level, int index, int levels)
    {
        if (CacheLevels.IsDivided(index) && level < levels - 1)
        {
            return false;
        }

        CacheSlot slot = CacheLevels.SlotAt(centre, level, index);
        PnrpId target = slot.Middle;
        if (context.Cache.HasEntryIn(slot) || !context.Cache.IsNearestCentre(centre, target))
        {
            return false;
        }

        resolving.Start(new ResolveState
        {
            Target = target,
            Criteria = ResolveCriteria.UpperBits,
            Precision = slot.Precision,
            Reason = ResolveReason.CacheMaintenance,
        });
        return true;
    }

    /// <summary>Announces one registration again: one that has lost neighbours, or else the one announced longest ago.</summary>
    private void RefreshRegistration()
    {
        Registration? chosen = null;
        for (int i = 0; i < context.Registrations.Count; i++)
        {
            Registration candidate = context.Registrations[i];
            bool isWanting = candidate.NeedsRefill || candidate.State != PeerRegistrationState.Registered;
            TimeSpan pause = isWanting ? candidate.Pause : PnrpLimits.RefreshInterval;
            bool isDue = context.Now.Elapsed - candidate.Announced >= pause;
            if (isDue && !candidate.IsAnnouncing && (chosen is null || candidate.Announced < chosen.Announced))
            {
                chosen = candidate;
            }
        }

        if (chosen is not null)
        {
            registering.QueueAnnouncement(chosen);
        }
    }
}
