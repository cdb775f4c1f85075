using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Installation;

/// <summary>The command line that runs a node until it is told to end.</summary>
internal static class NodeCommand
{
    private const string StatePath = "-StatePath";

    /// <summary>The program and its arguments.</summary>
    /// <exception cref="PeerException">One of them has a character that no service manager can be told.</exception>
    public static IReadOnlyList<string> Create(PeerNodeInstallRequest request, string statePath)
    {
        string[] command =
        [
            .. request.Program, "-Name", request.Name, StatePath, statePath,
            .. request.ScriptPath is { } script ? ["-ScriptPath", script] : Array.Empty<string>(),
        ];
        foreach (string argument in command.Where(argument => !SafeXml.IsText(argument)))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{TerminalText.Escape(argument)}' has a line break or another control character, which no service can be told.", argument);
        }

        return command;
    }

    /// <summary>The state folder that a command line names; null where it names none.</summary>
    public static string? ReadStatePath(IReadOnlyList<string> command) =>
        command.SkipWhile(argument => argument != StatePath).Skip(1).FirstOrDefault();
}
