using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Listens where published content is served, for as long as something is published there.</summary>
/// <param name="listeners">Its sockets.</param>
internal sealed class ContentServer(ContentListeners listeners) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<HttpAuthority, Use> _uses = [];

    /// <summary>The prefixes that something is published at.</summary>
    public IReadOnlyList<ContentServerPrefix> Prefixes
    {
        get
        {
            lock (_uses)
            {
                return
                [
                    .. _uses.Values.SelectMany(use =>
                        use.Prefixes.Keys.Select(prefix => new ContentServerPrefix(prefix, use.Failure))),
                ];
            }
        }
    }

    /// <summary>Serves a prefix until it was released as often as it was taken.</summary>
    /// <exception cref="PeerException">The port is taken, or the host is not this machine; then it is not to be released.</exception>
    public async Task TakeAsync(HttpPrefix prefix, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await OpenAsync(prefix, cancellationToken).ConfigureAwait(false);
            Count(prefix, 1, failure: null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves a prefix again that was in use when the node was stopped.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="count">How often it is in use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why it cannot be served; null where it is. Whoever takes it next tries again.</returns>
    public async Task<string?> ResumeAsync(HttpPrefix prefix, int count, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await OpenAsync(prefix, cancellationToken).ConfigureAwait(false);
            Count(prefix, count, failure: null);
            return null;
        }
        catch (PeerException failure)
        {
            Count(prefix, count, failure.Message);
            return failure.Message;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves a prefix no longer, unless it is in use elsewhere.</summary>
    public async Task ReleaseAsync(HttpPrefix prefix)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (Find(prefix.Authority) is { } use && Count(prefix, -1, use.Failure) == 0)
            {
                await listeners.CloseAsync(prefix.Authority).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            HttpAuthority[] all;
            lock (_uses)
            {
                all = [.. _uses.Keys];
                _uses.Clear();
            }

            foreach (HttpAuthority authority in all)
            {
                await listeners.CloseAsync(authority).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task OpenAsync(HttpPrefix prefix, CancellationToken cancellationToken)
    {
        if (Find(prefix.Authority) is not { Failure: null })
        {
            await listeners.OpenAsync(prefix, cancellationToken).ConfigureAwait(false);
        }
    }

    private Use? Find(HttpAuthority authority)
    {
        lock (_uses)
        {
            return _uses.GetValueOrDefault(authority);
        }
    }

    // How many prefixes of its authority are in use then.
    private int Count(HttpPrefix prefix, int change, string? failure)
    {
        lock (_uses)
        {
            Use use = _uses.GetValueOrDefault(prefix.Authority) ?? new Use();
            use.Failure = failure;
            use.Prefixes[prefix] = use.Prefixes.GetValueOrDefault(prefix) + change;
            if (use.Prefixes[prefix] <= 0)
            {
                use.Prefixes.Remove(prefix);
            }

            _uses[prefix.Authority] = use;
            if (use.Prefixes.Count == 0)
            {
                _uses.Remove(prefix.Authority);
            }

            return use.Prefixes.Count;
        }
    }

    private sealed class Use
    {
        /// <summary>How often each prefix is in use.</summary>
        public Dictionary<HttpPrefix, int> Prefixes { get; } = [];

        /// <summary>Why nobody listens there; null where somebody does.</summary>
        public string? Failure { get; set; }
    }
}

/// <summary>A prefix that something is published at.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Failure">Why it is not served; null where it is.</param>
internal sealed record ContentServerPrefix(HttpPrefix Prefix, string? Failure);
