using System.Net;
using System.Security.Cryptography;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol;

/// <summary>A <see cref="FetchMachine"/> on a clock that a test moves.</summary>
internal sealed class FetchBench(FetchOptions? options = null)
{
    private FetchMachine? _machine;

    public CounterSet<FetchCounter> Counters { get; } = new("Fetch");

    public FetchMachine Machine => _machine ??= new(options ?? new(), Counters);

    public TimeSpan Now { get; set; }

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

    public bool Offer(int number, string client = "192.0.2.1:8008", int blocks = 1) =>
        Machine.Offer(Create(number, client, blocks), Now);

    public List<FetchRequest> TakeAll()
    {
        List<FetchRequest> requests = [];
        while (Machine.TryTakeRequest(out FetchRequest? request))
        {
            requests.Add(request!);
        }

        return requests;
    }

    public void End(FetchRequest request, FetchOutcome outcome) => Machine.Ended(request, outcome, 1000, Now);

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
}
