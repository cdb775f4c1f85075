using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public sealed class IdRingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_walk_visits_every_id_once_in_the_order_of_distance(ulong seed)
    {
        var random = new SeededRandom(seed);
        for (int round = 0; round < 200; round++)
        {
            var ring = new IdRing<int>();
            PnrpId[] ids = [.. Enumerable.Range(0, random.Next(40)).Select(_ => NewId(random))];
            foreach (PnrpId id in ids)
            {
                ring.Add(id, 0);
            }

            PnrpId target = NewId(random);
            List<PnrpId> visited = [];
            IdRing<int>.Walk walk = ring.NearestTo(target);
            while (walk.MoveNext())
            {
                visited.Add(ring.IdAt(walk.Index));
                Assert.Equal(visited[^1].DistanceTo(target), walk.Distance);
            }

            Assert.Equal(ids.OrderBy(id => id.DistanceTo(target)), visited);
        }
    }

    [Fact]
    public void Ids_stay_in_order_while_they_come_and_go()
    {
        var random = new SeededRandom(3);
        var ring = new IdRing<PnrpId>();
        var expected = new SortedSet<PnrpId>();
        for (int i = 0; i < 2000; i++)
        {
            PnrpId id = NewId(random);
            ring.Add(id, id);
            expected.Add(id);
            if (i % 3 == 0)
            {
                int index = random.Next(ring.Count);
                expected.Remove(ring.IdAt(index));
                ring.RemoveAt(index);
            }
        }

        Assert.Equal(expected, Enumerable.Range(0, ring.Count).Select(ring.IdAt));
        Assert.All(Enumerable.Range(0, ring.Count), index => Assert.Equal(ring.IdAt(index), ring[index]));
        Assert.All(expected, id => Assert.True(ring.Contains(id)));
    }

    [Fact]
    public void Every_id_lies_in_its_slot_and_its_level_is_the_nearer_the_deeper()
    {
        var random = new SeededRandom(4);
        for (int i = 0; i < 2000; i++)
        {
            PnrpId centre = NewId(random);
            int shift = random.Next(57);
            PnrpId id = centre.Add(new PnrpId((UInt128)random.NextBits128() >> shift, random.NextBits128()));
            CacheSlot slot = CacheLevels.SlotOf(centre, id);
            Assert.True(slot.Contains(id));
            Assert.True(slot.Contains(slot.Middle));
            Assert.InRange(CacheLevels.LevelOf(centre, id), (shift / 3) - 1, 19);
        }
    }

    [Fact]
    public void Ids_that_share_a_slots_precision_with_its_middle_lie_in_the_slot()
    {
        var random = new SeededRandom(5);
        for (int i = 0; i < 2000; i++)
        {
            CacheSlot slot = CacheLevels.SlotAt(NewId(random), random.Next(CacheLevels.Count), random.Next(16));
            int free = 256 - slot.Precision;
            PnrpId mask = free >= 128
                ? new PnrpId((UInt128.One << (free - 128)) - 1, UInt128.MaxValue)
                : new PnrpId(0, (UInt128.One << free) - 1);
            PnrpId noise = NewId(random);
            var id = new PnrpId(
                (UInt128)slot.Middle.P2PId ^ ((UInt128)noise.P2PId & mask.P2PId),
                (UInt128)slot.Middle.ServiceLocation ^ ((UInt128)noise.ServiceLocation & mask.ServiceLocation));
            Assert.True(slot.Contains(id));
        }
    }

    [Fact]
    public void A_leaf_set_keeps_the_five_nearest_of_each_side_and_estimates_the_cloud()
    {
        var random = new SeededRandom(6);
        PnrpId local = NewId(random);
        var leaves = new LeafSet(local, side: 5);
        List<PnrpId> all = [];
        List<RouteEntry> displaced = [];
        for (int i = 0; i < 500; i++)
        {
            PnrpId id = NewId(random);
            bool covers = leaves.Covers(id);
            Assert.Equal(covers, leaves.Add(Machine.Route(i + 2, id), displaced));
            all.Add(id);
            PnrpId[] upwards = [.. all.OrderBy(local.ClockwiseTo)];
            Assert.Equal(upwards.Take(5), leaves.Above.ToArray().Select(entry => entry.Id));
            Assert.Equal(upwards.Reverse().Take(5), leaves.Below.ToArray().Select(entry => entry.Id));
            Assert.Equal(upwards.Take(5).Concat(upwards.TakeLast(5)).Distinct().Count(), leaves.Count);
        }

        Assert.InRange(leaves.EstimateCloudSize()!.Value, 50, 50_000);
        Assert.True(leaves.Remove(leaves.Above[0].Id));
        Assert.Equal(9, leaves.Count);
    }

    private static PnrpId NewId(SeededRandom random) => new(random.NextBits128(), random.NextBits128());
}
