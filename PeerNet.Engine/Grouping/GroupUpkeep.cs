using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping;

/// <summary>What has happened in the graph of a group and has not been dealt with yet. For any thread.</summary>
/// <param name="security">What the member knows; it forgets what has expired.</param>
internal sealed class GroupUpkeep(GroupSecurity security)
{
    private int _hasNewRecords;
    private int _hasNewRevocations;

    /// <summary>A record was kept.</summary>
    /// <returns>Whether there is something to do.</returns>
    public bool Kept(GraphRecord record)
    {
        if (!GroupRecordTypes.IsReserved(record.Type) && record.Type != RecordTypes.GraphInfo)
        {
            return false;
        }

        Interlocked.Exchange(ref _hasNewRecords, 1);
        if (record.Type == GroupRecordTypes.Revocation)
        {
            Interlocked.Exchange(ref _hasNewRevocations, 1);
        }

        return true;
    }

    /// <summary>A record has expired.</summary>
    /// <returns>Whether there is something to do.</returns>
    public bool Expired(RecordKey key)
    {
        if (!GroupRecordTypes.IsReserved(key.Type))
        {
            return false;
        }

        security.Forget(key.Type, key.Id);
        return true;
    }

    /// <summary>Whether records may have come that others wait for, since this was asked last: these are to be judged
    /// again.</summary>
    public bool TakeNewRecords() => Interlocked.Exchange(ref _hasNewRecords, 0) != 0;

    /// <summary>Whether somebody may have been revoked since this was asked last: connections with those who are end, and
    /// what falls with them is taken out of the database.</summary>
    public bool TakeNewRevocations() => Interlocked.Exchange(ref _hasNewRevocations, 0) != 0;

    /// <summary>Whether the peer at the other end of a connection is to be shown the door.</summary>
    public bool IsRevoked(string peer) => PeerName.TryParse(peer, out PeerName? member)
        && security.Ask((members, now) => members.RevocationOf(member, now) is not null, false);
}
