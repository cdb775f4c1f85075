using System.Management.Automation.Runspaces;
using System.Reflection;

namespace PeerNet.PowerShell.Hosting;

/// <summary>What a runspace has just begun to run.</summary>
internal static class RunningCommand
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // PowerShell has no public way to ask; the method has been the same since version 2.
    private static readonly MethodInfo? GetPipeline =
        typeof(Runspace).GetMethod("GetCurrentlyRunningPipeline", Any, Type.EmptyTypes);

    /// <summary>The text of the pipeline that runs, where it is a single command or script; else null.</summary>
    public static string? Get(Runspace runspace) =>
        GetPipeline?.Invoke(runspace, null) is { } pipeline
        && pipeline.GetType().GetProperty("Commands", Any)?.GetValue(pipeline) is IReadOnlyList<Command> and [var command]
            ? command.CommandText
            : null;
}
