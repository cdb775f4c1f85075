namespace PeerNet.Engine.Graphing.Connections;

/// <summary>Told, on any thread, what happens on a connection. Calls for one connection come in order.</summary>
internal interface IConnectionObserver
{
    /// <summary>The security provider has let the other side in; messages follow.</summary>
    void Authenticated(GraphConnection connection);

    /// <summary>Messages came. The batch is the observer's, who calls <see cref="GraphConnection.Release"/> when it has
    /// handled it: until then at most a few more come.</summary>
    void Received(GraphConnection connection, MessageBatch batch);

    /// <summary>Messages have left; <see cref="GraphConnection.TakeSent"/> tells how much of them.</summary>
    void Sent(GraphConnection connection);

    /// <summary>The connection is over, or has never come about.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="failure">What ended it; null where either side just closed it.</param>
    void Closed(GraphConnection connection, Exception? failure);
}
