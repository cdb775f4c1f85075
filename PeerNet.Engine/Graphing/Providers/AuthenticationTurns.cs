using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>
/// Turns at what is dear in an authentication, as a script or a chain of certificates is: so many at a time. Each source (an
/// address, or an IPv6 /64) waits in a line of its own and the lines take turns, so that one source with many connections
/// delays nobody but itself. For any number of threads.
/// </summary>
/// <param name="places">How many turns there are at a time.</param>
public sealed class AuthenticationTurns(int places)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, Queue<TaskCompletionSource>> _lines = [];
    private readonly Queue<AddressBlock> _order = new();
    private int _taken;

    /// <summary>Waits for a turn.</summary>
    /// <param name="source">Whose it is; null where that is not known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The turn; disposing of it ends it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<IDisposable> EnterAsync(IPAddress? source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Queue(AddressBlock.Of(source ?? IPAddress.None)) is { } waiter)
        {
            using CancellationTokenRegistration giveUp = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
            await waiter.Task.ConfigureAwait(false);
        }

        return new Turn(this);
    }

    /// <summary>Takes a place, or one in the line.</summary>
    /// <returns>Told when the turn has come; null where it has.</returns>
    private TaskCompletionSource? Queue(AddressBlock source)
    {
        lock (_lock)
        {
            if (_taken < places)
            {
                _taken++;
                return null;
            }

            if (!_lines.TryGetValue(source, out Queue<TaskCompletionSource>? line))
            {
                _lines[source] = line = new();
                _order.Enqueue(source);
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Enqueue(waiter);
            return waiter;
        }
    }

    /// <summary>Gives the place to the first of the next line who has not given up.</summary>
    private void Leave()
    {
        lock (_lock)
        {
            while (_order.TryDequeue(out AddressBlock source))
            {
                Queue<TaskCompletionSource> line = _lines[source];
                TaskCompletionSource next = line.Dequeue();
                if (line.Count == 0)
                {
                    _lines.Remove(source);
                }
                else
                {
                    _order.Enqueue(source);
                }

                if (next.TrySetResult())
                {
                    return;
                }
            }

            _taken--;
        }
    }

    private sealed class Turn(AuthenticationTurns turns) : IDisposable
    {
        private AuthenticationTurns? _turns = turns;

        public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Leave();
    }
}
