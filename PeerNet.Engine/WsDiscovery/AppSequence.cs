using System.Globalization;

namespace PeerNet.Engine.WsDiscovery;

/// <summary>The place of a message among those of its sender (WS-Discovery, April 2005, 7; MS-PCCRD 2.2.3.6, 2.2.3.7).
/// </summary>
/// <param name="InstanceId">Grows with every start of the sender.</param>
/// <param name="MessageNumber">Grows with every message, from 1.</param>
internal readonly record struct AppSequence(uint InstanceId, uint MessageNumber)
{
    /// <summary>The header.</summary>
    public string Write() => string.Create(
        CultureInfo.InvariantCulture,
        $"<wsd:AppSequence InstanceId=\"{InstanceId}\" MessageNumber=\"{MessageNumber}\"/>");
}
