using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;

namespace PeerNet.Engine.Tests.NameService.Systems;

/// <summary>A machine of files in memory, and of programs that only are noted down.</summary>
internal sealed class FakeHost : ISystemHost
{
    public Dictionary<string, string> Files { get; } = [];

    public HashSet<string> Folders { get; } = [];

    /// <summary>Programs that were run.</summary>
    public List<string> Runs { get; } = [];

    /// <summary>What fails, and how.</summary>
    public Func<SystemStep, PeerException?> Fails { get; set; } = _ => null;

    public bool HasFolder(string path) => Folders.Contains(path);

    public IReadOnlyList<string> List(string folder, string ending) =>
        [.. Files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal))];

    public string? Read(string path) => Files.GetValueOrDefault(path);

    public IReadOnlyList<string> List(string folder) =>
        [.. Files.Keys.Where(path => path.LastIndexOfAny(['/', '\\']) == folder.Length && path.StartsWith(folder, StringComparison.Ordinal))];

    public Task DoAsync(SystemStep step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Fails(step) is { } failure)
        {
            throw failure;
        }

        switch (step)
        {
            case SystemStep.Write write:
                Files[write.Path] = write.Text;
                break;
            case SystemStep.Delete delete:
                Files.Remove(delete.Path);
                break;
            case SystemStep.Run run:
                Runs.Add($"{run.Program} {string.Join(' ', run.Arguments)}");
                break;
        }

        return Task.CompletedTask;
    }
}
