namespace PeerNet.PowerShell.Remoting;

/// <summary>What came of a connection before anything was asked on it.</summary>
internal enum GreetingResult
{
    /// <summary>A node is there.</summary>
    Heard,

    /// <summary>The other side has closed it without a word, as a node that ends.</summary>
    Closed,

    /// <summary>Something else is there.</summary>
    Strange,

    /// <summary>Nothing was said in time.</summary>
    Late,
}
