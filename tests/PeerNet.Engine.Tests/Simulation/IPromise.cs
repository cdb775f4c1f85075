namespace PeerNet.Engine.Tests.Simulation;

/// <summary>What a simulation has shown; its text says with which seed.</summary>
internal interface IPromise
{
    /// <summary>Whether it showed what is promised of any number of nodes, by any chance.</summary>
    bool IsKept { get; }
}
