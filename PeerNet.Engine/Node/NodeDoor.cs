using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Node;

/// <summary>Lets other processes of the user in to a node, for as long as that runs.</summary>
internal sealed class NodeDoor : IAsyncDisposable
{
    /// <summary>Most connections at a time; more wait until one ends.</summary>
    public const int MaximumConnections = 64;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _places = new(MaximumConnections);
    private readonly ILocalListener _listener;
    private readonly PeerNodeOwner _owner;
    private readonly Func<Stream, Task> _serve;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _accepting;

    private NodeDoor(ILocalListener listener, PeerNodeOwner owner, Func<Stream, Task> serve, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _owner = owner;
        _serve = serve;
        _time = time;
        _logger = logger;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Opens it and says so in the state folder; null where the system does not let us, which is logged: then only
    /// this process has the node.</summary>
    public static NodeDoor? Open(PeerNodeOwner owner, Func<Stream, Task> serve, TimeProvider time, IRandomSource random, ILogger logger)
    {
        try
        {
            ILocalListener listener = LocalChannel.Listen(owner.StatePath, Name(random));
            try
            {
                PeerNodeOwner open = owner with { Channel = listener.Address };
                PeerNodeChannel.Announce(open);
                return new NodeDoor(listener, open, serve, time, logger);
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or PeerException)
        {
            NodeLog.Unreachable(logger, owner.Node, exception.Message);
            return null;
        }
    }

    /// <summary>Lets nobody in any more. Who is in stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Ending.RunAsync(
            () => _accepting,
            Ending.At(() => PeerNodeChannel.Withdraw(_owner)),
            Ending.At(_listener.Dispose),
            Ending.At(_closing.Dispose)).ConfigureAwait(false);
    }

    private static string Name(IRandomSource random)
    {
        Span<byte> chance = stackalloc byte[sizeof(ulong)];
        random.Fill(chance);
        return string.Create(CultureInfo.InvariantCulture, $"peernet-{BitConverter.ToUInt64(chance):x16}");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_closing.Token).ConfigureAwait(false);
                Stream stream = await AcceptOneAsync().ConfigureAwait(false);
                _ = ServeAsync(stream);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed.
        }
    }

    private async Task<Stream> AcceptOneAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // No descriptor is free, or whoever came has gone.
                await Task.Delay(RetryInterval, _time, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        try
        {
            await _serve(stream).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            NodeLog.CallerGone(_logger, _owner.Node, exception.Message);
        }
        catch (Exception exception)
        {
            NodeLog.ServingFailed(_logger, exception);
        }
        finally
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            _places.Release();
        }
    }
}
