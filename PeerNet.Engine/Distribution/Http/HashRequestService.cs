using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// Asks content servers afterwards for the information of what they sent plain because they had not hashed it yet
/// (MS-PCCRTP 3.1.5.1), and has it taken into the cache. This is beside everything else: nobody waits for it, and nothing
/// fails with it.
/// </summary>
internal sealed class HashRequestService : IAsyncDisposable
{
    private readonly ContentServerClient _servers;
    private readonly TakeIn _takeIn;
    private readonly HashRequestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HashRequestService> _logger;
    private readonly Channel<PlainContent> _pending;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <param name="servers">Asks the servers.</param>
    /// <param name="takeIn">Takes the content into the cache, as far as it is what the information says.</param>
    /// <param name="options">Limits and waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what has become of each content.</param>
    public HashRequestService(
        ContentServerClient servers,
        TakeIn takeIn,
        HashRequestOptions options,
        TimeProvider time,
        ILogger<HashRequestService> logger)
    {
        _servers = servers;
        _takeIn = takeIn;
        _options = options;
        _time = time;
        _logger = logger;
        _pending = Channel.CreateBounded<PlainContent>(options.MaximumPending);
        _work = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Takes content into the cache by and by.</summary>
    public void Add(PlainContent content)
    {
        if (!_pending.Writer.TryWrite(content) && !_stop.IsCancellationRequested)
        {
            HttpLog.NotTakenIn(_logger, content.Uri, "too many others wait.");
        }
    }

    /// <summary>Gives up what is not done.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_pending.Writer.TryComplete())
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _work.ConfigureAwait(false);
            _stop.Dispose();
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (PlainContent content in _pending.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await TryTakeInAsync(content).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node leaves, or its mode changes.
        }
    }

    private async Task TryTakeInAsync(PlainContent content)
    {
        using var limit = new CancellationTokenSource(HashRequestOptions.TimeLimit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            if (await AskAsync(content, either.Token).ConfigureAwait(false) is { } information)
            {
                PeerCacheImportResult result = await _takeIn(content, information, either.Token).ConfigureAwait(false);
                HttpLog.TakenIn(_logger, content.Uri, result.Bytes, result.Rejected);
            }
            else
            {
                HttpLog.NotTakenIn(_logger, content.Uri, "its server has no content information.");
            }
        }
        catch (PeerException exception)
        {
            HttpLog.NotTakenIn(_logger, content.Uri, exception.Message);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            HttpLog.NotTakenIn(_logger, content.Uri, "it took too long.");
        }
#pragma warning disable CA1031 // The worker has no caller, and the next content is no worse for it.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            HttpLog.TakingInFailed(_logger, content.Uri, exception);
        }
    }

    // Null where the server stops saying that it is hashing, or says so for too long.
    private async Task<PeerContentInformation?> AskAsync(PlainContent content, CancellationToken cancellationToken)
    {
        TimeSpan delay = _options.Delay;
        for (int attempt = 1; ; attempt++)
        {
            // Only the head of an answer that is plain again is read.
            using ContentServerAnswer answer = await _servers
                .GetAsync(
                    content.Uri, content.Version, content.Offset, content.Length, isHashRequest: true, cancellationToken)
                .ConfigureAwait(false);
            if (answer.Information is not null || !answer.AsksForHashRequest || attempt == _options.Attempts)
            {
                return answer.Information;
            }

            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    /// <summary>Takes content into a cache under its information.</summary>
    internal delegate Task<PeerCacheImportResult> TakeIn(
        PlainContent content, PeerContentInformation information, CancellationToken cancellationToken);
}

/// <summary>How hash requests are made (MS-PCCRTP 3.1.5.1, which has no numbers).</summary>
internal sealed record HashRequestOptions
{
    /// <summary>Contents that wait at most; more are not asked about.</summary>
    public int MaximumPending { get; init; } = 256;

    /// <summary>Contents that are dealt with at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Requests for the information of one content, while its server says that it is still hashing.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>The wait before the second request; twice as long before each further one. All eight take two minutes,
    /// in which a slow disk gives 10 GiB.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When one content is given up, whatever its server does.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(10);
}

/// <summary>Content that a server sent plain while it was still hashing it.</summary>
/// <param name="Uri">The address that it was asked for under.</param>
/// <param name="Version">The version of information that is of use; null for either.</param>
/// <param name="Offset">Its first byte in the content.</param>
/// <param name="Length">How many bytes were asked for; null for all from <paramref name="Offset"/>.</param>
/// <param name="Path">The file that has it now.</param>
/// <param name="Tag">What its segments are to be tagged with.</param>
internal sealed record PlainContent(Uri Uri, PeerContentVersion? Version, long Offset, long? Length, string Path, Guid Tag);
