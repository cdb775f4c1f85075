namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Posts offers to hosted caches.</summary>
internal interface IOfferTransport : IDisposable
{
    /// <summary>Posts a request and reads the answer. Nothing but cancellation is thrown.</summary>
    Task<OfferReply> PostAsync(Uri uri, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
