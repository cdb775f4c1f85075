using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Identity;

/// <summary>
/// The list of identities as it is on the disk: a file for each beside its key, so that none is written for another, and an
/// index that says which is the default one. What cannot be read is kept, and made anew from the keys.
/// </summary>
internal static class IdentityIndex
{
    private const string FileName = "index.json";
    private const string AnyEntry = "*.json";
    private const string DamagedSuffix = ".damaged";
    private const int Version = 2;
    private const int ListVersion = 1; // all identities were in the index
    private const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>Reads the identities of a folder; a folder that holds nothing is an empty list. An index of the first form is
    /// carried over. What is damaged, or gone while there are keys, is made anew from the keys, and kept beside it.</summary>
    /// <returns>The identities, the default one, and what was made anew; null for nothing.</returns>
    /// <exception cref="PeerException">A file is of a later version, or cannot be read or written.</exception>
    public static (IReadOnlyCollection<StoredIdentity> Identities, PeerName? Default, string? Notice) Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        byte[]? content = AtomicFile.Read(path, MaximumLength);
        if (content is null && !Directory.EnumerateFiles(folder, IdentityRecovery.AnyKey).Any())
        {
            return ([], null, null);
        }

        List<string> damaged = [];
        Dictionary<string, StoredIdentity> known = ReadEntries(folder, damaged);
        var written = known.Keys.ToHashSet();
        Document? document = content is null ? null : Parse(path, content);
        bool isSound = document is not null && AddList(document.Identities ?? [], known);
        PeerName? defaultName = known.Values.FirstOrDefault(identity => identity.PeerName.Value == document?.Default)?.PeerName;
        isSound &= document?.Default is null || defaultName is not null;
        if (isSound && damaged.Count == 0)
        {
            CarryOver(folder, document!, known.Values.Where(identity => !written.Contains(identity.PeerName.Authority)), defaultName);
            return (known.Values, defaultName, null);
        }

        if (!isSound && content is not null)
        {
            damaged.Add(path);
        }

