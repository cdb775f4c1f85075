using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService;

/// <summary>The name service of one node. Nothing is opened before it is enabled.</summary>
/// <param name="services">What it runs on.</param>
internal sealed class NameServer(NameServerServices services) : INameServer, IAsyncDisposable
{
    private const int Attempts = 16;

    private readonly SemaphoreSlim _changing = new(1, 1);
    private NameServerRunner? _runner;
    private DateTimeOffset _started;
    private bool _isStopped;

    /// <summary>Its port; 0 while it does not answer.</summary>
    public int Port => Volatile.Read(ref _runner)?.Port ?? 0;

    /// <summary>What a firewall must let in: nothing while others cannot reach it anyway.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen => Volatile.Read(ref _runner) is { } runner && !runner.Addresses.All(IPAddress.IsLoopback)
        ? [new("UDP", runner.Port, "name service"), new("TCP", runner.Port, "name service")]
        : [];

    public async Task<PeerNameService> EnableAsync(PeerNameServiceRequest request, CancellationToken cancellationToken)
    {
        Validate(request);
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
            }

            bool isNew = _runner is null || !IsAsAsked(_runner, request);
            if (isNew)
            {
                await CloseAsync().ConfigureAwait(false);
                await OpenAsync(request).ConfigureAwait(false);
            }

            if (request.Configure)
            {
                await ConfigureAsync(_runner!, isNew, cancellationToken).ConfigureAwait(false);
            }

            return await DescribeAsync().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    public async Task<bool> DisableAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool wasOpen = await CloseAsync().ConfigureAwait(false);
            return await services.Routing.TakeBackAsync(cancellationToken).ConfigureAwait(false) || wasOpen;
        }
        finally
        {
            _changing.Release();
        }
    }

    public Task<PeerNameService> GetStatusAsync() => DescribeAsync();

    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        _isStopped = true;
        await CloseAsync().ConfigureAwait(false);
        _changing.Release();
    }

    private async Task ConfigureAsync(NameServerRunner runner, bool isNew, CancellationToken cancellationToken)
    {
        try
        {
            await services.Routing.TellAsync(SystemRouting.ServerOf(runner.Addresses, runner.Port), cancellationToken).ConfigureAwait(false);
        }
        catch when (isNew)
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void Validate(PeerNameServiceRequest request)
    {
        string[] errors =
        [
            .. request.Port is < 0 or > IPEndPoint.MaxPort
                ? [Invariant($"The port {request.Port} must be 0 to {IPEndPoint.MaxPort}.")]
                : Array.Empty<string>(),
            .. request.Addresses
                .Where(address => AddressScopes.Of(address) == AddressScope.None)
                .Select(address => $"'{address}' is no address of one machine: name those at which questions come."),
        ];
        if (errors.Length > 0)
        {
            throw PeerErrors.InvalidArgument.Exception(string.Join(" ", errors), request);
        }
    }

    // Where no address is asked for, those will do that the machine has: IPv6 may be switched off.
    private static bool IsAsAsked(NameServerRunner runner, PeerNameServiceRequest request) =>
        (request.Port == 0 || request.Port == runner.Port)
        && (request.Addresses.Count == 0
            ? runner.Addresses.All(IPAddress.IsLoopback)
            : runner.Addresses.Count == request.Addresses.Distinct().Count() && runner.Addresses.All(request.Addresses.Contains));

    private async Task OpenAsync(PeerNameServiceRequest request)
    {
        IPAddress[] addresses = request.Addresses.Count > 0
            ? [.. request.Addresses.Distinct()]
            : [IPAddress.Loopback, IPAddress.IPv6Loopback];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await OpenAsync(addresses, request).ConfigureAwait(false);
                return;
            }
            catch (SocketException exception) when (
                UdpNetwork.IsTaken(exception) && request.Port == 0 && attempt < Attempts)
            {
                // What is free for datagrams is taken for connections: the system chooses again.
            }
            catch (SocketException exception)
            {
                throw PeerErrors.UnableToListen.Exception(Explain(exception, addresses, request.Port), request.Port, exception);
            }
        }
    }

    private async Task OpenAsync(IPAddress[] addresses, PeerNameServiceRequest request)
    {
        IDatagramTransport datagrams = services.Datagrams.Open(addresses, request.Port);
        try
        {
            IPAddress[] absent = [.. request.Addresses.Except(datagrams.LocalAddresses)];
            if (absent.Length > 0 || datagrams.LocalAddresses.Count == 0)
            {
                throw PeerErrors.UnableToListen.Exception(
                    $"This machine does not have the address {string.Join(", ", absent.Length > 0 ? absent : addresses)}.", absent);
            }

            IStreamListener listener = services.Streams.Listen(datagrams.LocalAddresses, datagrams.Port);
            var runner = new NameServerRunner(services, datagrams, listener);
            runner.Start();
            _started = services.Time.GetUtcNow();
            Volatile.Write(ref _runner, runner);
            NameServerLog.Listening(services.Logger, string.Join(", ", runner.Addresses), runner.Port);
        }
        catch
        {
            await datagrams.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string Explain(SocketException exception, IPAddress[] addresses, int port)
    {
        bool isForbidden = exception.SocketErrorCode == SocketError.AccessDenied && port is > 0 and < 1024;
        string remedy = isForbidden
            ? "Ports below 1024 are for administrators."
            : "Another program has it; -Port names another one.";
        string places = string.Join(", ", addresses.Select(address => new IPEndPoint(address, port)));
        return $"The name service cannot listen at {places}: {exception.Message.TrimEnd('.')}. {remedy}";
    }

    private async Task<bool> CloseAsync()
    {
        NameServerRunner? runner = _runner;
        if (runner is null)
        {
            return false;
        }

        // First nobody is sent here any more.
        await services.Routing.ReleaseAsync().ConfigureAwait(false);
        Volatile.Write(ref _runner, null);
        await runner.DisposeAsync().ConfigureAwait(false);
        NameServerLog.Closed(services.Logger);
        return true;
    }

    private async Task<PeerNameService> DescribeAsync() => Volatile.Read(ref _runner) is not { } runner
        ? new()
        : new()
        {
            IsEnabled = true,
            Port = runner.Port,
            Addresses = [.. runner.Addresses],
            ConfiguredIn = services.Routing.ToldTo,
            Started = _started,
            Statistics = await runner.GetStatisticsAsync().ConfigureAwait(false),
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
