using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>The timers and limits of both roles of MS-PCCRR. The defaults are its own.</summary>
internal sealed record RetrievalOptions
{
    /// <summary>Clients that a hosted cache serves at once (note 13).</summary>
    public const int HostedCacheClients = 1024;

    /// <summary>Clients that are served at once; more get the empty answer (3.2.1).</summary>
    public int MaximumClients { get; init; } = 64;

    /// <summary>How long one exchange may take on the server, from the head of the request to the end of the answer (3.2.2).</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one exchange may take on the client, connecting included (3.1.2).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What blocks are encrypted with. The choice is the server's (3.2.5.3).</summary>
    public BlockCipher Cipher { get; init; } = BlockCipher.Aes128;

    /// <summary>Whether blocks go in the clear to those who ask for that, and are asked for and taken so: then whoever knows an
    /// id can read the content.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Whether this node is a hosted cache, which alone answers GETSEGLIST (3).</summary>
    public bool IsHostedCache { get; init; }

    /// <summary>Connections to one peer; requests beyond them wait.</summary>
    public int MaximumConnectionsPerPeer { get; init; } = 8;

    /// <summary>How long a connection without requests stays open.</summary>
    public TimeSpan ConnectionIdleTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Checks the whole and names everything that is wrong.</summary>
    /// <returns>One sentence for each error; none where the options are sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Between(UploadTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), nameof(UploadTimeout));
        Between(RequestTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), nameof(RequestTimeout));
        Between(ConnectionIdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(ConnectionIdleTimeout));
        Between(MaximumClients, 1, IsHostedCache ? int.MaxValue : 16_384, nameof(MaximumClients));
        Between(MaximumConnectionsPerPeer, 1, 1024, nameof(MaximumConnectionsPerPeer));
        if (!Enum.IsDefined(Cipher))
        {
            errors.Add($"{nameof(Cipher)} is none of the ciphers.");
        }

        if (Cipher == BlockCipher.None && !AllowUnencrypted)
        {
            errors.Add($"{nameof(Cipher)} may only be {nameof(BlockCipher.None)} where {nameof(AllowUnencrypted)} is on.");
        }

        return errors;

        void Between<T>(T value, T minimum, T maximum, string name)
            where T : IComparable<T>
        {
            if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
            {
                errors.Add($"{name} must be from {minimum} to {maximum}.");
            }
        }
    }

    /// <summary>Throws where the options are not sound.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal void RequireValid()
    {
        IReadOnlyList<string> errors = Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors));
        }
    }
}
