using System.Net;

namespace PeerNet.Engine.NameService;

/// <summary>How the name service is to be enabled.</summary>
public sealed record PeerNameServiceRequest
{
    /// <summary>The port where nothing else is said: no other service has it, no system gives it to a program by chance, and
    /// nobody needs to be an administrator for it.</summary>
    public const int DefaultPort = 15353;

    /// <summary>The port, UDP and TCP; 0 for one that the system chooses.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The addresses of this machine at which it answers; empty for those that only this machine reaches.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether the operating system is told to ask here for names below <c>pnrp.net</c>.</summary>
    public bool Configure { get; init; }
}
