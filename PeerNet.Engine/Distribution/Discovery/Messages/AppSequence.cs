namespace PeerNet.Engine.Distribution.Discovery.Messages;

/// <summary>The place of a message among those of its sender (MS-PCCRD 2.2.3.6, 2.2.3.7).</summary>
/// <param name="InstanceId">Grows with every start of the sender.</param>
/// <param name="MessageNumber">Grows with every message, from 1.</param>
internal readonly record struct AppSequence(uint InstanceId, uint MessageNumber);
