using System.Text;
using Newtonsoft.Json;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>The data cache's settings on the disk. Damage to them is an error, not a reason to begin anew.</summary>
internal static class DataCacheSettingsFile
{
    private const int Version = 1;
    private const int MaximumLength = 256 * 1024;

    private static readonly JsonSerializerSettings Json = new()
    {
        Formatting = Formatting.Indented,
        MaxDepth = 8,
        TypeNameHandling = TypeNameHandling.None,
    };

    /// <summary>The settings; null where none were saved.</summary>
    /// <exception cref="PeerException">They are damaged, or of a later version.</exception>
    public static DataCacheSettings? Read(string path)
    {
        if (AtomicFile.Read(path, MaximumLength) is not { } content)
        {
            return null;
        }

        try
        {
            string json = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            return JsonConvert.DeserializeObject<Document>(json, Json) switch
            {
                { Version: > Version } => throw PeerErrors.UnsupportedVersion.Exception(
                    $"The cache settings '{path}' were written by a later version of PeerNet.", path),
                { Version: Version, Settings: { } settings } when IsSound(settings) => settings,
                _ => throw Damaged(path, null),
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException)
        {
            throw Damaged(path, exception);
        }
    }

    /// <summary>Saves the settings.</summary>
    /// <exception cref="PeerException">The file cannot be written; it is as it was.</exception>
    public static void Write(string path, DataCacheSettings settings)
    {
        string json = JsonConvert.SerializeObject(new Document { Version = Version, Settings = settings }, Json);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(json), isPrivate: true);
    }

    private static bool IsSound(DataCacheSettings settings) =>
        !string.IsNullOrEmpty(settings.Folder)
        && CacheSize.IsSound(settings.Size)
        && settings.MaxAge > TimeSpan.Zero
        && settings.Extensions.All(extension =>
            extension is { Number: > 0, Path.Length: > 0 } && CacheSize.IsSound(extension.Size))
        && settings.Extensions.DistinctBy(extension => extension.Number).Count() == settings.Extensions.Count;

    private static PeerException Damaged(string path, Exception? cause) => PeerErrors.InvalidData.Exception(
        $"The cache settings '{path}' are damaged. Nothing was changed; restore the file, or delete it to begin with the "
        + "defaults.",
        path,
        cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public DataCacheSettings? Settings { get; set; }
    }
}
