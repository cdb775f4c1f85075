using System.Collections.Concurrent;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration;

/// <summary>The endpoints that the user names, and what they are asked.</summary>
/// <param name="runner">Runs the machine.</param>
/// <param name="requireOther">Fails for identities of this node.</param>
/// <param name="time">The clock.</param>
internal sealed class EndpointDirectory(CollaborationRunner runner, Action<PeerName> requireOther, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<RefreshFailure?>> _requests = [];
    private int _lastRequest;

    /// <summary>All that are known: of people near, and those that were connected or asked for.</summary>
    public Task<IReadOnlyList<PeerEndpoint>> ListAsync() => runner.AskAsync<IReadOnlyList<PeerEndpoint>>((machine, _) =>
    [
        .. machine.Watching.All.Select(endpoint => Describe(machine, endpoint)),
        .. machine.People.All.Where(said => machine.Watching.Find(said.Key) is null).Select(said => machine.People.Describe(said).Endpoint),
    ]);

    /// <summary>The endpoint that a text names.</summary>
    /// <exception cref="PeerException">It names none that is known, or this node's own.</exception>
    public async Task<(EndpointKey Key, PeerName Name)> FindAsync(string endpoint, CancellationToken cancellationToken)
    {
        int slash = endpoint.LastIndexOf('/');
        if (!Guid.TryParse(endpoint[(slash + 1)..], out Guid id))
        {
            throw UnknownEndpoint(endpoint);
        }

        PeerName? person = slash < 0 ? null
            : PeerName.TryParse(endpoint[..slash], out PeerName? read) && read.IsSecure ? read : throw UnknownEndpoint(endpoint);
        (EndpointKey Key, PeerName Name) found = await runner.AskAsync((machine, _) =>
        {
            (EndpointKey Key, PeerName Name)[] known =
            [
                .. machine.Watching.All.Select(one => (one.Key, one.Name)),
                .. machine.People.All.Select(said => (said.Key, said.Name)),
            ];
            (EndpointKey Key, PeerName Name)[] matching =
                [.. known.Where(one => one.Key.Id == id && (person is null || one.Key.Authority == person.Authority))];
            return matching.Length > 0 ? matching[0]
                : person is not null ? (new EndpointKey(person.Authority, id), person)
                : throw UnknownEndpoint(endpoint);
        }).WaitAsync(cancellationToken).ConfigureAwait(false);
        requireOther(found.Name);
        return found;
    }

    /// <summary>What is watched is known; anything else is asked for.</summary>
    public async Task<EndpointKey> LookAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        bool isWatched = await runner.AskAsync((machine, _) => machine.Watching.Find(key) is { HasSubscription: true, IsAsked: false })
            .ConfigureAwait(false);
        if (!isWatched)
        {
            await RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        }

        return key;
    }

    /// <summary>Asks an endpoint for all that it shows, and waits for the answer.</summary>
    /// <exception cref="PeerException">It cannot be reached, is somebody else, or takes too long.</exception>
    public async Task RefreshAsync(
        EndpointKey key, PeerName name, string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        int request = Interlocked.Increment(ref _lastRequest);
        var answer = new TaskCompletionSource<RefreshFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[request] = answer;
        try
        {
            await runner.TellAsync((machine, now) => machine.Refresh(now, request, key, name)).ConfigureAwait(false);
            switch (await answer.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false))
            {
                case RefreshFailure.SomebodyElse:
                    throw PeerErrors.ConnectionNotAuthenticated.Exception(
                        $"Somebody else answers where '{endpoint}' should be. Nothing was told to him.", endpoint);
                case RefreshFailure.Unreachable:
                    throw PeerErrors.ConnectionFailed.Exception($"Nobody answers where '{endpoint}' should be.", endpoint);
                case RefreshFailure.Lost:
                    throw PeerErrors.ConnectionFailed.Exception($"The connection with '{endpoint}' ended before it had answered.", endpoint);
            }
        }
        catch (TimeoutException)
        {
            throw PeerErrors.Timeout.Exception(
                $"'{endpoint}' has not answered within {timeout.TotalSeconds:0.#} s.", endpoint);
        }
        finally
        {
            _requests.TryRemove(request, out _);
            await runner.TellAsync((machine, now) => machine.Abandon(now, request)).ConfigureAwait(false);
        }
    }

    /// <summary>An endpoint as it is now.</summary>
    public Task<PeerEndpoint> DescribeAsync(EndpointKey key, string endpoint) => runner.AskAsync((machine, _) =>
        machine.Watching.Find(key) is { } known ? Describe(machine, known)
        : machine.People.Find(key) is { } near ? machine.People.Describe(near).Endpoint
        : throw UnknownEndpoint(endpoint));

    /// <summary>The machine has answered a request.</summary>
    public void Answered(CollaborationEffect.Answer answer)
    {
        if (_requests.TryRemove(answer.Request, out TaskCompletionSource<RefreshFailure?>? waiting))
        {
            waiting.TrySetResult(answer.Failure);
        }
    }

    /// <summary>The node stops: nobody waits any more.</summary>
    public void Stop()
    {
        foreach (TaskCompletionSource<RefreshFailure?> request in _requests.Values)
        {
            request.TrySetResult(RefreshFailure.Lost);
        }
    }

    /// <summary>Nobody knows such an endpoint.</summary>
    public static PeerException UnknownEndpoint(string endpoint) => PeerErrors.NotFound.Exception(
        $"'{endpoint}' is no endpoint that this node knows: a peer name, a slash and an id. Get-PeerPersonNearMe lists those near.", endpoint);

    // What somebody near has announced is known before he shows anything.
    private static PeerEndpoint Describe(CollaborationMachine machine, RemoteEndpoint endpoint)
    {
        PeerEndpoint described = machine.Watching.Describe(endpoint);
        return machine.People.Find(endpoint.Key) is not { } near ? described : described with
        {
            Name = described.Name.Length > 0 ? described.Name : near.EndpointName,
            DisplayName = described.DisplayName.Length > 0 ? described.DisplayName : near.DisplayName,
            Addresses = described.Addresses.Length > 0 ? described.Addresses : [.. near.Addresses],
        };
    }
}
