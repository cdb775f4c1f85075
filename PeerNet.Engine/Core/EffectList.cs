namespace PeerNet.Engine.Core;

/// <summary>What a machine wants done, in order. Two lists take turns, so that nothing is allocated for one.</summary>
/// <typeparam name="TEffect">What it wants done.</typeparam>
internal sealed class EffectList<TEffect>
{
    private List<TEffect> _added = [];
    private List<TEffect> _taken = [];

    public void Add(TEffect effect) => _added.Add(effect);

    /// <summary>Takes what was added since the last call; it is good until the next one.</summary>
    public IReadOnlyList<TEffect> Take()
    {
        _taken.Clear();
        (_added, _taken) = (_taken, _added);
        return _taken;
    }
}