        return Rebuild(folder, damaged, known, written, defaultName);
    }

    /// <summary>Writes which identity is the default one.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void SaveDefault(string folder, PeerName? defaultName) =>
        Write(Path.Combine(folder, FileName), new Document { Version = Version, Default = defaultName?.Value });

    /// <summary>Writes an identity.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Save(string folder, StoredIdentity identity) =>
        Write(Path.Combine(folder, identity.EntryFileName), IdentityEntry.Of(identity, Version));

    /// <summary>Takes an identity off the list.</summary>
    /// <exception cref="PeerException">The folder cannot be written.</exception>
    public static void Delete(string folder, StoredIdentity identity) =>
        AtomicFile.Delete(Path.Combine(folder, identity.EntryFileName));

    /// <summary>The error for a store that is not as it was left.</summary>
    public static PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The identity store's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup, or "
            + "remove the identity and import it from an export.",
            path,
            cause);

    /// <returns>The identities that have files, by authority.</returns>
    private static Dictionary<string, StoredIdentity> ReadEntries(string folder, List<string> damaged)
    {
        Dictionary<string, StoredIdentity> found = [];
        foreach (string path in Directory.EnumerateFiles(folder, AnyEntry).Where(path => Path.GetFileName(path) != FileName))
        {
            if (ReadEntry(path) is { } identity && identity.EntryFileName == Path.GetFileName(path))
            {
                found.Add(identity.PeerName.Authority, identity);
            }
            else
            {
                damaged.Add(path);
            }
        }

        return found;
    }

    private static StoredIdentity? ReadEntry(string path) =>
        AtomicFile.Read(path, MaximumLength) is { } content
        && Decode<IdentityEntry>(content) is { } entry
        && IsKnownForm(path, entry.Version)
        && entry.TryRead(out StoredIdentity? identity)
            ? identity
            : null;

    // Names that people gave are in the file, which is the newer one where there are both.
    private static bool AddList(IEnumerable<IdentityEntry?> entries, Dictionary<string, StoredIdentity> known)
    {
        HashSet<string> listed = [];
        bool isSound = true;
        foreach (IdentityEntry? entry in entries)
        {
            StoredIdentity? identity = null;
            if (entry?.TryRead(out identity) == true && listed.Add(identity!.PeerName.Authority))
            {
                known.TryAdd(identity.PeerName.Authority, identity);
            }
            else
            {
                isSound = false;
            }
        }

        return isSound;
    }

    // The index last: until then it is of its old form, and all of it is done again.
    private static void CarryOver(
        string folder, Document document, IEnumerable<StoredIdentity> unwritten, PeerName? defaultName)
    {
        if (document.Version != Version)
        {
            SaveAll(folder, unwritten, defaultName);
        }
    }

    private static void SaveAll(string folder, IEnumerable<StoredIdentity> identities, PeerName? defaultName)
    {
        foreach (StoredIdentity identity in identities)
        {
            Save(folder, identity);
        }

        SaveDefault(folder, defaultName);
    }

    private static (IReadOnlyCollection<StoredIdentity> Identities, PeerName? Default, string? Notice) Rebuild(
        string folder,
        List<string> damaged,
        Dictionary<string, StoredIdentity> known,
        HashSet<string> written,
        PeerName? defaultName)
    {
        foreach (string path in damaged)
        {
            AtomicFile.Write(path + DamagedSuffix, AtomicFile.Read(path, MaximumLength) ?? [], isPrivate: true);
        }

        // The default one was the first, unless somebody chose another.
        (List<StoredIdentity> identities, List<string> unreadable) = IdentityRecovery.Run(folder, known);
        PeerName? found = defaultName ?? identities.FirstOrDefault()?.PeerName;
        SaveAll(folder, identities.Where(identity => !written.Contains(identity.PeerName.Authority)), found);
        foreach (string path in damaged.Where(path => !IsMadeAnew(path, identities)))
        {
            AtomicFile.Delete(path);
        }

        string notice = $"The list of identities '{Path.Combine(folder, FileName)}' was "
            + (damaged.Count == 0 ? "gone" : $"damaged and is kept as {string.Join(", ", damaged.Select(path => $"'{path}{DamagedSuffix}'"))}")
            + $"; it was made anew from the {identities.Count} keys beside it. See with Get-PeerIdentity which identity is the "
            + "default one and what they are called."
            + (unreadable.Count == 0 ? "" : $" These files are no keys and were left out: {string.Join(", ", unreadable)}.");
        return (identities, found, notice);
    }

    private static bool IsMadeAnew(string path, List<StoredIdentity> identities) =>
        Path.GetFileName(path) is { } name
        && (name == FileName || identities.Exists(identity => identity.EntryFileName == name));

    /// <returns>The document; null where it is damaged.</returns>
    private static Document? Parse(string path, byte[] content) =>
        Decode<Document>(content) is { } document
        && IsKnownForm(path, document.Version)
        && (document.Version == Version || document is { Version: ListVersion, Identities: not null })
            ? document
            : null;

    private static bool IsKnownForm(string path, int version) =>
        version <= Version ? version > 0 : throw StateJson.Later(path, $"The identity store '{path}' was");

    /// <returns>The content; null where it is damaged.</returns>
    private static T? Decode<T>(byte[] content)
        where T : class
    {
        try
        {
            return StateJson.Decode<T>(content);
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            return null;
        }
    }

    private static void Write(string path, object document) =>
        AtomicFile.Write(path, StateJson.Encode(document), isPrivate: true);

    private sealed class Document
    {
        public int Version { get; set; }

        public string? Default { get; set; }

        /// <summary>The identities, in an index of the first form.</summary>
        public List<IdentityEntry>? Identities { get; set; }

        // Newtonsoft asks for this by its name.
        public bool ShouldSerializeIdentities() => Identities is not null;
    }
}
