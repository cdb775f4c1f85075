using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Grouping;

/// <summary>Makes the records of the group's own types, which are secured before they reach the graph.</summary>
internal static class GroupRecords
{
    /// <summary>The first version of a record.</summary>
    public static GraphRecord Create(
        string group, Guid type, string creator, byte[] payload, PeerTime now, PeerTime expires, IRandomSource random) => new()
        {
            Type = type,
            Id = RecordIds.Create(type, creator, random),
            Version = 1,
            CreatorId = creator,
            Created = now,
            Modified = now,
            Expires = expires,
            GraphId = group,
            Payload = payload,
        };

    /// <summary>The next version of a record.</summary>
    public static GraphRecord Revise(GraphRecord current, string modifier, byte[] payload, PeerTime now, PeerTime expires) =>
        RecordEdits.Revise(current, modifier, now) with
        {
            Payload = payload,
            Expires = expires > current.Expires ? expires : current.Expires,
        };

    /// <summary>The record with its security data.</summary>
    public static GraphRecord Secure(GraphRecord record, Func<GraphSecurityRecord, byte[]> sign) =>
        record with { SecurityData = sign(RecordQuestion.Describe(record)) };
}
