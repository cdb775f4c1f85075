namespace PeerNet.Tour;

/// <summary>What the publisher publishes and the guide expects to find.</summary>
internal static class Payload
{
    /// <summary>Four KiB, the most that a name can carry, in a pattern that shows every byte that is out of place.</summary>
    public static byte[] Data { get; } = [.. Enumerable.Range(0, 4096).Select(i => (byte)((i * 31) + (i >> 8)))];

    /// <summary>The classifier of the name.</summary>
    public const string Classifier = "Tour";

    /// <summary>The comment of the name.</summary>
    public const string Comment = "A name on tour";

    /// <summary>The port that the name points at.</summary>
    public const int Port = 8080;
}
