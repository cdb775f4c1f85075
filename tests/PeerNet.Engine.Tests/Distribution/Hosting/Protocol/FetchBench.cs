using System.Net;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol;

/// <summary>A <see cref="FetchMachine"/> on a clock that a test moves.</summary>
internal sealed class FetchBench(FetchLimits? limits = null)
{
    private readonly List<FetchRequest> _requests = [];
    private FetchMachine? _machine;

    public CounterSet<FetchCounter> Counters { get; } = new("Fetch");

    public FetchMachine Machine => _machine ??= new(limits ?? new(), Counters);

    public Moment Now { get; private set; } = new(TimeSpan.FromHours(2), DateTimeOffset.UnixEpoch);

    public static SegmentId Id(int number)
    {
        Assert.True(SegmentId.TryCreate(SHA256.HashData(BitConverter.GetBytes(number)), out SegmentId id));
        return id;
    }

    public static FetchOffer Create(int number, string client = "192.0.2.1:8008", int blocks = 1) => new()
    {
        Client = IPEndPoint.Parse(client),
        Id = Id(number),
        Sealed = blocks == 1
            ? new SealedSegment(Id(number), PeerContentVersion.V2, 1000, Guid.Empty)
            : new SealedSegment(Id(number), PeerContentVersion.V1, blocks * 65536, Guid.Empty),
        Wanted = BlockSet.First(blocks),
    };

    public bool Offer(int number, string client = "192.0.2.1:8008", int blocks = 1) => Offer(Create(number, client, blocks));

    public bool Offer(FetchOffer offer)
    {
        bool isTaken = Machine.Offer(Now, offer);
        Perform();
        return isTaken;
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end = Now.Elapsed + time;
        while (Machine.NextDue <= end)
        {
            Now = Now with { Elapsed = Machine.NextDue };
            Machine.Advance(Now);
            Perform();
        }

        Now = Now with { Elapsed = end };
    }

    /// <summary>The requests that have been sent since the last call.</summary>
    public List<FetchRequest> TakeAll()
    {
        List<FetchRequest> requests = [.. _requests];
        _requests.Clear();
        return requests;
    }

    public void End(FetchRequest request, FetchOutcome outcome)
    {
        Machine.Ended(Now, request, outcome, 1000);
        Perform();
    }

    /// <summary>Answers every request until there are none, and returns them.</summary>
    public List<FetchRequest> Run(Func<FetchRequest, FetchOutcome> answer)
    {
        List<FetchRequest> all = [];
        for (List<FetchRequest> requests = TakeAll(); requests.Count > 0; requests = TakeAll())
        {
            all.AddRange(requests);
            requests.ForEach(request => End(request, answer(request)));
        }

        return all;
    }

    private void Perform() =>
        _requests.AddRange(Machine.TakeEffects().OfType<FetchEffect.Fetch>().Select(effect => effect.Request));
}
