namespace PeerNet.Engine.Distribution.Http;

/// <summary>The host and the port of prefixes. What is published at one is none of another's, even where they share a port.</summary>
/// <param name="Host">The host; <c>+</c> for every address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct HttpAuthority(string Host, int Port)
{
    /// <summary>The host that means every address.</summary>
    public const string AnyHost = "+";

    /// <summary>Whether it means every address of the machine.</summary>
    public bool IsAny => Host == AnyHost;
}
