using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>How a <see cref="StoredApplication"/> is written: JSON, in a file that is named as the id.</summary>
/// <param name="isForAllUsers">Whether the files are those of all users; they do not say.</param>
internal sealed class StoredApplicationFormat(bool isForAllUsers) : IItemFormat<StoredApplication>
{
    private const int Version = 1;

    /// <summary>Arguments and data at their largest, every character escaped.</summary>
    public int MaximumLength => 2 * 1024 * 1024;

    public static string NameOf(Guid id) => id.ToString("D");

    public string NameOf(StoredApplication item) => NameOf(item.Id);

    public string Describe(StoredApplication item) => $"The application '{item.Name}'";

    public string? FindFault(StoredApplication item) => item.FindFault();

    public byte[] Encode(StoredApplication item) => StateJson.Encode(new Document
    {
        Version = Version,
        Id = item.Id,
        Name = item.Name,
        Description = item.Description,
        Path = item.Path,
        Arguments = [.. item.Arguments],
        Data = item.Data,
        Scope = (int)item.Scope,
    });

    public StoredApplication? Decode(byte[] content, string path) => StateJson.Decode<Document>(content) switch
    {
        { Version: > Version } => throw StateJson.Later(path, $"The file '{path}' was"),
        { Version: Version, Name: { } name, Description: { } description, Path: { } program, Arguments: { } arguments, Data: { } data } document
            when !arguments.Contains(null) => new StoredApplication
            {
                Id = document.Id,
                Name = name,
                Description = description,
                Path = program,
                Arguments = arguments!,
                Data = data,
                Scope = (PeerCollaborationScope)document.Scope,
                IsForAllUsers = isForAllUsers,
            },
        _ => null,
    };

    public PeerException Damaged(string path, string reason, Exception? cause = null) =>
        PeerErrors.CertificateStoreCorrupted.Exception(
            $"The application's file '{path}' is damaged: {reason}. Nothing was changed; restore it from a backup, or "
            + "unregister the application and register it again.",
            path,
            cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public Guid Id { get; set; }

        public string? Name { get; set; }

        public string? Description { get; set; }

        public string? Path { get; set; }

        public string?[]? Arguments { get; set; }

        public byte[]? Data { get; set; }

        public int Scope { get; set; }
    }
}
