namespace PeerNet.Engine.Tests.Support;

/// <summary>Tests that measure the memory of the process, and therefore run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "Measured alone";
}
