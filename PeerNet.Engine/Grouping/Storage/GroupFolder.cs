using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Grouping.Storage;

/// <summary>
/// The groups of a node's identities: a file for each group and identity, and beside it the group's key where this node has
/// it. A file that cannot be read is left as it is, and the other groups go on. The holder of the node's folder is the only
/// one who uses it; within the process it may be used from any thread.
/// </summary>
internal sealed class GroupFolder : IDisposable
{
    private const string Extension = ".json";
    private const string KeyExtension = ".p12";
    private const int NameBytes = 16;

    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredGroup> _groups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PeerException> _faults = new(StringComparer.Ordinal);
    private bool _isClosed;

    /// <summary>Reads what is in a folder.</summary>
    /// <param name="path">The folder, which exists.</param>
    /// <exception cref="PeerException">The folder cannot be read.</exception>
    public GroupFolder(string path)
    {
        _path = path;
        try
        {
            foreach (string file in Directory.EnumerateFiles(path, "*" + Extension))
            {
                Load(Path.GetFileNameWithoutExtension(file));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    /// <summary>What is wrong with the files that could not be read, one sentence or two for each.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults.Values.Select(fault => fault.Message)];
            }
        }
    }

    /// <summary>All groups that could be read, by name and then by identity.</summary>
    public IReadOnlyList<StoredGroup> List()
    {
        lock (_gate)
        {
            return
            [
                .. _groups.Values
                    .OrderBy(stored => stored.Group.Value, StringComparer.Ordinal)
                    .ThenBy(stored => stored.Identity.Value, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>A group of this node; null where there is none.</summary>
    /// <param name="group">The group.</param>
    /// <param name="identity">The member; null for the only one.</param>
    /// <exception cref="PeerException">Several identities are in the group and none was named; or there is none, but a file
    /// that is damaged is or may be it.</exception>
    public StoredGroup? Find(PeerName group, PeerName? identity)
    {
        lock (_gate)
        {
            if (identity is not null)
            {
                string name = MakeName(group, identity);
                ThrowIfFaulty(name);
                return _groups.GetValueOrDefault(name);
            }

            StoredGroup[] found = [.. _groups.Values.Where(stored => stored.Group == group)];
            return found switch
            {
                [var one] => one,

                // A damaged file does not say whose it is. Otherwise somebody would join again, and never know why.
                [] => _faults.Count == 0 ? null : throw Repeat(_faults.First().Value),
                _ => throw PeerErrors.InvalidArgument.Exception(
                    $"Several identities of this node are in the group '{group}'; name one: "
                    + $"{string.Join(", ", found.Select(stored => stored.Identity.Value).Order(StringComparer.Ordinal))}.",
                    group.Value),
            };
        }
    }

    /// <summary>Keeps a group, in the place of what was kept of it before.</summary>
    /// <remarks>A key that is here stays here, whatever <see cref="StoredGroup.HasGroupKey"/> says.</remarks>
    /// <exception cref="PeerException">Its parts do not fit together, its file is damaged and would be overwritten, or it
    /// cannot be written.</exception>
    public void Save(StoredGroup group)
    {
        lock (_gate)
        {
            string name = Prepare(group);
            Write(name, group with { HasGroupKey = group.HasGroupKey || HasKey(name) });
        }
    }

    /// <summary>Keeps a group together with the group's own key.</summary>
    /// <exception cref="PeerException">The key is not the group's, or as <see cref="Save"/>.</exception>
    public void SaveKey(StoredGroup group, PeerPrivateKey groupKey)
    {
        StoredGroup owned = group with { HasGroupKey = true };
        lock (_gate)
        {
            string name = Prepare(owned);
            if (groupKey.PublicKey.ToString() != group.Group.Authority)
            {
                throw PeerErrors.InvalidArgument.Exception($"The key is not the group '{group.Group}''s own.", group.Group.Value);
            }

            // The key first: a group that says it has one would be damaged without, a key alone is only unused.
            GroupKeyFile.Write(LocateKey(name), groupKey, owned.Root!);
            Write(name, owned);
        }
    }

    /// <summary>The group's own key, for the caller to dispose of.</summary>
    /// <exception cref="PeerException">This node does not have it, or its file is damaged.</exception>
    public PeerPrivateKey OpenKey(StoredGroup group)
    {
        lock (_gate)
        {
            string name = MakeName(group.Group, group.Identity);
            return HasKey(name)
                ? GroupKeyFile.Open(LocateKey(name), group)
                : throw PeerErrors.NoKeyAccess.Exception(
                    $"This node does not have the key of the group '{group.Group}', which its creator's has. Do this there, or "
                    + "import the creator's configuration of the group.",
                    group.Group.Value);
        }
    }

    /// <summary>Forgets a group and its key for good, also where its file is damaged.</summary>
    /// <exception cref="PeerException">A file cannot be deleted.</exception>
    public void Delete(PeerName group, PeerName identity)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            string name = MakeName(group, identity);

            // The key first: where the second deletion fails, no secret is left that nobody knows of.
            AtomicFile.Delete(LocateKey(name));
            AtomicFile.Delete(Locate(name));
            _groups.Remove(name);
            _faults.Remove(name);
        }
    }

    /// <summary>From now on nothing is written: the folder may be another process's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    // Names have characters that no file name has.
    private static string MakeName(PeerName group, PeerName identity)
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes($"{group}\0{identity}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, NameBytes));
    }

    private string Locate(string name) => Path.Combine(_path, name + Extension);

    private string LocateKey(string name) => Path.Combine(_path, name + KeyExtension);

    private bool HasKey(string name) => _groups.TryGetValue(name, out StoredGroup? known) && known.HasGroupKey;

    private void Load(string name)
    {
        string path = Locate(name);
        try
        {
            byte[] content = AtomicFile.Read(path, StoredGroupFile.MaximumLength)
                ?? throw StoredGroupFile.Damaged(path, "it is a link to nothing");
            StoredGroup group = StoredGroupFile.Decode(content, path);

            // A copy under another name would be a second truth about one group.
            _groups[name] = MakeName(group.Group, group.Identity) == name
                ? group
                : throw StoredGroupFile.Damaged(path, "it is named as another group's");
        }
        catch (PeerException exception)
        {
            _faults[name] = exception.Error == PeerErrors.InvalidData
                ? StoredGroupFile.Damaged(path, "it is too long", exception)
                : exception;
        }
    }

    private string Prepare(StoredGroup group)
    {
        ThrowIfClosed();
        string name = MakeName(group.Group, group.Identity);
        ThrowIfFaulty(name);
        return group.FindFault() is { } fault
            ? throw PeerErrors.InvalidArgument.Exception($"The group '{group.Group}' cannot be kept: {fault}.", group.Group.Value)
            : name;
    }

    private void Write(string name, StoredGroup group)
    {
        AtomicFile.Write(Locate(name), StoredGroupFile.Encode(group), isPrivate: true);
        _groups[name] = group;
    }

    private void ThrowIfFaulty(string name)
    {
        if (_faults.TryGetValue(name, out PeerException? fault))
        {
            throw Repeat(fault);
        }
    }

    // Each failure is an exception of its own, with a stack trace of its own.
    private static PeerException Repeat(PeerException fault) => fault.Error.Exception(fault.Message, fault.Target, fault.InnerException);

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw PeerErrors.NotInitialized.Exception("The node has stopped; its groups cannot be changed any more.");
        }
    }
}
