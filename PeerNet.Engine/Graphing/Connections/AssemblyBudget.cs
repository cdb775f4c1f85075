using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// Memory for the large messages of all connections together. Who has begun one gets room for all of it before it is read,
/// so that messages complete one after the other instead of all hanging half; one source (<see cref="AddressBlock"/>) has
/// no more than half of the room besides its first message. Who keeps others waiting for too long is cut. For any number
/// of threads.
/// </summary>
/// <param name="total">Bytes. A single message may have more where it is alone.</param>
/// <param name="time">The clock.</param>
internal sealed class AssemblyBudget(long total, TimeProvider time)
{
    /// <summary>Two of the longest messages that there are.</summary>
    public const long DefaultBytes = 128 << 20;

    /// <summary>A message that needs no more has its room with its connection.</summary>
    public const int Free = 64 * 1024;

    /// <summary>How long the oldest message may take while others wait for its room.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly LinkedList<Room> _held = new();
    private readonly LinkedList<Room> _waiting = new();
    private readonly Dictionary<AddressBlock, long> _bySource = [];
    private long _bytes;

    /// <summary>Bytes that messages have room for now.</summary>
    public long Held
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Waits for room.</summary>
    /// <param name="source">Who sends the message.</param>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="revoke">Ends the connection; called where the message takes too long and others wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The room; disposing of it gives it back.</returns>
    public async ValueTask<IDisposable> ReserveAsync(
        IPAddress source, long bytes, Action revoke, CancellationToken cancellationToken)
    {
        var room = new Room(this, AddressBlock.Of(source), bytes, revoke);
        lock (_lock)
        {
            _waiting.AddLast(room);
            Grant();
        }

        try
        {
            while (!await IsGrantedAsync(room, cancellationToken).ConfigureAwait(false))
            {
                RevokeOldest();
            }

            return room;
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private async ValueTask<bool> IsGrantedAsync(Room room, CancellationToken cancellationToken)
    {
        try
        {
            await room.Granted.Task.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Gives room in the order of asking; only who has its share makes way for others.</summary>
    private void Grant()
    {
        LinkedListNode<Room>? next = _waiting.First;
        while (next is { Value: var room } && (_bytes == 0 || _bytes + room.Bytes <= total))
        {
            LinkedListNode<Room> node = next;
            next = next.Next;
            long own = _bySource.GetValueOrDefault(room.Source);
            if (own == 0 || own + room.Bytes <= total / 2)
            {
                _waiting.Remove(node);
                _held.AddLast(node);
                _bytes += room.Bytes;
                _bySource[room.Source] = own + room.Bytes;
                room.Granted.TrySetResult();
            }
        }
    }

    private void RevokeOldest()
    {
        Action? revoke;
        lock (_lock)
        {
            revoke = _held.First?.Value.Revoke;
        }

        revoke?.Invoke();
    }

    private void Return(Room room)
    {
        lock (_lock)
        {
            if (_held.Remove(room))
            {
                _bytes -= room.Bytes;
                long left = _bySource[room.Source] - room.Bytes;
                _ = left == 0 ? _bySource.Remove(room.Source) : (_bySource[room.Source] = left) > 0;
            }
            else
            {
                _waiting.Remove(room);
            }

            Grant();
        }
    }

    private sealed class Room(AssemblyBudget budget, AddressBlock source, long bytes, Action revoke) : IDisposable
    {
        private AssemblyBudget? _budget = budget;

        public AddressBlock Source => source;

        public long Bytes => bytes;

        public Action Revoke => revoke;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Interlocked.Exchange(ref _budget, null)?.Return(this);
    }
}
