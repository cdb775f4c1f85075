namespace PeerNet.Engine.Distribution.Download;

/// <summary>Where content comes from when no peer has it: the content server, or a file (PeerDistClientAddData).</summary>
internal interface IContentOrigin
{
    /// <summary>The shortest time from a request to the first byte of its answer; null where it is not measured.</summary>
    TimeSpan? RoundTrip => null;

    /// <summary>Reads a range of the content into <paramref name="destination"/>, whole.</summary>
    /// <exception cref="Core.PeerException">The origin cannot be reached, or does not have the range.</exception>
    Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
