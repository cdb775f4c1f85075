using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Where an <see cref="HttpServer"/> listens.</summary>
internal sealed record HttpEndpoint
{
    /// <summary>A local address; <see cref="IPAddress.IPv6Any"/> for every address of both families.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The TCP port; 0 for one that the system chooses.</summary>
    public required int Port { get; init; }

    /// <summary>Whether another port will do where this one cannot be had: nobody asked for it.</summary>
    public bool IsDefaultPort { get; init; }

    /// <summary>The certificate of HTTPS, with its key; null for plain HTTP. It stays the caller's.</summary>
    public X509Certificate2? Certificate { get; init; }
}
