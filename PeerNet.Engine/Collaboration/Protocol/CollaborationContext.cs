using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What the parts of the machine share: who this node is, whom it knows, its timers, and what is to be done.</summary>
/// <param name="random">Chance.</param>
internal sealed class CollaborationContext(IRandomSource random)
{
    private readonly EffectList<CollaborationEffect> _effects = new();

    public IRandomSource Random { get; } = random;

    public Timers<CollaborationTimer> Timers { get; } = new();

    /// <summary>This node; null while it is signed in nowhere.</summary>
    public OwnEndpoint? Own { get; set; }

    /// <summary>Where it is signed in.</summary>
    public PeerCollaborationScope Scope { get; set; }

    /// <summary>The contacts, by authority.</summary>
    public Dictionary<string, KnownContact> Contacts { get; } = [];

    public bool IsNear => Scope.HasFlag(PeerCollaborationScope.NearMe);

    public bool IsOnInternet => Scope.HasFlag(PeerCollaborationScope.Internet);

    public KnownContact? ContactOf(string authority) => Contacts.GetValueOrDefault(authority);

    public void Do(CollaborationEffect effect) => _effects.Add(effect);

    public void Tell(object news) => _effects.Add(new CollaborationEffect.Tell(news));

    public IReadOnlyList<CollaborationEffect> TakeEffects() => _effects.Take();

    /// <summary>A time, give or take a part of it.</summary>
    public TimeSpan About(TimeSpan time, double part) => time * (1 - part + (2 * part * Random.NextDouble()));
}
