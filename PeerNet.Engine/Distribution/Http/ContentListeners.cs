using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// The sockets of a content server, and who is reached through each. Authorities that mean the same address share its
/// socket, and where every address is listened on already, so does one of them. One caller at a time opens and closes.
/// </summary>
/// <param name="handler">Answers requests.</param>
/// <param name="time">The clock.</param>
/// <param name="loggerFactory">Makes the loggers.</param>
/// <param name="share">What these servers share with the node's others.</param>
internal sealed class ContentListeners(
    ContentServerHandler handler, TimeProvider time, ILoggerFactory loggerFactory, HttpShare share)
{
    private readonly HttpServerOptions _options =
        new() { MaxConnections = DescriptorShares.MaximumHttp, Share = share };

    private readonly Dictionary<HttpAuthority, IReadOnlyList<IPEndPoint>> _sockets = [];
    private readonly Dictionary<IPEndPoint, (HttpServer Server, int Users)> _servers = [];

    // Read by requests: who is at an address of this machine.
    private ImmutableDictionary<IPEndPoint, ImmutableArray<HttpAuthority>> _authorities =
        ImmutableDictionary<IPEndPoint, ImmutableArray<HttpAuthority>>.Empty;

    /// <summary>Listens for a host and a port, which is not listened for yet.</summary>
    /// <exception cref="PeerException">The port is taken, or the host is not this machine.</exception>
    public async Task OpenAsync(HttpPrefix prefix, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await prefix.ResolveAsync(cancellationToken).ConfigureAwait(false);
        IPEndPoint[] own = [.. addresses.Distinct().Select(address => new IPEndPoint(address, prefix.Port))];
        List<IPEndPoint> taken = [];
        try
        {
            foreach (IPEndPoint endpoint in own)
            {
                taken.Add(await TakeSocketAsync(endpoint, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            await ReleaseAsync(taken).ConfigureAwait(false);
            throw;
        }

        _sockets.Add(prefix.Authority, taken);
        foreach (IPEndPoint endpoint in own)
        {
            _authorities = _authorities.SetItem(
                endpoint, _authorities.GetValueOrDefault(endpoint, []).Add(prefix.Authority));
        }
    }

    /// <summary>Listens for it no longer.</summary>
    public async Task CloseAsync(HttpAuthority authority)
    {
        if (_sockets.Remove(authority, out IReadOnlyList<IPEndPoint>? taken))
        {
            _authorities = _authorities
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Remove(authority)))
                .Where(entry => entry.Value.Length > 0)
                .ToImmutableDictionary();
            await ReleaseAsync(taken).ConfigureAwait(false);
        }
    }

    private static IPEndPoint AnyAddress(int port) => new(IPAddress.IPv6Any, port);

    private async Task<IPEndPoint> TakeSocketAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        IPEndPoint key = _servers.ContainsKey(AnyAddress(endpoint.Port)) ? AnyAddress(endpoint.Port) : endpoint;
        HttpServer server = _servers.TryGetValue(key, out (HttpServer Server, int Users) known)
            ? known.Server
            : await StartAsync(key, cancellationToken).ConfigureAwait(false);
        _servers[key] = (server, known.Users + 1);
        return key;
    }

    private Task<HttpServer> StartAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        return endpoint.Equals(AnyAddress(endpoint.Port)) && _servers.Keys.Any(other => other.Port == endpoint.Port)
            ? throw PeerErrors.UnableToListen.Exception(
                $"One address of TCP port {endpoint.Port} is listened on already, so that not all of them can be. Unpublish "
                + "what is served there and publish it again afterwards, or choose another port.",
                endpoint.Port)
            : HttpServer.StartAsync(
                [new HttpEndpoint { Address = endpoint.Address, Port = endpoint.Port }],
                AnswerAsync,
                _options,
                time,
                loggerFactory,
                cancellationToken);
    }

    private Task AnswerAsync(HttpContext context)
    {
        ConnectionInfo connection = context.Connection;
        IPAddress local = connection.LocalIpAddress ?? IPAddress.None;
        IPEndPoint endpoint = new(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local, connection.LocalPort);
        ImmutableDictionary<IPEndPoint, ImmutableArray<HttpAuthority>> all = _authorities;
        ImmutableArray<HttpAuthority> near = all.GetValueOrDefault(endpoint, []);
        ImmutableArray<HttpAuthority> others = all.GetValueOrDefault(AnyAddress(endpoint.Port), []);
        return handler.HandleAsync(context, near.Length + others.Length == 1 ? near.AddRange(others) : Order(context, near, others));
    }

    // Two names of one address are told apart by what the client calls it.
    private static ImmutableArray<HttpAuthority> Order(
        HttpContext context, ImmutableArray<HttpAuthority> near, ImmutableArray<HttpAuthority> others)
    {
        string host = context.Request.Host.Host;
        return
        [
            .. near.OrderByDescending(authority => authority.Host.Equals(host, StringComparison.OrdinalIgnoreCase)),
            .. others,
        ];
    }

    private async Task ReleaseAsync(IEnumerable<IPEndPoint> taken)
    {
        foreach (IPEndPoint key in taken)
        {
            (HttpServer server, int users) = _servers[key];
            if (users > 1)
            {
                _servers[key] = (server, users - 1);
            }
            else
            {
                _servers.Remove(key);
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
