using System.Globalization;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>
/// A node's folder, held by one process at a time. The operating system lets go of it when the process ends, however it
/// ends.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    /// <summary>The environment variable that moves all nodes' folders.</summary>
    public const string HomeVariable = "PEERNET_HOME";

    /// <summary>Longest name of a node.</summary>
    public const int MaximumNodeName = 64;

    private const string DefaultKind = "state folder";
    private const string LockFile = "node.lock";
    private const string OwnerFile = "node.owner";
    private const int MaximumOwnerLength = 1024;

    private readonly FileStream _lock;

    private StateFolder(string path, FileStream @lock)
    {
        Location = path;
        _lock = @lock;
    }

    /// <summary>The folder's full path.</summary>
    public string Location { get; }

    /// <summary>Where a node's state is.</summary>
    /// <param name="nodeName">The node's name: 1 to 64 letters, digits, '-', '_' and '.', neither beginning nor ending with
    /// '.', and not the name of a device of Windows.</param>
    /// <param name="statePath">The folder asked for; null for the node's own below the per-user folder.</param>
    /// <exception cref="PeerException">The name is none, or the user has no folder for data.</exception>
    public static string Locate(string nodeName, string? statePath)
    {
        if (statePath is not null)
        {
            return Path.GetFullPath(statePath);
        }

        if (!IsNodeName(nodeName))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{nodeName}' is no node name: 1 to {MaximumNodeName} letters, digits, '-', '_' and '.', neither beginning "
                + "nor ending with '.', and not the name of a device such as NUL.",
                nodeName);
        }

        return Path.Combine(LocateHome(), nodeName);
    }

    /// <summary>The per-user folder, with the folders of nodes by name.</summary>
    /// <exception cref="PeerException">The user has no folder for data.</exception>
    public static string LocateHome()
    {
        string? home = Environment.GetEnvironmentVariable(HomeVariable);
        if (!string.IsNullOrEmpty(home))
        {
            return Path.GetFullPath(home);
        }

        string data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? "PeerNet" : "peernet")
            : throw PeerErrors.InvalidArgument.Exception(
                $"The user has no folder for application data; name one with the variable {HomeVariable} or a state path.");
    }

    /// <summary>Creates the folder (mode 0700) if need be, and takes it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="kind">What it is, for messages.</param>
    /// <exception cref="PeerException">Another process has it, or it cannot be created.</exception>
    public static StateFolder Open(string path, string kind = DefaultKind)
    {
        string full = Path.GetFullPath(path);
        CreatePrivate(full);
        FileStream @lock = Take(full, kind);
        try
        {
            AtomicFile.DeleteLeftovers(full);
            AtomicFile.Write(Path.Combine(full, OwnerFile), Encoding.UTF8.GetBytes(DescribeProcess()), isPrivate: true);
            return new StateFolder(full, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Removes what holding a folder left in it. Nobody may hold it.</summary>
    public static void Clear(string path)
    {
        AtomicFile.Delete(Path.Combine(path, LockFile));
        AtomicFile.Delete(Path.Combine(path, OwnerFile));
    }

    /// <summary>A sub-folder, created if need be (mode 0700), and rid of what killed writers left.</summary>
    public string GetFolder(string name)
    {
        string path = Path.Combine(Location, name);
        CreatePrivate(path);
        AtomicFile.DeleteLeftovers(path);
        return path;
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private static bool IsNodeName(string name) =>
        name.Length is >= 1 and <= MaximumNodeName
        && name[0] != '.'
        && !FileNames.IsMisread(name)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static void CreatePrivate(string path)
    {
        try
        {
            PrivateFile.CreateFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    // The owner is named in a file of its own, because the lock keeps others from reading this one.
    private static FileStream Take(string path, string kind)
    {
        try
        {
            string file = Path.Combine(path, LockFile);
            PrivateFile.Ensure(file);
            return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (StorageFailure.IsShared(exception))
        {
            throw PeerErrors.SharingViolation.Exception(
                $"The {kind} '{path}' is in use by {ReadOwner(path)}. {DescribeRemedy(kind)}", path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private static string DescribeRemedy(string kind) => kind == DefaultKind
        ? "There, 'Stop-PeerNode' lets go of it. Here, 'Start-PeerNode -StatePath ./peer2' starts a node with a folder of its own, "
            + $"and so does '$env:{HomeVariable} = \"./peer2\"' before the first cmdlet."
        : $"Stop that node, or choose another {kind}.";

    private static string DescribeProcess()
    {
        string name = Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "unknown";
        return string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ({name})");
    }

    private static string ReadOwner(string path)
    {
        try
        {
            byte[]? owner = AtomicFile.Read(Path.Combine(path, OwnerFile), MaximumOwnerLength);
            return owner is null ? "another process" : Encoding.UTF8.GetString(owner);
        }
        catch (PeerException)
        {
            // The holder is only named as a help; that the folder is taken is certain.
            return "another process";
        }
    }
}
