namespace PeerNet.Benchmarks.Graphing;

/// <summary>What it took a node to get the records of a graph, in MB above what the process had with an empty graph open.</summary>
/// <param name="Seconds">How long.</param>
/// <param name="Records">How many it has.</param>
/// <param name="Most">The most memory at any time, garbage included.</param>
/// <param name="Held">Memory with the graph open, after a collection.</param>
/// <param name="Reopened">The same after closing and opening the graph.</param>
internal sealed record NewcomerResult(double Seconds, int Records, double Most, double Held, double Reopened);
