using System.Net;

namespace PeerNet.Engine.Transport;

/// <summary>Where a datagram came from, where it was sent to, and how long it is.</summary>
/// <param name="Source">The sender's address and port.</param>
/// <param name="LocalAddress">The local address it was sent to.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct DatagramReceived(IPEndPoint Source, IPAddress LocalAddress, int Length);
