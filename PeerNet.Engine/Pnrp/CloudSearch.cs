using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>What a search for a name in one cloud has come to.</summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="State">Its state at the end.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Tally">Who was asked.</param>
/// <param name="ClockDoubts">Answers to anything, in a row, that do not fit this machine's clock.</param>
internal sealed record CloudSearch(
    string Cloud, PeerCloudState State, IReadOnlyList<string> Seeds, ResolveTally Tally, int ClockDoubts);
