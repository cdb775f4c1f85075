namespace PeerNet.Engine.Transport;

/// <summary>Takes in streams at one port. Disposing it leaves those it has taken in alone.</summary>
internal interface IStreamListener : IAsyncDisposable
{
    /// <summary>The port that is bound.</summary>
    int Port { get; }

    /// <summary>Hands over each stream that comes in; the callback owns it and must not block.</summary>
    void Start(Action<StreamConnection> accept);
}
