namespace PeerNet.Engine.Tests;

/// <summary>A folder of one test's own, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("peernet-test-").FullName;

    /// <summary>The path of something below it; steps are parted by slashes on every system.</summary>
    public string Combine(string name) => Path.GetFullPath(Path.Combine(Location, name));

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
