using System.Net;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Listens where published content is served.</summary>
/// <param name="handler">Answers requests.</param>
/// <param name="time">The clock.</param>
/// <param name="loggerFactory">Makes the loggers.</param>
internal sealed class ContentServer(ContentServerHandler handler, TimeProvider time, ILoggerFactory loggerFactory) : IAsyncDisposable
{
    // More than browsers open, and fewer than would let one crowd take the machine's memory.
    private static readonly HttpServerOptions Options = new() { MaxConnections = 4096 };

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(string Host, int Port), Listener> _listeners = [];

    /// <summary>The prefixes that are served.</summary>
    public IReadOnlyList<HttpPrefix> Prefixes
    {
        get
        {
            lock (_listeners)
            {
                return [.. _listeners.Values.SelectMany(listener => listener.Prefixes)];
            }
        }
    }

    /// <summary>Serves a prefix, unless it is served already.</summary>
    /// <exception cref="PeerException">The port is taken, or the host is not this machine.</exception>
    public async Task ListenAsync(HttpPrefix prefix, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_listeners.TryGetValue((prefix.Host, prefix.Port), out Listener? listener))
            {
                listener = new(await StartAsync(prefix, cancellationToken).ConfigureAwait(false));
                lock (_listeners)
                {
                    _listeners.Add((prefix.Host, prefix.Port), listener);
                }
            }

            lock (_listeners)
            {
                listener.Prefixes.Add(prefix);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves these prefixes and no others.</summary>
    public async Task KeepAsync(IReadOnlyCollection<HttpPrefix> used, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (((string Host, int Port) key, Listener listener) in _listeners.ToArray())
            {
                lock (_listeners)
                {
                    listener.Prefixes.RemoveWhere(prefix => !used.Contains(prefix));
                }

                if (listener.Prefixes.Count == 0)
                {
                    lock (_listeners)
                    {
                        _listeners.Remove(key);
                    }

                    await listener.Server.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync() => await KeepAsync([], CancellationToken.None).ConfigureAwait(false);

    private async Task<HttpServer> StartAsync(HttpPrefix prefix, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await prefix.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return await HttpServer.StartAsync(
            [.. addresses.Distinct().Select(address => new HttpEndpoint { Address = address, Port = prefix.Port })],
            handler.HandleAsync,
            Options,
            time,
            loggerFactory,
            cancellationToken).ConfigureAwait(false);
    }

    private sealed record Listener(HttpServer Server)
    {
        public HashSet<HttpPrefix> Prefixes { get; } = [];
    }
}
