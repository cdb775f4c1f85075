using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>What an application does with records (MS-PPGRH 3.1.4.3 to 3.1.4.5, 3.1.7.2, 3.1.7.8, 3.1.7.9): each change makes
/// another record, which is still to be secured and published.</summary>
internal static class RecordEdits
{
    /// <summary>A new record of an application.</summary>
    /// <param name="draft">Type, creator, graph, expiration and content; id, version and times are set here.</param>
    /// <param name="maximumRecordSize">The graph's limit; 0 for 60 MB.</param>
    /// <param name="now">The peer time.</param>
    /// <param name="random">Gives the lower half of the id.</param>
    /// <exception cref="PeerException">The type is reserved, it expires too early, its attributes are none, or it is too
    /// large.</exception>
    public static GraphRecord Add(GraphRecord draft, uint maximumRecordSize, PeerTime now, IRandomSource random)
    {
        ThrowIfInternal(draft.Type);
        GraphRecord record = draft with
        {
            Id = RecordIds.Create(draft.Type, draft.CreatorId, random),
            Version = 1,
            IsDeleted = false,
            ModifierId = "",
            Created = now,
            Modified = now,
        };
        if (record.Expires <= now)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception(
                "A record must expire later than now, in the time of its graph.", record.Expires);
        }

        ThrowIfUnfit(record, maximumRecordSize);
        return record;
    }

    /// <summary>Another version of a record of an application.</summary>
    /// <param name="current">The record in the database.</param>
    /// <param name="change">What is to become of it: the content and the expiration are taken from here.</param>
    /// <param name="modifierId">The peer id of who changes it.</param>
    /// <param name="maximumRecordSize">The graph's limit; 0 for 60 MB.</param>
    /// <param name="now">The peer time.</param>
    /// <exception cref="PeerException">The record is deleted or reserved, has another version than the one that was changed, or
    /// the change is not allowed.</exception>
    public static GraphRecord Update(
        GraphRecord current, GraphRecord change, string modifierId, uint maximumRecordSize, PeerTime now)
    {
        ThrowIfUnchangeable(current);
        if (change.Version != current.Version)
        {
            throw PeerErrors.InvalidRecord.Exception(
                $"The record '{current.Id}' has changed meanwhile: it is at version {current.Version}, the change was made to "
                + $"version {change.Version}. Read it again, and repeat the change.",
                current.Id);
        }

        if (change.Expires < current.Expires)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception(
                $"The expiration of the record '{current.Id}' can only become later.", current.Id);
        }

        GraphRecord record = Revise(current, modifierId, now) with
        {
            Expires = change.Expires,
            Payload = change.Payload,
            Attributes = change.Attributes,
        };
        ThrowIfExpired(record);
        ThrowIfUnfit(record, maximumRecordSize);
        return record;
    }

    /// <summary>The tombstone of a record of an application.</summary>
    /// <exception cref="PeerException">The record is deleted, expired or reserved.</exception>
    public static GraphRecord Delete(GraphRecord current, string modifierId, PeerTime now)
    {
        ThrowIfUnchangeable(current);
        GraphRecord record = Bury(current, modifierId, now);
        ThrowIfExpired(record);
        return record;
    }

    /// <summary>The tombstone of any record, those of the protocol too.</summary>
    public static GraphRecord Bury(GraphRecord current, string modifierId, PeerTime now) =>
        Revise(current, modifierId, now) with { IsDeleted = true, Payload = default, Attributes = "" };

    /// <summary>The next version of any record with the same content, which is still to be secured; its security data are
    /// those of the version before.</summary>
    /// <remarks>Peer time moves back at times (MS-PPGRH 1.3.6), modification times do not.</remarks>
    public static GraphRecord Revise(GraphRecord current, string modifierId, PeerTime now)
    {
        var next = new PeerTime(current.Modified.Ticks + 1);
        return current with
        {
            Version = current.Version + 1,
            ModifierId = modifierId,
            Modified = now > next ? now : next,
        };
    }

    /// <summary>Checks what an application may choose of a record.</summary>
    private static void ThrowIfUnfit(GraphRecord record, uint maximumRecordSize)
    {
        if (record.Attributes.Length > 0)
        {
            RecordAttributes.Parse(record.Attributes);
        }

        long length = RecordCodec.GetContentLength(record);
        uint limit = RecordRules.GetLimit(maximumRecordSize);
        if (length > limit)
        {
            throw PeerErrors.MaximumRecordSizeExceeded.Exception(
                $"Data and attributes of the record take {length} bytes; the graph allows {limit}.", length);
        }
    }

    private static void ThrowIfUnchangeable(GraphRecord record)
    {
        ThrowIfInternal(record.Type);
        if (record.IsDeleted)
        {
            throw PeerErrors.RecordNotFound.Exception($"The record '{record.Id}' has been deleted.", record.Id);
        }
    }

    private static void ThrowIfExpired(GraphRecord record)
    {
        if (record.Expires <= record.Modified)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception(
                $"The record '{record.Id}' has expired; give it a later expiration.", record.Id);
        }
    }

    private static void ThrowIfInternal(Guid type)
    {
        if (RecordTypes.IsInternal(type))
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The record type '{type}' is one of the graph's own, which applications may not publish or change.", type);
        }
    }
}
