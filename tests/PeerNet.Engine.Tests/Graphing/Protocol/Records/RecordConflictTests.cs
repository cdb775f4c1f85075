using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordConflictTests
{
    private static readonly GraphRecord Record = RecordVectors.Read(RecordVectors.Full);

    [Fact]
    public void The_first_difference_in_order_decides()
    {
        // Each is older than the next, by one rule, though the rules below speak for it.
        GraphRecord[] ascending =
        [
            Record with { Version = 6, ModifierId = "z", Modified = new PeerTime(ulong.MaxValue) },
            Record with { ModifierId = "", Modified = new PeerTime(ulong.MaxValue), SecurityData = new byte[9] },
            Record with { ModifierId = "B", Modified = new PeerTime(ulong.MaxValue), SecurityData = new byte[9] },
            Record with { ModifierId = "a", Modified = new PeerTime(1), SecurityData = new byte[9] },
            Record with { ModifierId = "a", Modified = new PeerTime(2), SecurityData = Bytes(9) },
            Record with { ModifierId = "a", Modified = new PeerTime(2), SecurityData = Bytes(1, 1) },
            Record with { ModifierId = "a", Modified = new PeerTime(2), SecurityData = Bytes(1, 0x80) },
            Record with { ModifierId = "\ud800", Modified = new PeerTime(1) },
            Record with { ModifierId = "\uffff", Modified = new PeerTime(1) },
        ];

        for (int left = 0; left < ascending.Length; left++)
        {
            for (int right = 0; right < ascending.Length; right++)
            {
                Assert.Equal(left.CompareTo(right), Math.Sign(RecordConflict.Compare(ascending[left], ascending[right])));
            }
        }
    }

    [Fact]
    public void Records_that_differ_in_nothing_that_counts_are_the_same() =>
        Assert.Equal(0, RecordConflict.Compare(Record, Record with { Payload = new byte[1], Expires = new PeerTime(1) }));

    private static ReadOnlyMemory<byte> Bytes(params byte[] bytes) => bytes;
}
