using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>The Maintenance Timer: MS-PNRP 3.1.6.2, 3.2.6.2. What it costs does not grow with the cloud.</summary>
internal sealed partial class PnrpMachine
{
    /// <summary>Longest pause, in periods, after all gaps have been looked into in vain.</summary>
    private const int MaximumGapPause = 16;

    private TimeSpan _maintenanceDue = TimeSpan.MaxValue;
    private int _gapCursor;
    private int _gapPause;
    private int _gapPauseLeft;
    private long _additionsBeforeCycle;

    private void ScheduleFirstMaintenance() =>
        _maintenanceDue = _now.Elapsed + _random.NextTimeSpan(_options.SparseMaintenanceInterval);

    private void AdvanceMaintenance()
    {
        if (_now.Elapsed < _maintenanceDue)
        {
            return;
        }

        _maintenanceDue = _now.Elapsed + (_cache.Count <= _options.SparseCacheCount
            ? _options.SparseMaintenanceInterval
            : _options.MaintenanceInterval);
        if (!HasNetwork)
        {
            return;
        }

        if (_cache.Count == 0)
        {
            if (!IsDiscovering)
            {
                BeginDiscovery(State);
            }

            return;
        }

        CheckLiveness();
        FillGaps();
        RefreshRegistration();
        MaySplitTest();
    }

    /// <summary>Asks those who have been silent longest, the leaf sets twice as often as the rest.</summary>
    private void CheckLiveness()
    {
        for (int i = 0; i < _options.LivenessChecks; i++)
        {
            bool leaf = i % 3 != 2;
            TimeSpan age = _options.MaintenanceInterval;
            RouteEntry? entry = _cache.TakeStalest(leaf, _now.Elapsed, age)
                ?? _cache.TakeStalest(!leaf, _now.Elapsed, age);
            if (entry is not null)
            {
                AskForSignOfLife(entry);
            }
        }
    }

    private void AskForSignOfLife(RouteEntry entry)
    {
        var inquire = new InquireMessage { ValidateId = entry.Id };
        Ask(_own.Choose(entry), inquire, PendingKind.Liveness, owner: null, entry.Id);
    }

    /// <summary>Nobody vouches for the cache any more: asks a few, and the rest in their turn.</summary>
    private void ReviveCache()
    {
        for (int i = 0; i < _options.AdvertisedIds; i++)
        {
            if (_cache.TakeStalest(leaf: i % 2 == 0, _now.Elapsed, TimeSpan.FromTicks(1)) is { } entry)
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

        int levels = CacheLevels.DeepestFilled(EstimatedSize ?? 1) + 1;
        int slots = _cache.Centres.Count * levels * CacheLevels.Slots;
        int lookups = 0;
        while (lookups < _options.GapLookups && _gapCursor < slots)
        {
            int centre = _gapCursor / CacheLevels.Slots % _cache.Centres.Count;
            int level = _gapCursor / CacheLevels.Slots / _cache.Centres.Count;
            lookups += LookIntoGap(_cache.Centres[centre], level, _gapCursor % CacheLevels.Slots, levels) ? 1 : 0;
            _gapCursor++;
        }

        if (_gapCursor >= slots)
        {
            EndGapCycle();
        }
    }

    private void EndGapCycle()
    {
        bool wasWorthIt = _cache.Additions != _additionsBeforeCycle;
        _gapPause = wasWorthIt ? 1 : Math.Min(Math.Max(1, _gapPause * 2), MaximumGapPause);
        _gapPauseLeft = _gapPause;
        _gapCursor = 0;
        _additionsBeforeCycle = _cache.Additions;
    }

    private bool LookIntoGap(PnrpId centre, int level, int index, int levels)
    {
        if (CacheLevels.IsDivided(index) && level < levels - 1)
        {
            return false;
        }

        CacheSlot slot = CacheLevels.SlotAt(centre, level, index);
        PnrpId target = slot.Middle;
        if (_cache.HasEntryIn(slot) || !_cache.IsNearestCentre(centre, target))
        {
            return false;
        }

        Start(new ResolveState
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
        for (int i = 0; i < _registrations.Count; i++)
        {
            Registration candidate = _registrations[i];
            bool isWanting = candidate.NeedsRefill || candidate.State != PeerRegistrationState.Registered;
            TimeSpan pause = isWanting ? candidate.Pause : _options.RefreshInterval;
            bool isDue = _now.Elapsed - candidate.Announced >= pause;
            if (isDue && !candidate.IsAnnouncing && (chosen is null || candidate.Announced < chosen.Announced))
            {
                chosen = candidate;
            }
        }

        if (chosen is not null)
        {
            QueueAnnouncement(chosen);
        }
    }
}
