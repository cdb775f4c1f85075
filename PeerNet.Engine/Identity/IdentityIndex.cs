using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Identity;

/// <summary>The list of identities as it is on the disk. What cannot be read is kept, and made anew from the keys.</summary>
internal static class IdentityIndex
{
    private const string FileName = "index.json";
    private const string DamagedSuffix = ".damaged";
    private const int Version = 1;
    private const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>Reads the index of a folder; a folder that holds nothing gets an empty one. An index that is damaged, or gone
    /// while there are keys, is made anew from the keys; what there was is kept beside it.</summary>
    /// <returns>The identities, the default one, and what was made anew; null for nothing.</returns>
    /// <exception cref="PeerException">The index is of a later version, or cannot be read or written.</exception>
    public static (List<StoredIdentity> Identities, PeerName? Default, string? Notice) Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        byte[]? content = AtomicFile.Read(path, MaximumLength);
        if (content is null && !Directory.EnumerateFiles(folder, "*.p12").Any())
        {
            Save(folder, [], null);
            return ([], null, null);
        }

        Document? document = content is null ? null : Parse(path, content);
        List<StoredIdentity> known = [];
        bool isSound = document is not null;
        foreach (Entry entry in document?.Identities ?? [])
        {
            if (TryRead(entry, out StoredIdentity? identity)
                && !known.Exists(other => other.PeerName.Authority == identity.PeerName.Authority))
            {
                known.Add(identity);
            }
            else
            {
                isSound = false;
            }
        }

        PeerName? defaultName = known.Find(identity => identity.PeerName.Value == document?.Default)?.PeerName;
        return isSound && (document!.Default is null || defaultName is not null)
            ? (known, defaultName, null)
            : Rebuild(folder, content, known, defaultName);
    }

    /// <summary>Writes the index.</summary>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static void Save(string folder, IReadOnlyList<StoredIdentity> identities, PeerName? defaultName)
    {
        Document document = new()
        {
            Version = Version,
            Default = defaultName?.Value,
            Identities = [.. identities.Select(identity => new Entry
            {
                PeerName = identity.PeerName.Value,
                FriendlyName = identity.FriendlyName,
                Created = identity.Created,
                IsPasswordProtected = identity.IsPasswordProtected,
                Certificate = identity.Certificate.RawData.ToArray(),
            })],
        };
        AtomicFile.Write(Path.Combine(folder, FileName), StateJson.Encode(document), isPrivate: true);
    }

    /// <summary>The error for a store that is not as it was left.</summary>
    public static PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The identity store's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup, or "
            + "remove the identity and import it from an export.",
            path,
            cause);

    private static (List<StoredIdentity> Identities, PeerName? Default, string? Notice) Rebuild(
        string folder, byte[]? damaged, IReadOnlyList<StoredIdentity> known, PeerName? defaultName)
    {
        (List<StoredIdentity> identities, List<string> unreadable) = IdentityRecovery.Run(folder, known);
        string path = Path.Combine(folder, FileName);
        if (damaged is not null)
        {
            AtomicFile.Write(path + DamagedSuffix, damaged, isPrivate: true);
        }

        // The default one was the first, unless somebody chose another.
        StoredIdentity? found = identities.Find(identity => identity.PeerName == defaultName) ?? identities.FirstOrDefault();
        Save(folder, identities, found?.PeerName);
        string notice = $"The list of identities '{path}' was "
            + (damaged is null ? "gone" : $"damaged and is kept as '{path}{DamagedSuffix}'")
            + $"; it was made anew from the {identities.Count} keys beside it. See with Get-PeerIdentity which identity is the "
            + "default one and what they are called."
            + (unreadable.Count == 0 ? "" : $" These files are no keys and were left out: {string.Join(", ", unreadable)}.");
        return (identities, found?.PeerName, notice);
    }

    /// <returns>The document; null where it is damaged.</returns>
    private static Document? Parse(string path, byte[] content)
    {
        try
        {
            Document? document = StateJson.Decode<Document>(content);
            return document switch
            {
                { Version: > Version } => throw StateJson.Later(path, $"The identity store '{path}' was"),
                { Version: Version, Identities: not null } => document,
                _ => null,
            };
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            return null;
        }
    }

    private static bool TryRead(Entry? entry, [NotNullWhen(true)] out StoredIdentity? identity)
    {
        identity = null;
        return entry?.Certificate is not null
            && PeerCertificate.TryRead(entry.Certificate, out PeerCertificate? certificate)
            && StoredIdentity.TryCreate(
                entry.PeerName, certificate, entry.FriendlyName, entry.Created, entry.IsPasswordProtected, out identity);
    }

    private sealed class Document
    {
        public int Version { get; set; }

        public string? Default { get; set; }

        public List<Entry>? Identities { get; set; }
    }

    private sealed class Entry
    {
        public string? PeerName { get; set; }

        public string? FriendlyName { get; set; }

        public DateTimeOffset Created { get; set; }

        public bool IsPasswordProtected { get; set; }

        public byte[]? Certificate { get; set; }
    }
}
