namespace PeerNet.Engine.Collaboration.Applications;

/// <summary>A program that runs because an invitation was accepted. It goes on when the node stops.</summary>
/// <param name="ProcessId">The process's number.</param>
/// <param name="Ended">Completes when the program has ended and what it was told is deleted. It never fails.</param>
internal sealed record LaunchedProgram(int ProcessId, Task Ended);
