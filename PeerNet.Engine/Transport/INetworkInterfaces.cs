namespace PeerNet.Engine.Transport;

/// <summary>The interfaces of this machine. Tests replace it by a machine of their own.</summary>
internal interface INetworkInterfaces
{
    /// <summary>Raised, on any thread, when <see cref="Read"/> may give another answer than before.</summary>
    event Action? Changed;

    /// <summary>The interfaces that are up, with their addresses.</summary>
    IReadOnlyList<LocalInterface> Read();
}
