using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What nodes tell of themselves by records of one type, and this node's own one. Where too few nodes have one, this
/// one publishes its own after a time of chance, and where too many have, it withdraws it.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="records">Publishes.</param>
/// <param name="type">The type of the records.</param>
/// <param name="shortest">How long it waits at least.</param>
/// <param name="longest">How long it waits at most.</param>
/// <param name="met">Told of each node that has told of itself.</param>
internal abstract class NodeRecords(
    GraphCore core, OwnRecords records, Guid type, TimeSpan shortest, TimeSpan longest, Action<KnownNode> met)
{
    /// <summary>The nodes that have such a record.</summary>
    public NodeTable Known { get; } = new(GraphOptions.MaximumKnownNodes);

    /// <summary>When this node publishes or withdraws its record, if need be.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>This node's record; null for none.</summary>
    protected Guid? Own { get; private set; }

    protected GraphCore Core => core;

    protected abstract bool HasTooFew { get; }

    protected abstract bool HasTooMany { get; }

    /// <summary>Whether this node may add to them.</summary>
    protected virtual bool MayPublish => true;

    /// <summary>A record is in the store.</summary>
    public void Kept(GraphRecord record)
    {
        if (record.IsDeleted || Read(record) is not { } node)
        {
            Forget(record.Id);
            return;
        }

        KnownNode? before = Known.Set(node);
        if (node.NodeId == core.NodeId)
        {
            Own = record.Id;
        }

        Schedule();
        Changed(before, node);
        met(node);
    }

    /// <summary>A record is gone, or says nothing any more.</summary>
    public void Forget(Guid id)
    {
        KnownNode? before = Known.Remove(id);
        if (Own == id)
        {
            Own = null;
        }

        if (before is not null)
        {
            Changed(before, null);
        }

        Schedule();
    }

    /// <summary>All that is known is to be learned anew.</summary>
    /// <returns>What was known.</returns>
    public IReadOnlyList<KnownNode> Clear()
    {
        Own = null;
        return Known.Clear();
    }

    /// <summary>What the own record says may have changed.</summary>
    public void Refresh()
    {
        if (Own is not { } id)
        {
            return;
        }

        if (core.Endpoints.Length == 0)
        {
            Withdraw();
        }
        else if (Known.Find(id) is { } own && (!own.Endpoints.SequenceEqual(core.Endpoints) || !IsCurrent(own)))
        {
            Publish();
        }
    }

    public void Withdraw()
    {
        if (Own is { } id)
        {
            records.Withdraw(id);
        }
    }

    /// <summary>Sets the timer, where it is not set and something would come of it.</summary>
    public void Schedule()
    {
        if (core.IsReady && Due == TimeSpan.MaxValue && (HasTooMany || HasTooFew))
        {
            TimeSpan spread = longest - shortest;
            Due = core.Elapsed + shortest + TimeSpan.FromSeconds(core.Random.Next((int)spread.TotalSeconds + 1));
        }
    }

    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        Due = TimeSpan.MaxValue;
        if (HasTooMany)
        {
            Withdraw();
        }
        else if (HasTooFew && MayPublish)
        {
            Publish();
        }

        Schedule();
    }

    protected void Publish() => records.Keep(
        type, Own is { } id && core.Find(id) is { IsDeleted: false } existing ? existing : null, Encode(), Expires);

    /// <summary>When the own record expires.</summary>
    protected abstract PeerTime Expires { get; }

    /// <summary>What the own record says.</summary>
    protected abstract byte[] Encode();

    /// <summary>What a record says; null where it says nothing.</summary>
    protected abstract KnownNode? Read(GraphRecord record);

    /// <summary>Whether the own record says what it should, its endpoints aside.</summary>
    protected abstract bool IsCurrent(KnownNode own);

    /// <summary>What is known of a node may be something else now.</summary>
    protected virtual void Changed(KnownNode? before, KnownNode? now)
    {
    }
}
