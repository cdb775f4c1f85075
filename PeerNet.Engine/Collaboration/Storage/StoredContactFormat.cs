using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>How a <see cref="StoredContact"/> is written: JSON, in a file that is named as the authority.</summary>
internal sealed class StoredContactFormat : IItemFormat<StoredContact>
{
    private const int Version = 1;

    /// <summary>A certificate at its largest, and texts.</summary>
    public int MaximumLength => 64 * 1024;

    public string NameOf(StoredContact item) => item.Name.Authority;

    public string Describe(StoredContact item) => $"The contact '{item.Name}'";

    public string? FindFault(StoredContact item) => item.FindFault();

    public byte[] Encode(StoredContact item) => StateJson.Encode(new Document
    {
        Version = Version,
        Name = item.Name.Value,
        Certificate = item.Certificate,
        Nickname = item.Nickname,
        DisplayName = item.DisplayName,
        EmailAddress = item.EmailAddress,
        IsWatched = item.IsWatched,
        IsBlocked = item.IsBlocked,
        Added = item.Added,
        LastAddresses = [.. item.LastAddresses.Select(address => address.ToString())],
    });

    public StoredContact? Decode(byte[] content, string path) => StateJson.Decode<Document>(content) switch
    {
        { Version: > Version } => throw StateJson.Later(path, $"The file '{path}' was"),
        { Version: Version } document => Read(document),
        _ => null,
    };

    public PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The contact's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup, or remove the "
            + "contact and add it again.",
            path,
            cause);

    private static StoredContact? Read(Document document)
    {
        List<IPEndPoint> addresses = [];
        foreach (string? text in document.LastAddresses ?? [])
        {
            if (!IPEndPoint.TryParse(text ?? "", out IPEndPoint? address))
            {
                return null;
            }

            addresses.Add(address);
        }

        return PeerName.TryParse(document.Name, out PeerName? name)
            && document is { Certificate: { } certificate, Nickname: { } nickname, DisplayName: { } displayName, EmailAddress: { } emailAddress }
                ? new StoredContact
                {
                    Name = name,
                    Certificate = certificate,
                    Nickname = nickname,
                    DisplayName = displayName,
                    EmailAddress = emailAddress,
                    IsWatched = document.IsWatched,
                    IsBlocked = document.IsBlocked,
                    Added = document.Added,
                    LastAddresses = addresses,
                }
                : null;
    }

    private sealed class Document
    {
        public int Version { get; set; }

        public string? Name { get; set; }

        public byte[]? Certificate { get; set; }

        public string? Nickname { get; set; }

        public string? DisplayName { get; set; }

        public string? EmailAddress { get; set; }

        public bool IsWatched { get; set; }

        public bool IsBlocked { get; set; }

        public DateTimeOffset Added { get; set; }

        public string?[]? LastAddresses { get; set; }
    }
}
