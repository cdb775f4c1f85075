using System.Diagnostics.CodeAnalysis;
using System.Text;
using Newtonsoft.Json;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Identity;

/// <summary>The list of identities as it is on the disk. What cannot be read is left alone and reported.</summary>
internal static class IdentityIndex
{
    private const string FileName = "index.json";
    private const int Version = 1;
    private const int MaximumLength = 4 * 1024 * 1024;

    private static readonly JsonSerializerSettings Settings = new()
    {
        Formatting = Formatting.Indented,
        MaxDepth = 8,
        TypeNameHandling = TypeNameHandling.None,
        DateParseHandling = DateParseHandling.DateTimeOffset,
    };

    /// <summary>Reads the index of a folder; a folder that holds nothing gets an empty one.</summary>
    /// <exception cref="PeerException">The index is damaged, or gone while there are keys.</exception>
    public static (List<StoredIdentity> Identities, PeerName? Default) Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (AtomicFile.Read(path, MaximumLength) is not { } content)
        {
            if (Directory.EnumerateFiles(folder, "*.p12").Any())
            {
                throw Damaged(path, "it is missing, although the store holds keys");
            }

            Save(folder, [], null);
            return ([], null);
        }

        Document document = Parse(path, content);
        List<StoredIdentity> identities = [];
        foreach (Entry entry in document.Identities!)
        {
            if (!TryRead(entry, out StoredIdentity? identity)
                || identities.Any(other => other.PeerName.Authority == identity.PeerName.Authority))
            {
                throw Damaged(path, $"its entry '{entry?.PeerName}' is not sound");
            }

            identities.Add(identity);
        }

        PeerName? defaultName = identities.Find(identity => identity.PeerName.Value == document.Default)?.PeerName;
        return document.Default is null || defaultName is not null
            ? (identities, defaultName)
            : throw Damaged(path, "its default identity is not in it");
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
        string json = JsonConvert.SerializeObject(document, Settings);
        AtomicFile.Write(Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(json), isPrivate: true);
    }

    /// <summary>The error for a store that is not as it was left.</summary>
    public static PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The identity store's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup.",
            path,
            cause);

    private static Document Parse(string path, byte[] content)
    {
        try
        {
            string json = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            Document? document = JsonConvert.DeserializeObject<Document>(json, Settings);
            return document switch
            {
                { Version: > Version } => throw PeerErrors.UnsupportedVersion.Exception(
                    $"The identity store '{path}' was written by a later version of PeerNet.", path),
                { Version: Version, Identities: not null } => document,
                _ => throw Damaged(path, "it is no index of identities"),
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException)
        {
            throw Damaged(path, "it cannot be read", exception);
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
