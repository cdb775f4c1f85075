namespace PeerNet.Engine.Core;

/// <summary>Where every random byte of the engine comes from, so that simulations can be repeated from a seed.</summary>
public interface IRandomSource
{
    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    void Fill(Span<byte> destination);
}
