using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Grouping;

/// <summary>What all groups of a node share.</summary>
internal sealed record GroupContext(
    GraphService Graphs,
    GroupFolder Folder,
    IPeerLocator Locator,
    INetworkInterfaces Interfaces,
    IGroupObserver Observer,
    TimeProvider Time,
    IRandomSource Random,
    ILogger Logger);
