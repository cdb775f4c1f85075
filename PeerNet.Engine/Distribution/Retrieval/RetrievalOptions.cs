using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>What the settings say of both roles of MS-PCCRR. The defaults are its own.</summary>
internal sealed record RetrievalOptions
{
    /// <summary>Clients that are served at once; more get the empty answer (3.2.1).</summary>
    public int MaximumClients { get; init; } = 64;

    /// <summary>How long one exchange may take on the client, connecting included (3.1.2).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What blocks are encrypted with. The choice is the server's (3.2.5.3).</summary>
    public BlockCipher Cipher { get; init; } = BlockCipher.Aes128;

    /// <summary>Whether blocks go in the clear to those who ask for that, and are asked for and taken so: then whoever knows an
    /// id can read the content.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Whether this node is a hosted cache, which alone answers GETSEGLIST (3).</summary>
    public bool IsHostedCache { get; init; }
}
