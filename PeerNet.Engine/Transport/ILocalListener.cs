namespace PeerNet.Engine.Transport;

/// <summary>Where other processes of the user connect.</summary>
internal interface ILocalListener : IDisposable
{
    /// <summary>How they find it.</summary>
    string Address { get; }

    /// <summary>The next connection; those of other users are closed without a word.</summary>
    Task<Stream> AcceptAsync(CancellationToken cancellationToken);
}
