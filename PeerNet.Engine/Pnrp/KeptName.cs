using System.Net;
using Newtonsoft.Json;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Pnrp;

/// <summary>A registration as it is kept: text, so that the file can be read by people.</summary>
internal sealed record KeptName
{
    /// <summary>The name of its file.</summary>
    [JsonIgnore]
    public string Key => KeyOf(Name, Identity, Cloud);

    public string Name { get; init; } = "";

    public string Identity { get; init; } = "";

    /// <summary>The cloud; empty for the widest ones.</summary>
    public string Cloud { get; init; } = "";

    public string[] Endpoints { get; init; } = [];

    public int Port { get; init; }

    public PeerProtocol Protocol { get; init; }

    public string Comment { get; init; } = "";

    public byte[]? Data { get; init; }

    public string? Text { get; init; }

    public string? LocationHint { get; init; }

    public byte[]? DelegationChain { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public static KeptName From(PeerRegistrationRequest request, PeerName identity, string cloud, DateTimeOffset now) => new()
    {
        Name = request.Name.Value,
        Identity = identity.Value,
        Cloud = cloud,
        Endpoints = [.. request.Endpoints.Select(endpoint => endpoint.ToIPEndPoint().ToString())],
        Port = request.Port,
        Protocol = request.Endpoints.Count > 0 ? request.Endpoints[0].Protocol : request.Protocol,
        Comment = request.Comment,
        Data = request.Data?.ToArray(),
        Text = request.Text,
        LocationHint = request.LocationHint?.ToString(),
        DelegationChain = request.DelegationChain?.ToArray(),
        Expires = request.Lifetime is { } lifetime ? now + lifetime : null,
    };

    /// <summary>What tells a registration from others: a cloud's name is the same in capitals.</summary>
    public static string KeyOf(string name, string identity, string cloud) =>
        KeptItems<KeptName>.NameOf(name, identity, cloud.ToUpperInvariant());

    /// <summary>The registration to ask for; null where the file says something else.</summary>
    public PeerRegistrationRequest? ToRequest(DateTimeOffset now)
    {
        IPEndPoint?[] endpoints = [.. Endpoints.Select(text => IPEndPoint.TryParse(text, out IPEndPoint? endpoint) ? endpoint : null)];
        IPAddress? hint = null;
        return PeerName.TryParse(Name, out PeerName? name) && !endpoints.Contains(null)
            && (LocationHint is null || IPAddress.TryParse(LocationHint, out hint))
                ? new()
                {
                    Name = name,
                    Identity = Identity,
                    Clouds = Cloud.Length > 0 ? [Cloud] : [],
                    Endpoints = [.. endpoints.Select(endpoint => new PeerAppEndpoint(endpoint!.Address, endpoint.Port, Protocol))],
                    Port = Port,
                    Protocol = Protocol,
                    Comment = Comment,
                    Data = Data?.AsMemory(),
                    Text = Text,
                    LocationHint = hint,
                    DelegationChain = DelegationChain?.AsMemory(),
                    Lifetime = Expires is { } expires && now > DateTimeOffset.MinValue ? expires - now : null,
                    IsPersistent = true,
                }
                : null;
    }
}

/// <summary>How a <see cref="KeptName"/> is written: JSON, so that people can read it.</summary>
internal sealed class KeptNameFormat : IItemFormat<KeptName>
{
    private const int Version = 1;

    /// <summary>A payload and a chain of certificates at their largest.</summary>
    public int MaximumLength => 256 * 1024;

    public string NameOf(KeptName item) => item.Key;

    public string Describe(KeptName item) => $"The name '{item.Name}'";

    public string? FindFault(KeptName item) =>
        item.ToRequest(DateTimeOffset.MinValue) is null ? "it does not say what to register" : null;

    public byte[] Encode(KeptName item) => StateJson.Encode(new Document { Version = Version, Name = item });

    public KeptName? Decode(byte[] content, string path) => StateJson.Decode<Document>(content) switch
    {
        { Version: > Version } => throw StateJson.Later(path, $"The file '{path}' was"),
        { Version: Version, Name: { } name } => name,
        _ => null,
    };

    public PeerException Damaged(string path, string reason, Exception? cause = null) => PeerErrors.InvalidData.Exception(
        $"The file '{path}' of a name to register again is damaged: {reason}. Nothing was changed; restore it, or delete it and "
        + "register the name again.",
        path,
        cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public KeptName? Name { get; set; }
    }
}
