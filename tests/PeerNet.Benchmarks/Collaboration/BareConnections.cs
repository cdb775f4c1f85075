using System.Net;
using System.Net.Security;
using PeerNet.Benchmarks.Grouping;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>TLS connections with nothing above: what any protocol between identities has to pay.</summary>
internal sealed class BareConnections : IAsyncDisposable
{
    private readonly TcpTransport _transport = new(TimeProvider.System);
    private readonly SslStreamCertificateContext _context;
    private readonly IStreamListener _listener;
    private readonly List<SslStream> _streams = [];
    private TaskCompletionSource<StreamConnection> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="person">Whose certificate both sides show.</param>
    public BareConnections(RealPerson person)
    {
        _context = BareTls.CreateContext(person.Certificate, person.Key);
        _listener = _transport.Listen([IPAddress.Loopback], 0);
        _listener.Start(connection => _accepted.SetResult(connection));
    }

    /// <summary>Opens a connection.</summary>
    public async Task<(SslStream Client, SslStream Server)> OpenAsync()
    {
        _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StreamConnection there = await _transport.ConnectAsync(new(IPAddress.Loopback, _listener.Port), CancellationToken.None);
        StreamConnection here = await _accepted.Task;
        var client = new SslStream(there.Stream);
        var server = new SslStream(here.Stream);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(BareTls.CreateClient(_context)),
            server.AuthenticateAsServerAsync(BareTls.CreateServer(_context)));
        _streams.AddRange([client, server]);
        return (client, server);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        foreach (SslStream stream in _streams)
        {
            await stream.DisposeAsync();
        }
    }
}
