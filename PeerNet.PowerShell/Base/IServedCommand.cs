namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that may run in the process that has the node.</summary>
internal interface IServedCommand;
