using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Keeps the settings in a file. Damage to it is an error, not a reason to begin anew.</summary>
internal sealed class DistributionSettingsStore
{
    private const int Version = 1;
    private const int MaximumLength = 64 * 1024;

    private static readonly JsonSerializerSettings Json = new()
    {
        Formatting = Formatting.Indented,
        MaxDepth = 8,
        TypeNameHandling = TypeNameHandling.None,
        Converters = { new StringEnumConverter() },
    };

    private readonly string _path;

    private DistributionSettingsStore(string path, DistributionSettings current)
    {
        _path = path;
        Current = current;
    }

    /// <summary>The settings now.</summary>
    public DistributionSettings Current { get; private set; }

    /// <exception cref="PeerException">The file is damaged.</exception>
    public static DistributionSettingsStore Open(string path) => new(path, Read(path));

    /// <exception cref="PeerException">The file cannot be written; nothing has changed.</exception>
    public void Save(DistributionSettings settings)
    {
        string json = JsonConvert.SerializeObject(new Document { Version = Version, Settings = settings }, Json);
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(json), isPrivate: true);
        Current = settings;
    }

    private static DistributionSettings Read(string path)
    {
        if (AtomicFile.Read(path, MaximumLength) is not { } content)
        {
            return new();
        }

        try
        {
            string json = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            Document? document = JsonConvert.DeserializeObject<Document>(json, Json);
            return document switch
            {
                { Version: > Version } => throw PeerErrors.UnsupportedVersion.Exception(
                    $"The settings '{path}' were written by a later version of PeerNet.", path),
                { Version: Version, Settings: { } settings } when DistributionRules.FindErrors(settings).Count == 0 => settings,
                _ => throw Damaged(path, null),
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException)
        {
            throw Damaged(path, exception);
        }
    }

    private static PeerException Damaged(string path, Exception? cause) => PeerErrors.InvalidData.Exception(
        $"The settings '{path}' are damaged. Nothing was changed; restore the file, or delete it to begin with the defaults.",
        path,
        cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public DistributionSettings? Settings { get; set; }
    }
}
