namespace PeerNet.Engine.Transport;

/// <summary>
/// What may be made of the files and sockets that the system lets a process open. A process that has none left cannot even
/// start a thread: a quarter stays with its files, its own connections and whatever else runs in it.
/// </summary>
/// <param name="Http">Connections of others to the HTTP servers. Each of them may have a file open.</param>
/// <param name="Graphs">Connections of others to graphs.</param>
/// <param name="Collaboration">Connections of others to the person who is signed in.</param>
internal readonly record struct DescriptorShares(int Http, int Graphs, int Collaboration)
{
    /// <summary>Most connections to HTTP servers: more than browsers open, and fewer than would let one crowd take the
    /// machine's memory.</summary>
    public const int MaximumHttp = 4096;

    /// <summary>Most connections to graphs.</summary>
    public const int MaximumGraphs = 2048;

    /// <summary>Most connections to a person.</summary>
    public const int MaximumCollaboration = 2048;

    private const int Least = 16;

    /// <summary>The shares of a process that can open <paramref name="limit"/> descriptors.</summary>
    public static DescriptorShares Of(int limit)
    {
        int free = limit - (limit / 4);
        return new(Math.Clamp(free / 3, Least, MaximumHttp), Math.Clamp(free / 6, Least, MaximumGraphs), Math.Clamp(free / 6, Least, MaximumCollaboration));
    }
}
