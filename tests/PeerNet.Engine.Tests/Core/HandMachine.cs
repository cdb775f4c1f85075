using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

/// <summary>A machine that does what it is told, and counts how often its time came.</summary>
internal sealed class HandMachine : IMachine<string>
{
    public TimeSpan NextDue { get; set; } = TimeSpan.MaxValue;

    /// <summary>Whether there is always something to do.</summary>
    public bool IsBusy { get; set; }

    public int Advanced { get; private set; }

    public void Advance(Moment now)
    {
        Advanced++;
        NextDue = IsBusy ? NextDue : TimeSpan.MaxValue;
    }

    public List<string> Effects { get; } = [];

    public IReadOnlyList<string> TakeEffects()
    {
        string[] taken = [.. Effects];
        Effects.Clear();
        return taken;
    }
}
