namespace PeerNet.Engine.NameService;

/// <summary>Answers the DNS questions of other programs for peer names. Every failure is a <see cref="Core.PeerException"/>.</summary>
public interface INameServer
{
    /// <summary>Begins to answer, or answers as is asked for from now on.</summary>
    /// <exception cref="Core.PeerException">The port is taken, an address is not this machine's, or the operating system could
    /// not be told; then nothing answers.</exception>
    Task<PeerNameService> EnableAsync(PeerNameServiceRequest request, CancellationToken cancellationToken);

    /// <summary>Ceases to answer, and takes back what the operating system was told.</summary>
    /// <returns>Whether there was anything to end.</returns>
    /// <exception cref="Core.PeerException">What the operating system was told could not be taken back.</exception>
    Task<bool> DisableAsync(CancellationToken cancellationToken);

    /// <summary>The service as it is now.</summary>
    Task<PeerNameService> GetStatusAsync();
}
