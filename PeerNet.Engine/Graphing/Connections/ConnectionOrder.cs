using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// Keeps what each connection brings in order, where some of it has to wait for an answer from outside the loop: the rest of
/// that connection waits behind it, and the other connections go on. Used by the loop alone.
/// </summary>
internal sealed class ConnectionOrder
{
    private readonly Dictionary<int, Queue<Action<Moment>>> _waiting = [];

    /// <summary>Does what a connection brings, now or behind what it waits for.</summary>
    public void Enter(Moment now, int connection, Action<Moment> work)
    {
        if (_waiting.TryGetValue(connection, out Queue<Action<Moment>>? line))
        {
            line.Enqueue(work);
        }
        else
        {
            work(now);
        }
    }

    /// <summary>From here on the connection waits, until <see cref="Resume"/>.</summary>
    public void Pause(int connection) => _waiting.Add(connection, new());

    /// <summary>The connection goes on: first with <paramref name="work"/>, which may make it wait again.</summary>
    public void Resume(Moment now, int connection, Action<Moment> work)
    {
        if (!_waiting.Remove(connection, out Queue<Action<Moment>>? line))
        {
            return;
        }

        work(now);
        while (line.TryDequeue(out Action<Moment>? next))
        {
            Enter(now, connection, next);
        }
    }
}
