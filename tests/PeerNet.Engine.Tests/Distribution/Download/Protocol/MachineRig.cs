using PeerNet.Engine.Core;

using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>The machine of downloads alone, in virtual time: what it wants done is kept until a test answers it.</summary>
internal sealed class MachineRig
{
    private static readonly DateTimeOffset Start = new(2031, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public MachineRig(TestContent content, DownloadMeans? means = null)
    {
        Content = content;
        Download = Begin(means ?? new() { CanDiscover = true });
    }

    public TestContent Content { get; }

    public DownloadMachine Machine { get; } = new();

    public DownloadSchedule Download { get; private set; }

    public TimeSpan Elapsed { get; private set; } = TimeSpan.FromHours(1);

    public Moment Now => new(Elapsed, Start + Elapsed);

    /// <summary>What was asked for and not answered, in order.</summary>
    public List<DownloadRequest> Open { get; } = [];

    /// <summary>What need not be answered.</summary>
    public List<DownloadRequest> Cancelled { get; } = [];

    /// <summary>What is to be read from the source.</summary>
    public List<SourceRead> Reads { get; } = [];

    /// <summary>Everything else.</summary>
    public List<DownloadEffect> Others { get; } = [];

    /// <summary>What is at hand of a segment, in the cache.</summary>
    public Func<int, BlockSet> AtHand { get; set; } = _ => default;

    public bool HasEnded => Others.Exists(effect => effect is DownloadEffect.End end && end.Download == Download);

    public static Uri Peer(int number) => new($"http://192.0.2.{number}:80/");

    /// <summary>One more download of the same, as the rig's from now on.</summary>
    public DownloadSchedule Begin(DownloadMeans means, long? length = null)
    {
        Download = Machine.Begin(Now, ContentLayout.Create(Content.Information, 0, length), means);
        Take();
        return Download;
    }

    public DownloadRequest[] Asked(DownloadRequestKind kind, int? peer = null) =>
        [.. Open.Where(request => request.Kind == kind && (peer is null || request.Server!.Address == Peer(peer.Value)))];

    /// <summary>The one probe that waits is answered by peers that have all, and ends.</summary>
    public void Find(params int[] peers)
    {
        DownloadRequest probe = Assert.Single(Asked(DownloadRequestKind.Probe));
        foreach (int peer in peers)
        {
            Download.Found(Now, probe, Peer(peer), probe.GetIds());
        }

        Open.Remove(probe);
        Download.ProbeEnded(Now, probe, isAnswered: true);
        Take();
    }

    /// <summary>Answers a request for a block.</summary>
    public void Answer(DownloadRequest request, BlockOutcome outcome = BlockOutcome.Received)
    {
        Assert.True(Open.Remove(request) || Cancelled.Remove(request));
        Download.BlockEnded(Now, request, outcome);
        Take();
    }

    /// <summary>Answers a request for a block list.</summary>
    public void List(DownloadRequest request, BlockSet? available)
    {
        Assert.True(Open.Remove(request) || Cancelled.Remove(request));
        Download.BlockListEnded(Now, request, available);
        Take();
    }

    /// <summary>Has all block lists say that all is there, and all blocks come.</summary>
    public void Serve(int? peer = null)
    {
        while (Asked(DownloadRequestKind.BlockList, peer).FirstOrDefault() is { } list)
        {
            List(list, list.Session.Wanted);
        }

        while (Asked(DownloadRequestKind.Block, peer).FirstOrDefault() is { } block)
        {
            Answer(block);
            if (Asked(DownloadRequestKind.BlockList, peer).FirstOrDefault() is { } list)
            {
                List(list, list.Session.Wanted);
            }
        }
    }

    /// <summary>Lets time pass, and each timer fire at its time.</summary>
    public void RunFor(TimeSpan time)
    {
        TimeSpan end = Elapsed + time;
        while (Machine.NextDue <= end)
        {
            Elapsed = Machine.NextDue;
            Machine.Advance(Now);
            Take();
        }

        Elapsed = end;
    }

    /// <summary>Takes what is to be done; what is asked of this node itself is answered at once.</summary>
    public void Take()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (DownloadEffect effect in effects.ToArray())
            {
                Take(effect);
            }
        }
    }

    private void Take(DownloadEffect effect)
    {
        switch (effect)
        {
            case DownloadEffect.Look look:
                look.Download.AtHand(Now, look.Index, default, AtHand(look.Index));
                break;
            case DownloadEffect.Ask ask:
                Open.Add(ask.Request);
                break;
            case DownloadEffect.Cancel cancel:
                Assert.True(Open.Remove(cancel.Request));
                Cancelled.Add(cancel.Request);
                break;
            case DownloadEffect.Read read:
                Reads.Add(read.What);
                break;
            default:
                Others.Add(effect);
                break;
        }
    }
}
