using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>A resolver that reads a file which is this module's alone.</summary>
/// <param name="files">The files of the machine.</param>
/// <param name="path">The file.</param>
internal abstract class FileResolver(ISystemFiles files, string path) : ISystemResolver
{
    private const string Mark = "# Written by PeerNet (Enable-PeerNameService -Configure); Disable-PeerNameService deletes it.\n";

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The files of the machine.</summary>
    protected ISystemFiles Files => files;

    /// <inheritdoc/>
    public IReadOnlyList<SystemStep> Tell(IPEndPoint server)
    {
        if (files.Read(path) is { } text && !IsOurs(text))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The file '{path}' was written by somebody else, and is left as it is. What belongs there: "
                + Describe(server).TrimEnd('\n').Replace("\n", " | ", StringComparison.Ordinal),
                path);
        }

        RequireThere(server);
        return [new SystemStep.Write(path, Mark + Describe(server)), .. Refresh()];
    }

    /// <inheritdoc/>
    public IReadOnlyList<SystemStep> TakeBack() =>
        files.Read(path) is { } text && IsOurs(text) ? [new SystemStep.Delete(path), .. Refresh()] : [];

    /// <summary>What the file says.</summary>
    protected abstract string Describe(IPEndPoint server);

    /// <summary>What has it read again.</summary>
    protected virtual IReadOnlyList<SystemStep> Refresh() => [];

    /// <summary>Finds out whether somebody reads it.</summary>
    /// <exception cref="PeerException">Nobody does.</exception>
    protected virtual void RequireThere(IPEndPoint server)
    {
    }

    /// <summary>Whether the text of a file is what is written here.</summary>
    protected static bool IsOurs(string text) => text.StartsWith(Mark, StringComparison.Ordinal);
}
