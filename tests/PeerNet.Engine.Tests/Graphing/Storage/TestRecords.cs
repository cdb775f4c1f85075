using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>Sound records, each told by its number.</summary>
internal static class TestRecords
{
    public const string GraphId = "graph";
    public const string PeerId = "me";

    public static readonly Guid TypeA = new("aaaaaaaa-0000-0000-0000-000000000000");
    public static readonly Guid TypeB = new("bbbbbbbb-0000-0000-0000-000000000000");

    /// <summary>The record of a number: it was made and changed at that tick.</summary>
    public static GraphRecord Create(int number, Guid? type = null, string creatorId = "peer", int length = 100)
    {
        byte[] payload = new byte[length];
        new Random(number).NextBytes(payload);
        Guid kind = type ?? TypeA;
        return new()
        {
            Type = kind,
            Id = RecordIds.Create(kind, creatorId, new SeededRandom(number)),
            Version = 1,
            CreatorId = creatorId,
            GraphId = GraphId,
            Created = Time(number),
            Modified = Time(number),
            Expires = Time(1_000_000 + number),
            Payload = payload,
        };
    }

    /// <summary>The next version of a record, changed at a tick.</summary>
    public static GraphRecord Update(GraphRecord record, int tick) =>
        RecordEdits.Revise(record, "editor", Time(tick)) with { Payload = new byte[] { (byte)tick } };

    public static PeerTime Time(int tick) => new(130_000_000_000_000_000 + (ulong)tick);
}
