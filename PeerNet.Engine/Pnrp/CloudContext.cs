using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>What the clouds of one node have in common.</summary>
internal sealed record CloudContext(
    SuiteAlgorithms Suite,
    TimeProvider Time,
    IRandomSource Random,
    IDatagramNetwork Network,
    IMulticastNetwork Multicast,
    AddressCache AddressCache,
    IPnrpObserver Observer,
    ILogger Logger);
