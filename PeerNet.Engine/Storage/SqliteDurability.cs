namespace PeerNet.Engine.Storage;

/// <summary>What survives a power failure. The database is consistent in either case, and a killed process loses
/// nothing that was committed.</summary>
internal enum SqliteDurability
{
    /// <summary>Whatever was committed, at the cost of a flush for each transaction.</summary>
    Full,

    /// <summary>All but the last transactions.</summary>
    Normal,
}
