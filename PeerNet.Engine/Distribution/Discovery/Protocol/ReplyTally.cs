namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>What the replies to a probe said of one segment.</summary>
/// <param name="kept">How many of the largest block counts are kept: n of MS-PCCRD note 8.</param>
internal sealed class ReplyTally(int kept)
{
    /// <summary>The block count of a reply that says only that nothing is missing.</summary>
    public const uint Everything = uint.MaxValue;

    private readonly List<uint> _largest = [];

    /// <summary>The replies.</summary>
    public int Seen { get; private set; }

    /// <summary>The n-th largest block count: at least n replies have as many. 0 for fewer replies.</summary>
    public uint CommonBlocks => _largest.Count < kept ? 0 : _largest[^1];

    public void Add(uint blockCount)
    {
        Seen++;
        int place = _largest.FindIndex(other => other < blockCount);
        _largest.Insert(place < 0 ? _largest.Count : place, blockCount);
        if (_largest.Count > kept)
        {
            _largest.RemoveAt(kept);
        }
    }
}
