using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Node;

/// <summary>
/// How other processes of the user find a node and reach it. Its process writes into the state folder who it is and where it
/// listens. Nodes whose folder is not below the per-user folder leave a note there, by which they are found too.
/// </summary>
public static class PeerNodeChannel
{
    private const string OwnerFile = "node.channel";
    private const string NotesFolder = ".elsewhere";
    private const int MaximumLength = 16 * 1024;

    /// <summary>Who has a node, as far as its folder says; null where it says nothing. Whether it still runs is known when
    /// it has been connected to.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="statePath">Its state folder; null for that below the per-user folder, or wherever a node of this name is.</param>
    /// <exception cref="PeerException">The name is none.</exception>
    public static PeerNodeOwner? Find(string name, string? statePath) =>
        ReadOwner(StateFolder.Locate(name, statePath))
        ?? (statePath is null ? ReadNotes().FirstOrDefault(owner => IsCalled(owner, name)) : null);

    /// <summary>All nodes of which a folder says that somebody has it.</summary>
    public static IReadOnlyList<PeerNodeOwner> FindAll()
    {
        string home = StateFolder.LocateHome();
        IEnumerable<PeerNodeOwner> here = Directory.Exists(home)
            ? Directory.GetDirectories(home).Select(ReadOwner).OfType<PeerNodeOwner>()
            : [];
        return [.. here.Concat(ReadNotes()).DistinctBy(owner => owner.StatePath).OrderBy(owner => owner.Node, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Connects to the process that has a node; null where it has ended.</summary>
    /// <exception cref="PeerException">Somebody else listens there, or could: another user, or whoever may write the folder.</exception>
    public static Stream? Connect(PeerNodeOwner owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (!OperatingSystem.IsWindows() && FindWeakness(owner.Channel) is { } weakness)
        {
            throw Distrusted(owner, weakness);
        }

        try
        {
            return LocalChannel.Connect(owner.Channel);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Distrusted(owner, exception.Message);
        }
    }

    /// <summary>Whether the process at the other end of a stream of <see cref="Connect"/> has not closed it. For streams on which
    /// nothing is to be read: where something came all the same, it is as good as closed.</summary>
    public static bool IsOpen(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return LocalChannel.IsSilent(stream);
    }

    /// <summary>Says where a node listens.</summary>
    /// <exception cref="PeerException">It cannot be written down.</exception>
    internal static void Announce(PeerNodeOwner owner)
    {
        AtomicFile.Write(Path.Combine(owner.StatePath, OwnerFile), StateJson.Encode(owner), isPrivate: true);
        if (GetNote(owner.StatePath) is { } note)
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(note)!);
            AtomicFile.Write(note, Encoding.UTF8.GetBytes(owner.StatePath), isPrivate: true);
        }
    }

    /// <summary>Takes back what <see cref="Announce"/> has written.</summary>
    internal static void Withdraw(PeerNodeOwner owner)
    {
        AtomicFile.Delete(Path.Combine(owner.StatePath, OwnerFile));
        if (GetNote(owner.StatePath) is { } note)
        {
            AtomicFile.Delete(note);
        }
    }

    // The administrator may go to any user's node, which that user can change. Where the folder is a link, what counts is
    // where it leads; the socket is none. A node that has ended has taken its socket with it.
    private static string? FindWeakness(string socket)
    {
        if (FileStatus.ReadName(socket) is not { } status || Path.GetDirectoryName(socket) is not { Length: > 0 } folder
            || RealPath.Resolve(folder) is not { } real)
        {
            return null;
        }

        bool mayBeOthers = UnixUser.Current == UnixUser.Root;
        return status.IsLink
            ? $"'{socket}' is a link"
            : FileTrust.FindUnixWeakness(real, mayBeOthers) ?? FileTrust.FindUnixWeakness(socket, mayBeOthers);
    }

    private static PeerException Distrusted(PeerNodeOwner owner, string weakness) => PeerErrors.AccessDenied.Exception(
        $"The node '{owner.Node}' is not used where {owner} has it: {weakness}. Nothing was sent. See to it that the folder and the "
        + $"socket are yours alone, and remove '{Path.Combine(owner.StatePath, OwnerFile)}' if that is not from a node of yours; "
        + "'Start-PeerNode -StatePath' starts a node with another folder.",
        owner.StatePath);

    private static bool IsCalled(PeerNodeOwner owner, string name) => owner.Node.Equals(name, StringComparison.OrdinalIgnoreCase);

    // Null for a folder that is where it would be looked for.
    private static string? GetNote(string statePath)
    {
        string home = StateFolder.LocateHome();
        return Path.GetDirectoryName(statePath) == home
            ? null
            : Path.Combine(home, NotesFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statePath)).AsSpan(0, 8)));
    }

    private static IEnumerable<PeerNodeOwner> ReadNotes()
    {
        string folder = Path.Combine(StateFolder.LocateHome(), NotesFolder);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Select(ReadNote).OfType<string>().Select(ReadOwner).OfType<PeerNodeOwner>()
            : [];
    }

    private static string? ReadNote(string note) => Read(note) is { } path ? Encoding.UTF8.GetString(path) : null;

    private static PeerNodeOwner? ReadOwner(string statePath)
    {
        try
        {
            return Read(Path.Combine(statePath, OwnerFile)) is { } content
                && StateJson.Decode<PeerNodeOwner>(content) is { Channel.Length: > 0 } owner
                    ? owner with { StatePath = statePath }
                    : null;
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            // Whoever needs the folder finds out from its lock who has it.
            return null;
        }
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return AtomicFile.Read(path, MaximumLength);
        }
        catch (PeerException)
        {
            // Not for this user to see, or nothing that a node has written: then there is nobody to be reached.
            return null;
        }
    }
}
