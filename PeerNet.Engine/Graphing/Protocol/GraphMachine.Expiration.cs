using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Records that expire and records that are renewed: MS-PPGRH 3.1.6.7, 3.1.6.8, 3.1.7.18 to 3.1.7.22.</summary>
internal sealed partial class GraphMachine
{
    private const int ExpirationPage = 500;

    private static readonly TimeSpan ShortestExpiration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestExpiration = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestAutoRefresh = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AutoRefreshLead = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultRefresh = TimeSpan.FromSeconds(300);

    private readonly AutoRefreshList _autoRefreshed = new();
    private TimeSpan _expirationDue = TimeSpan.MaxValue;
    private TimeSpan _autoRefreshDue = TimeSpan.MaxValue;

    private bool IsExpirationDeferred => Properties?.DefersExpiration == true && _neighbors.Count == 0;

    // MS-PPGRH 3.1.6.7 says "larger than the current peer time"; a record expires when its time is over.
    private void AdvanceExpiration()
    {
        if (_now.Elapsed < _expirationDue)
        {
            return;
        }

        if (IsExpirationDeferred)
        {
            _expirationDue = TimeSpan.MaxValue;
            return;
        }

        try
        {
            int purged = 0;
            IReadOnlyList<RecordKey> expired = _store.ListExpiring(PeerNow, ExpirationPage);
            foreach (RecordKey key in expired)
            {
                purged += Purge(key) ? 1 : 0;
            }

            // More than one page: go on after other work.
            if (expired.Count == ExpirationPage && purged > 0)
            {
                _expirationDue = _now.Elapsed;
                return;
            }

            ScheduleExpiration();
        }
        catch (PeerException failure)
        {
            _expirationDue = _now.Elapsed + ShortestExpiration;
            _output.Do(new GraphDeed.Failed(failure));
        }
    }

    private bool Purge(RecordKey key)
    {
        if (key.Id == RecordTypes.GraphInfoId)
        {
            return false;
        }

        bool isTombstone = _store.Find(key.Id)?.IsDeleted == true;
        _store.Remove(key.Id);
        _recent.Remove(key.Id);
        _autoRefreshed.Remove(key.Id);
        if (isTombstone)
        {
            return true;
        }

        RememberLost(key);

        // MS-PPGRH 3.1.7.18 to 3.1.7.21
        if (key.Type == RecordTypes.Signature)
        {
            ForgetSignature();
        }
        else if (key.Type == RecordTypes.Contact)
        {
            ForgetContact(key.Id);
        }
        else if (key.Type == RecordTypes.Presence)
        {
            ForgetPresence(key.Id);
            MaintainPresence();
        }

        _output.Do(new GraphDeed.RecordExpired(key));
        return true;
    }

    private void RememberLost(RecordKey key)
    {
        KnownNode? known = key.Type == RecordTypes.Contact ? _contacts.Find(key.Id)
            : key.Type == RecordTypes.Presence ? _presences.Find(key.Id)
            : null;
        if (known is not null && known.NodeId != NodeId && known.Endpoints.All(endpoint => endpoint.IsUsable))
        {
            _lost.Add(known, _now.Elapsed);
        }
    }

    private void ScheduleExpiration()
    {
        if (!IsExpirationDeferred)
        {
            PeerTime next = _store.NextExpiration ?? PeerNow + LongestExpiration;
            _expirationDue = _now.Elapsed + Clamp(next - PeerNow);
        }
    }

    private void ExpireBy(PeerTime expires)
    {
        if (!IsExpirationDeferred)
        {
            _expirationDue = Earlier(_expirationDue, _now.Elapsed + Clamp(expires - PeerNow));
        }
    }

    private static TimeSpan Clamp(TimeSpan delay) =>
        delay < ShortestExpiration ? ShortestExpiration : Earlier(delay, LongestExpiration);

    private void AutoRefresh(GraphRecord record)
    {
        _autoRefreshed.Add(record);
        ScheduleAutoRefresh();
    }

    private void ScheduleAutoRefresh() => _autoRefreshDue = _autoRefreshed.Next is { } next
        ? _now.Elapsed + Clamp(next - PeerNow - AutoRefreshLead, ShortestAutoRefresh)
        : TimeSpan.MaxValue;

    private static TimeSpan Clamp(TimeSpan delay, TimeSpan minimum) =>
        delay < minimum ? minimum : Earlier(delay, LongestExpiration);

    // The text sets the timer to the moment at which a record expires, where it would be too late.
    private void AdvanceAutoRefresh()
    {
        if (_now.Elapsed < _autoRefreshDue)
        {
            return;
        }

        // Each once: what lives shorter than the lead is due again at once.
        List<Guid> expiring = [];
        while (_autoRefreshed.TakeExpiring(PeerNow + AutoRefreshLead) is { } id)
        {
            expiring.Add(id);
        }

        foreach (Guid id in expiring)
        {
            // What could not be renewed is not tried for ever; maintenance publishes internal records again.
            if (FindStored(id) is { IsDeleted: false } record
                && TryPublish(Renew(record), RecordAction.Update) is { } renewed)
            {
                _autoRefreshed.Add(renewed);
            }
        }

        ScheduleAutoRefresh();
    }

    private GraphRecord Renew(GraphRecord record)
    {
        TimeSpan lifetime = record.Expires > record.Modified ? record.Expires - record.Modified : DefaultRefresh;
        return Revise(record, record.Payload, PeerNow + lifetime);
    }

    private GraphRecord? FindStored(Guid id)
    {
        try
        {
            return _store.Find(id);
        }
        catch (PeerException failure)
        {
            _output.Do(new GraphDeed.Failed(failure));
            return null;
        }
    }
}
