namespace PeerNet.Engine.Core;

/// <summary>
/// Where a machine's state is written down. Batches of inputs are kept or undone as a whole, and nothing that comes of one
/// leaves before it is kept: neither effects nor answers. Called by the machine's loop alone.
/// </summary>
/// <typeparam name="TEffect">What the machine wants done.</typeparam>
internal interface IMachineJournal<TEffect>
{
    /// <summary>Until when whoever had something of his own written waits for his answer, so that he gives no more than
    /// others take; a time that has passed where nobody waits.</summary>
    TimeSpan AnswersResume { get; }

    /// <summary>Whether nothing of the batch will be kept; what waits goes into the next one.</summary>
    bool HasFailed { get; }

    /// <summary>Begins a batch.</summary>
    /// <param name="isDurable">Whether a power failure may not undo it: it has an input whose maker alone has what is
    /// written.</param>
    void Begin(bool isDurable);

    /// <summary>Keeps the batch.</summary>
    /// <exception cref="PeerException">Nothing of it is kept.</exception>
    void Commit();

    /// <summary>Nothing of a batch is kept. What has come of it is not done: nobody may believe that it was.</summary>
    /// <param name="effects">What it was.</param>
    /// <param name="failure">Why.</param>
    void Undo(IReadOnlyList<TEffect> effects, PeerException failure);

    /// <summary>The machine learns anew what is kept. Not before the next input: on a disk that stays full, doing so at once
    /// would never end.</summary>
    void Reload(Moment now);
}
