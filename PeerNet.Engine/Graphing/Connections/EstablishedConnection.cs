using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>A connection whose other side is authenticated.</summary>
/// <param name="Transport">The stream below.</param>
/// <param name="Frames">The frames on it.</param>
/// <param name="Secured">What the security provider made of them.</param>
internal sealed record EstablishedConnection(StreamConnection Transport, FramedStream Frames, SecuredConnection Secured)
    : IDisposable
{
    /// <summary>Sends what the streams have gathered.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (Secured.Stream != Frames)
        {
            await Secured.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        await Frames.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        Secured.Stream.Dispose();
        Transport.Dispose();
    }
}
