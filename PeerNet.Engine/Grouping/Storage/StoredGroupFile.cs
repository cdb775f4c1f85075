using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Grouping.Storage;

/// <summary>How a <see cref="StoredGroup"/> is written.</summary>
internal static class StoredGroupFile
{
    /// <summary>Largest file, in bytes: a chain and a root at their largest, and names.</summary>
    public const int MaximumLength = 256 * 1024;

    private const int Version = 1;

    /// <summary>The file's content.</summary>
    public static byte[] Encode(StoredGroup group)
    {
        Document document = new()
        {
            Version = Version,
            Group = group.Group.Value,
            Identity = group.Identity.Value,
            FriendlyName = group.FriendlyName,
            Cloud = group.Cloud,
            Root = group.Root?.RawData.ToArray(),
            Chain = group.Chain,
            Creator = group.Creator?.Value,
            IsActive = group.IsActive,
            IsOffline = group.IsOffline,
            MeetingCloud = group.MeetingCloud,
            Port = group.Port,
            AllowsDirectConnections = group.AllowsDirectConnections,
            RenewsCredentials = group.RenewsCredentials,
            HasGroupKey = group.HasGroupKey,
            Created = group.Created,
        };
        return StateJson.Encode(document);
    }

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PeerException">It is damaged, or was written by a later version.</exception>
    public static StoredGroup Decode(byte[] content, string path)
    {
        try
        {
            StoredGroup? group = StateJson.Decode<Document>(content) switch
            {
                { Version: > Version } => throw StateJson.Later(path, $"The group's file '{path}' was"),
                { Version: Version } document => Read(document),
                _ => null,
            };
            return group is null ? throw Damaged(path, "it describes no group")
                : group.FindFault() is { } fault ? throw Damaged(path, fault)
                : group;
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            throw Damaged(path, "it cannot be parsed", exception);
        }
    }

    /// <summary>The error for a file that is not as it was left.</summary>
    public static PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The group's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup, or remove the "
            + "group and import its configuration or join it again.",
            path,
            cause);

    private static StoredGroup? Read(Document document)
    {
        PeerName? creator = null;
        PeerCertificate? root = null;
        return PeerName.TryParse(document.Group, out PeerName? group)
            && PeerName.TryParse(document.Identity, out PeerName? identity)
            && document is { FriendlyName: { } friendlyName, Cloud: { } cloud }
            && (document.Creator is null || PeerName.TryParse(document.Creator, out creator))
            && (document.Root is null || PeerCertificate.TryRead(document.Root, out root))
                ? new StoredGroup
                {
                    Group = group,
                    Identity = identity,
                    FriendlyName = friendlyName,
                    Cloud = cloud,
                    Root = root,
                    Chain = document.Chain,
                    Creator = creator,
                    IsActive = document.IsActive,
                    IsOffline = document.IsOffline,
                    MeetingCloud = document.MeetingCloud,
                    Port = document.Port,
                    AllowsDirectConnections = document.AllowsDirectConnections,
                    RenewsCredentials = document.RenewsCredentials,
                    HasGroupKey = document.HasGroupKey,
                    Created = document.Created,
                }
                : null;
    }

    private sealed class Document
    {
        public int Version { get; set; }

        public string? Group { get; set; }

        public string? Identity { get; set; }

        public string? FriendlyName { get; set; }

        public string? Cloud { get; set; }

        public byte[]? Root { get; set; }

        public byte[]? Chain { get; set; }

        public string? Creator { get; set; }

        public bool IsActive { get; set; }

        public bool IsOffline { get; set; }

        public string? MeetingCloud { get; set; }

        public int Port { get; set; }

        public bool AllowsDirectConnections { get; set; }

        public bool RenewsCredentials { get; set; } = true;

        public bool HasGroupKey { get; set; }

        public DateTimeOffset Created { get; set; }
    }
}
