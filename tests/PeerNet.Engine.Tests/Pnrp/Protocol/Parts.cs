using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>The parts of a machine, each to be tested without the core.</summary>
internal sealed class Parts
{
    public Parts()
    {
        Messenger = new(Context);
        var judge = new CpaJudge(Context);
        Routes = new(Context, Messenger, judge);
        var resolving = new Resolving(Context, Messenger, Routes, judge);
        Registering = new(Context, Routes, new(Context, Messenger, Routes), resolving);
        Discovery = new(Context, Messenger, Routes, state => Context.State = state);
        Splits = new(Context, resolving, Discovery);
        Maintenance = new(Context, Messenger, resolving, Registering, Splits, Discovery);
        Context.Now = new(TimeSpan.FromHours(1), default);
        Context.Own = new([Machine.Local]);
        Context.State = PeerCloudState.Active;
    }

    public PnrpContext Context { get; } = new(SuiteAlgorithms.Modern, new SeededRandom(5));

    public Messenger Messenger { get; }

    public Routes Routes { get; }

    public Registering Registering { get; }

    public DiscoverySteps Discovery { get; }

    public SplitDetection Splits { get; }

    public Maintenance Maintenance { get; }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Context.Now = new(Context.Now.Elapsed + time, default);

    /// <summary>Puts a node into the cache, heard of just now.</summary>
    public RouteEntry Know(int host, PnrpId id)
    {
        RouteEntry entry = Machine.Route(host, id);
        Context.Cache.Add(entry, Context.Now.Elapsed);
        return entry;
    }

    /// <summary>Takes what the parts want done.</summary>
    public Wishes Take() => new([.. Context.Output.Take()]);

    /// <summary>What the parts want done.</summary>
    public sealed record Wishes(IReadOnlyList<PnrpEffect> Effects)
    {
        public IEnumerable<T> News<T>()
            where T : PnrpNews => Effects.Select(effect => effect.News).OfType<T>();

        /// <summary>The hosts that messages of a type go to.</summary>
        public int[] Hosts(PnrpMessageType type) =>
        [
            .. Effects.Where(effect => effect.News is null && TypeOf(effect) == type)
                .Select(effect => (int)effect.Destination.Address.Lower),
        ];

        private static PnrpMessageType TypeOf(PnrpEffect effect)
        {
            var reader = new WireReader(effect.Datagram.Span);
            Assert.Equal(PnrpHeaderStatus.Ok, PnrpHeader.TryRead(ref reader, SuiteAlgorithms.Modern, out PnrpHeader header));
            return header.Type;
        }
    }
}
