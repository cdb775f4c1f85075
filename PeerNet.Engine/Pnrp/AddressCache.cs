using System.Net;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// What a node remembers of its clouds from one start to the next: the nodes used last (MS-PNRP note 2) and the seeds. It
/// is a convenience: a file that cannot be read or written is reported and never stops anything.
/// </summary>
internal sealed class AddressCache
{
    /// <summary>Endpoints remembered for each cloud.</summary>
    public const int MaximumEndpoints = 10;

    private const int MaximumLength = 1 << 20;
    private const int CurrentVersion = 1;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Content _content;

    /// <summary>Reads the file, if there is one. A damaged one is set aside.</summary>
    public AddressCache(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _content = Load();
    }

    /// <summary>The endpoints used last in a cloud.</summary>
    public IReadOnlyList<PnrpEndpoint> GetEndpoints(string cloud)
    {
        lock (_lock)
        {
            var endpoints = new List<PnrpEndpoint>();
            foreach (string text in Get(cloud).Endpoints.Take(MaximumEndpoints))
            {
                if (IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && endpoint.Port > 1024)
                {
                    endpoints.Add(PnrpEndpoint.From(endpoint));
                }
            }

            return endpoints;
        }
    }

    /// <summary>The seeds configured for a cloud.</summary>
    public IReadOnlyList<string> GetSeeds(string cloud)
    {
        lock (_lock)
        {
            return [.. Get(cloud).Seeds];
        }
    }

    public void SetEndpoints(string cloud, IReadOnlyList<PnrpEndpoint> endpoints) =>
        Change(cloud, entry => entry.Endpoints, [.. endpoints.Take(MaximumEndpoints).Select(e => e.ToString())]);

    public void SetSeeds(string cloud, IReadOnlyList<string> seeds) => Change(cloud, entry => entry.Seeds, seeds);

    private void Change(string cloud, Func<Entry, List<string>> part, IReadOnlyList<string> values)
    {
        lock (_lock)
        {
            Entry entry = Get(cloud);
            if (part(entry).SequenceEqual(values))
            {
                return;
            }

            part(entry).Clear();
            part(entry).AddRange(values);
            _content.Clouds[cloud] = entry;
            Save();
        }
    }

    private Entry Get(string cloud) => _content.Clouds.GetValueOrDefault(cloud) ?? new();

    private void Save()
    {
        try
        {
            AtomicFile.Write(_path, StateJson.Encode(_content), isPrivate: true);
        }
        catch (PeerException exception)
        {
            PnrpLog.CacheNotWritten(_logger, _path, exception.Message);
        }
    }

    private Content Load()
    {
        try
        {
            if (AtomicFile.Read(_path, MaximumLength) is not { } bytes)
            {
                return new();
            }

            return StateJson.Decode<Content>(bytes) is
            {
                Version: CurrentVersion,
            } content && content.IsWhole
                ? content
                : SetAside();
        }
        catch (Exception exception) when (StateJson.IsDamage(exception) || exception is PeerException)
        {
            return SetAside();
        }
    }

    private Content SetAside()
    {
        string aside = _path + ".damaged";
        try
        {
            File.Move(_path, aside, overwrite: true);
            PnrpLog.CacheDamaged(_logger, _path, aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            PnrpLog.CacheNotWritten(_logger, _path, exception.Message);
        }

        return new();
    }

    /// <summary>The file.</summary>
    private sealed class Content
    {
        [JsonProperty("version")]
        public int Version { get; set; } = CurrentVersion;

        [JsonProperty("clouds")]
        public Dictionary<string, Entry?> Clouds { get; set; } = [];

        [JsonIgnore]
        public bool IsWhole =>
            Clouds is not null && Clouds.Values.All(entry =>
                entry is { Endpoints: { } endpoints, Seeds: { } seeds }
                && endpoints.Concat(seeds).All(text => text is not null));
    }

    /// <summary>One cloud.</summary>
    private sealed class Entry
    {
        [JsonProperty("endpoints")]
        public List<string> Endpoints { get; set; } = [];

        [JsonProperty("seeds")]
        public List<string> Seeds { get; set; } = [];
    }
}
