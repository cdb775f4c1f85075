using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration;

/// <summary>The name by which a person who is signed in is found on the Internet scope: registered for as long as this lives,
/// and tried again while that fails.</summary>
internal sealed class PublishedName : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;

    /// <param name="services">What it runs on.</param>
    /// <param name="identity">The peer name of the person.</param>
    /// <param name="port">Where the endpoint listens.</param>
    public PublishedName(CollaborationServices services, PeerName identity, int port) =>
        _running = Task.Run(() => RunAsync(services, identity, port));

    /// <summary>Why it is not registered; null where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Ends when registering was tried once.</summary>
    public Task Tried => _tried.Task;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task RunAsync(CollaborationServices services, PeerName identity, int port)
    {
        var publication = new PeerPublication(
            new PeerRendezvous($"{identity.Authority}.{CollaborationRunner.Classifier}"), identity.Value, DelegationChain: null, port, Comment: "");
        IAsyncDisposable? registration = null;
        while (registration is null && !_ending.IsCancellationRequested)
        {
            try
            {
                registration = await services.Locator.PublishAsync(publication, _ending.Token).ConfigureAwait(false);
                Failure = null;
                _tried.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, services.Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (PeerException exception)
            {
                Failure = exception.Message;
                _tried.TrySetResult();
                CollaborationLog.NotPublished(services.Logger, exception.Message);
                await Task.Delay(RetryInterval, services.Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The user has signed out.
                _tried.TrySetResult();
            }
        }

        if (registration is not null)
        {
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }
}
