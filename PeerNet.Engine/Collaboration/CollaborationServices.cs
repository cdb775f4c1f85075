using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Collaboration;

/// <summary>What collaboration runs on.</summary>
internal sealed record CollaborationServices(
    CollaborationServiceOptions Options,
    IStreamTransport Transport,
    IMulticastNetwork Multicast,
    INetworkInterfaces Interfaces,
    IPeerLocator Locator,
    ICollaborationObserver Observer,
    TimeProvider Time,
    IRandomSource Random,
    ILogger Logger);
