using System.Xml.Linq;

namespace PeerNet.Engine.WsDiscovery;

/// <summary>The prefix that stands for the namespace of an application in the messages that it writes.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Namespace">The namespace.</param>
internal sealed record WsdPrefix(string Prefix, XNamespace Namespace);
