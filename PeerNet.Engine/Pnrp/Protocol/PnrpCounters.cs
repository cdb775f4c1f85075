namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What administrators see of the machine, counted since it was made.</summary>
internal sealed class PnrpCounters
{
    private static readonly string[] DropNames = Enum.GetNames<PnrpDropReason>();

    private readonly long[] _dropped = new long[DropNames.Length];

    public long DatagramsIn { get; set; }

    public long DatagramsOut { get; set; }

    public long Resolves { get; set; }

    public long ResolvesFound { get; set; }

    public long Lookups { get; set; }

    public void Drop(PnrpDropReason reason) => _dropped[(int)reason]++;

    public PnrpStatistics ToStatistics()
    {
        var dropped = new Dictionary<string, long>();
        for (int i = 0; i < _dropped.Length; i++)
        {
            if (_dropped[i] > 0)
            {
                dropped.Add(DropNames[i], _dropped[i]);
            }
        }

        return new PnrpStatistics
        {
            DatagramsIn = DatagramsIn,
            DatagramsOut = DatagramsOut,
            Dropped = dropped,
            Resolves = Resolves,
            ResolvesFound = ResolvesFound,
            Lookups = Lookups,
        };
    }
}
