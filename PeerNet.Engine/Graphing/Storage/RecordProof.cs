using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Which records of a database nobody has looked at since it was opened: somebody may have put them there. They are
/// looked at each time they are read, until all have been. For any thread.</summary>
internal sealed class RecordProof
{
    private string _graphId = "";
    private long _last;
    private volatile PeerException? _damage;

    /// <summary>Whether nobody has found the database to be damaged.</summary>
    public bool IsSound => _damage is null;

    /// <summary>Nobody has looked at the rows up to a number.</summary>
    public void Begin(string graphId, long last)
    {
        _graphId = graphId;
        Interlocked.Exchange(ref _last, last);
    }

    /// <summary>All have been looked at.</summary>
    public void End() => Interlocked.Exchange(ref _last, 0);

    /// <summary>The database is damaged; nothing of it is read or written any more.</summary>
    public void Fail(PeerException damage) => _damage = damage;

    /// <summary>Whether a record of a row is what a record of the graph can be.</summary>
    public bool Holds(long number, GraphRecord record) =>
        number > Interlocked.Read(ref _last) || RecordRules.Check(record, _graphId, 0) == RecordFault.None;

    /// <exception cref="PeerException">The database was found to be damaged.</exception>
    public void RequireSound()
    {
        if (_damage is { } damage)
        {
            throw damage.Error.Exception(damage.Message, damage.Target, damage);
        }
    }
}
