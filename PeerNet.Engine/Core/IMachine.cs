namespace PeerNet.Engine.Core;

/// <summary>A protocol without input and output of its own: inputs are its other methods, and take the time first.</summary>
/// <typeparam name="TEffect">What it wants done.</typeparam>
internal interface IMachine<TEffect>
{
    /// <summary>When <see cref="Advance"/> is wanted; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    TimeSpan NextDue { get; }

    /// <summary>Does what has come due.</summary>
    void Advance(Moment now);

    /// <summary>Takes what is to be done since the last call, in order.</summary>
    IReadOnlyList<TEffect> TakeEffects();
}
