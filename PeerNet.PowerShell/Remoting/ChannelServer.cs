using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Runs cmdlets of this module with a node of this process for other processes of the user, and nothing else.</summary>
internal sealed class ChannelServer(NodeHost node) : IDisposable
{
    // With more connections than these none stays that has nothing to do: the node lets in no more than twice as many.
    private const int MaximumWithRoom = 32;

    private readonly ServedRunspaces _runspaces = new(node);
    private readonly ConcurrentDictionary<ServedConnection, ServedConnection> _connections = [];
    private volatile bool _isClosed;

    /// <summary>Serves one process that has connected, on a thread of its own.</summary>
    public Task ServeAsync(Stream stream) => Task.Factory.StartNew(
        () => Serve(new ServedConnection(new ChannelStream(stream), node, _runspaces, HasRoom)),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Stops what runs, and closes what waits for a cmdlet.</summary>
    /// <param name="caller">The runspace of the cmdlet that stops the node, which goes on.</param>
    public void Close(Runspace? caller)
    {
        _isClosed = true;
        foreach (ServedConnection connection in _connections.Values)
        {
            connection.Stop(caller);
            connection.EndWaiting();
        }

        _runspaces.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close(caller: null);

    private void Serve(ServedConnection connection)
    {
        _connections[connection] = connection;
        try
        {
            if (!HasRoom())
            {
                MakeRoom();
            }

            connection.Serve();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private bool HasRoom() => !_isClosed && _connections.Count <= MaximumWithRoom;

    private void MakeRoom()
    {
        foreach (ServedConnection connection in _connections.Values)
        {
            connection.EndWaiting();
        }
    }
}
