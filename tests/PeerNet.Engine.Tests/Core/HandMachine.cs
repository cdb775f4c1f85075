using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

/// <summary>A machine that does what it is told, and counts how often its time came.</summary>
internal sealed class HandMachine : IMachine<string>
{
    public TimeSpan NextDue { get; set; } = TimeSpan.MaxValue;

    public int Advanced { get; private set; }

    public void Advance(Moment now)
    {
        Advanced++;
        NextDue = TimeSpan.MaxValue;
    }

    public List<string> Effects { get; } = [];

    public IReadOnlyList<string> TakeEffects()
    {
        string[] taken = [.. Effects];
        Effects.Clear();
        return taken;
    }
}
