using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>Whatever servers, the link and the source answer, and when: a download keeps to its limits, and it ends.</summary>
public sealed class DownloadSequenceTests
{
    private const int Sequences = 400;
    private const int Block = 65_536;

    [Fact]
    public void Every_download_ends_and_counts_no_byte_twice()
    {
        for (ulong seed = 1; seed <= Sequences; seed++)
        {
            try
            {
                Run(new(seed), TestContent.V1((int)seed, (int)(seed % 90 * Block) + 17, 1 + (int)(seed % 20)));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static void Run(SeededRandom random, TestContent content)
    {
        bool hasSource = random.Next(2) == 0;
        var rig = new MachineRig(content, new()
        {
            HostedCaches = [.. Enumerable.Range(100, random.Next(3)).Select(MachineRig.Peer)],
            CanDiscover = random.Next(4) > 0,
            HasSource = hasSource,
        });
        bool isSourceDown = random.Next(3) == 0;
        TimeSpan end = rig.Elapsed + TimeSpan.FromHours(1);
        while (!rig.HasEnded && rig.Elapsed < end)
        {
            Check(rig);
            if (random.Next(8) == 0)
            {
                rig.RunFor(TimeSpan.FromMilliseconds(random.Next(700)));
            }
            else if (rig.Open.Count + rig.Cancelled.Count + rig.Reads.Count == 0)
            {
                rig.RunFor(rig.Machine.NextDue - rig.Elapsed);
            }
            else
            {
                Answer(rig, random, isSourceDown);
            }
        }

        Assert.True(rig.HasEnded, "It does not end.");
        Assert.Empty(rig.Open.Concat(rig.Cancelled));
        Assert.True(!hasSource || isSourceDown || rig.Download.IsWhole, "The source has it all.");
        Assert.Equal(
            rig.Download.IsWhole,
            Enum.GetValues<BlockSource>().Sum(rig.Download.GetBytes) == content.Bytes.Length);
    }

    private static void Check(MachineRig rig)
    {
        DownloadRequest[] blocks = rig.Asked(DownloadRequestKind.Block);
        Assert.InRange(blocks.Length, 0, DownloadLimits.Requests);
        Assert.InRange(rig.Reads.Count, 0, DownloadLimits.SourceReads);
        Assert.InRange(rig.Asked(DownloadRequestKind.Probe).Length, 0, 1);
        Assert.All(
            blocks.GroupBy(request => (request.Session.Index, request.Block)), twins => Assert.InRange(twins.Count(), 1, 2));
        Assert.All(rig.Open, request => Assert.NotEqual(true, request.Server?.IsExcluded));
    }

    private static void Answer(MachineRig rig, SeededRandom random, bool isSourceDown)
    {
        int choice = random.Next(rig.Open.Count + rig.Cancelled.Count + rig.Reads.Count);
        if (choice >= rig.Open.Count + rig.Cancelled.Count)
        {
            Read(rig, rig.Reads[choice - rig.Open.Count - rig.Cancelled.Count], isSourceDown);
            return;
        }

        List<DownloadRequest> from = choice < rig.Open.Count ? rig.Open : rig.Cancelled;
        DownloadRequest request = from[choice % Math.Max(1, rig.Open.Count) % from.Count];
        switch (request.Kind)
        {
            case DownloadRequestKind.Block:
                rig.Answer(request, (BlockOutcome)Math.Max(0, random.Next(12) - 7));
                break;
            case DownloadRequestKind.BlockList:
                rig.List(request, random.Next(5) == 0 ? null : BlockSet.First(random.Next(20)));
                break;
            case DownloadRequestKind.SegmentList:
                from.Remove(request);
                rig.Download.SegmentListEnded(
                    rig.Now, request, random.Next(3) == 0 ? null : [.. Enumerable.Range(0, random.Next(request.Sessions.Count + 1))]);
                rig.Take();
                break;
            default:
                Probe(rig, from, request, random);
                break;
        }
    }

    private static void Probe(MachineRig rig, List<DownloadRequest> from, DownloadRequest probe, SeededRandom random)
    {
        if (random.Next(3) > 0)
        {
            rig.Download.Found(rig.Now, probe, MachineRig.Peer(random.Next(30)), [.. probe.GetIds().Where(_ => random.Next(3) > 0)]);
        }
        else
        {
            from.Remove(probe);
            rig.Download.ProbeEnded(rig.Now, probe, isAnswered: random.Next(2) == 0);
        }

        if (random.Next(20) == 0)
        {
            rig.Machine.FoundLate(rig.Now, MachineRig.Peer(random.Next(30)), probe.GetIds());
        }

        rig.Take();
    }

    private static void Read(MachineRig rig, SourceRead read, bool isSourceDown)
    {
        rig.Reads.Remove(read);
        if (isSourceDown)
        {
            rig.Download.SourceFailed(rig.Now, read, isPassing: true);
        }
        else
        {
            rig.Download.SourceRead(rig.Now, read);
        }

        rig.Take();
    }
}
