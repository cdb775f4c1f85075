using System.Security.Cryptography;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>Who is known to have what, and for how long (MS-CCROD 2.8.1.2.2).</summary>
public sealed class ServerInformationListsTests
{
    private static readonly TimeSpan Tick = new(1);
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly ServerInformationLists _lists = new();

    [Fact]
    public void Of_a_segment_that_nobody_looked_for_nothing_is_known() =>
        Assert.Equal(ServerListState.Absent, Find(Start, Id(1)));

    [Fact]
    public void That_nobody_has_it_is_known_for_15_seconds()
    {
        _lists.NoteNobody(Start, Id(1));
        Assert.Equal(ServerListState.Empty, Find(Start + DownloadLimits.ServerListTime - Tick, Id(1)));
        Assert.Equal(ServerListState.Absent, Find(Start + DownloadLimits.ServerListTime, Id(1)));
    }

    [Fact]
    public void A_server_is_known_for_15_seconds_from_when_it_last_said_so()
    {
        _lists.Add(Start, Id(1), MachineRig.Peer(1));
        _lists.Add(Start + TimeSpan.FromSeconds(1), Id(1), MachineRig.Peer(1));
        TimeSpan end = Start + TimeSpan.FromSeconds(1) + DownloadLimits.ServerEntryTime;
        Assert.Equal(ServerListState.Populated, Find(end - Tick, Id(1)));
        Assert.Equal(ServerListState.Absent, Find(end, Id(1)));
    }

    [Fact]
    public void That_a_probe_found_nobody_does_not_count_where_somebody_else_has_found_one()
    {
        _lists.Add(Start, Id(1), MachineRig.Peer(1));
        _lists.NoteNobody(Start, Id(1));
        Assert.Equal(ServerListState.Populated, Find(Start, Id(1)));
    }

    [Fact]
    public void A_list_that_has_lost_its_last_server_is_none()
    {
        _lists.Add(Start, Id(1), MachineRig.Peer(1));
        _lists.Add(Start, Id(2), MachineRig.Peer(1));
        _lists.Remove(Start, Id(1), MachineRig.Peer(1));
        Assert.Equal(ServerListState.Absent, Find(Start, Id(1)));
        Assert.Equal(ServerListState.Populated, Find(Start, Id(2)));
        _lists.Remove(MachineRig.Peer(1));
        Assert.Equal(ServerListState.Absent, Find(Start, Id(2)));
    }

    [Fact]
    public void In_a_full_list_the_server_that_was_heard_of_longest_ago_makes_room()
    {
        for (int peer = 0; peer <= DownloadLimits.Peers; peer++)
        {
            _lists.Add(Start, Id(1), MachineRig.Peer(peer));
        }

        _lists.Find(Start, Id(1), out Uri[] servers);
        Assert.Equal(Enumerable.Range(1, DownloadLimits.Peers).Select(MachineRig.Peer), servers);
    }

    [Fact]
    public void The_list_that_was_used_longest_ago_makes_room()
    {
        for (int i = 0; i < DownloadLimits.ServerLists; i++)
        {
            _lists.NoteNobody(Start, Id(i));
        }

        Find(Start, Id(0));
        _lists.NoteNobody(Start, Id(DownloadLimits.ServerLists));
        Assert.Equal(ServerListState.Empty, Find(Start, Id(0)));
        Assert.Equal(ServerListState.Absent, Find(Start, Id(1)));
    }

    [Fact]
    public void After_five_probes_in_vain_none_is_sent_until_the_first_of_them_is_ten_seconds_old()
    {
        for (int i = 0; i < DownloadLimits.DiscoveryThreshold; i++)
        {
            Assert.True(_lists.MayProbe(Start));
            _lists.CountFruitlessProbe(Start);
        }

        Assert.False(_lists.MayProbe(Start + DownloadLimits.DiscoveryPeriod - Tick));
        Assert.True(_lists.MayProbe(Start + DownloadLimits.DiscoveryPeriod));
    }

    private static SegmentId Id(int number) =>
        SegmentId.TryCreate(SHA256.HashData(BitConverter.GetBytes(number)), out SegmentId id) ? id : default;

    private ServerListState Find(TimeSpan now, SegmentId id) => _lists.Find(now, id, out _);
}
