using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// Offers to hosted caches what this node has got elsewhere, beside everything else: nobody waits for it, and nothing fails
/// with it.
/// </summary>
internal sealed class OfferRunner : IAsyncDisposable
{
    private readonly int _version;
    private readonly OfferMachine _machine;
    private readonly MachineLoop<OfferEffect> _loop;
    private readonly IOfferTransport _transport;
    private readonly int _port;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What the loop alone touches.
    private readonly Dictionary<OfferRequest, CancellationTokenSource> _sending = [];
    private bool _isStopped;

    /// <param name="version">The version of the protocol: 1 or 2.</param>
    /// <param name="limits">Limits and timers.</param>
    /// <param name="servers">The base addresses of the hosted caches, in the order of preference.</param>
    /// <param name="transport">Sends offers; disposed of with this.</param>
    /// <param name="port">The port on which this node serves retrieval.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of hosted caches that take no offers.</param>
    public OfferRunner(
        int version,
        OfferLimits limits,
        IEnumerable<Uri> servers,
        IOfferTransport transport,
        int port,
        TimeProvider time,
        ILogger logger)
    {
        _version = version;
        _machine = new OfferMachine(version, limits, servers, Counters);
        _loop = new(_machine, Perform, Report, time, maximumEntries: 0, maximumBytes: 0);
        _transport = transport;
        _port = port;
        _logger = logger;
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<OfferClientCounter> Counters { get; } = new("Offer");

    /// <summary>How many segments wait to be offered.</summary>
    public Task<int> CountPendingAsync() => _loop.AskAsync(_ => _machine.Pending, ended: 0);

    /// <summary>Offers the segments of which enough is new (MS-PCHC note 9).</summary>
    /// <param name="information">The content information that they are from.</param>
    /// <param name="segments">The segments, with how many of their blocks are new.</param>
    /// <param name="tag">What the application calls its content; empty for nothing.</param>
    public void Offer(PeerContentInformation information, IReadOnlyList<DownloadedSegment> segments, Guid tag) =>
        _loop.Post(now =>
        {
            if (_machine.Offer(now, information, segments, tag) is > 0 and int unnamed)
            {
                HostingLog.NotOffered(_logger, unnamed, _version);
            }
        });

    /// <summary>Sends what waits, for as long as that may take, and ends the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await _loop.PostAsync(_machine.Stop).ConfigureAwait(false))
        {
            await _ended.Task.ConfigureAwait(false);
            await _loop.DisposeAsync().ConfigureAwait(false);
            _transport.Dispose();
        }
    }

    private void Perform(OfferEffect effect)
    {
        switch (effect)
        {
            case OfferEffect.Send { Request: var request }:
                Send(request);
                break;
            case OfferEffect.GiveUp giveUp when _sending.TryGetValue(giveUp.Request, out CancellationTokenSource? sending):
                _ = sending.CancelAsync();
                break;
            case OfferEffect.Stopped:
                _isStopped = true;
                EndIfDone();
                break;
        }
    }

    private void Send(OfferRequest request)
    {
        var cancellation = new CancellationTokenSource();
        _sending.Add(request, cancellation);
        HostingLog.Offering(_logger, request.Segments.Count, request.Target.Address);
        _loop.DoBeside(
            () => _transport.PostAsync(request.Uri, request.Encode((ushort)_port), cancellation.Token),
            Explain,
            (now, reply) => Take(now, request, reply));
    }

    private OfferReply Explain(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            return OfferReply.Without("it did not answer in time.");
        }

        Report(exception);
        return OfferReply.Without(exception.Message);
    }

    private void Take(Moment now, OfferRequest request, OfferReply reply)
    {
        if (_sending.Remove(request, out CancellationTokenSource? sent))
        {
            sent.Dispose();
        }

        if (reply.Failure is { } failure)
        {
            HostingLog.OfferFailed(_logger, request.Target.Address, failure);
        }

        if (reply.Code is { } code)
        {
            _machine.Answered(now, request, code);
        }
        else
        {
            _machine.Failed(now, request);
        }

        EndIfDone();
    }

    private void EndIfDone()
    {
        if (_isStopped && _sending.Count == 0)
        {
            _ended.TrySetResult();
        }
    }

    private void Report(Exception exception) => HostingLog.OffersFailed(_logger, exception);
}
