using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Pnrp;

/// <summary>The registrations that a node does again at its next start, in a file of its state folder.</summary>
internal sealed class KeptNames
{
    private readonly Lock _gate = new();
    private readonly SettingsFile<KeptNamesDocument> _file;

    private KeptNames(SettingsFile<KeptNamesDocument> file) => _file = file;

    /// <summary>Opens the file, if there is one. One that is damaged stays as it is, and keeps nothing more.</summary>
    public static KeptNames Open(string path) => new(SettingsFile<KeptNamesDocument>.OpenOptional(
        path, "names to register again", () => new KeptNamesDocument(), document => document.Names.All(name => name.ToRequest(DateTimeOffset.MinValue) is not null)));

    /// <summary>What is to be registered; what has run out meanwhile is forgotten.</summary>
    public IReadOnlyList<PeerRegistrationRequest> Take(DateTimeOffset now)
    {
        lock (_gate)
        {
            Save([.. _file.Current.Names.Where(name => name.Expires is not { } expires || expires > now)]);
            return [.. _file.Current.Names.Select(name => name.ToRequest(now)!)];
        }
    }

    /// <summary>Registers what is to last; a name that cannot be is left for the next start.</summary>
    /// <param name="register">Registers a name.</param>
    /// <param name="notice">Gets what the owner has to know of those that could not.</param>
    /// <param name="now">The time.</param>
    public async Task ResumeAsync(Func<PeerRegistrationRequest, Task> register, Action<string> notice, DateTimeOffset now)
    {
        if (_file.Fault is { } fault)
        {
            notice(fault.Message);
        }

        foreach (PeerRegistrationRequest request in Take(now))
        {
            try
            {
                await register(request).ConfigureAwait(false);
            }
            catch (PeerException failure)
            {
                notice($"The name '{request.Name}' could not be registered again: {failure.Message}");
            }
        }
    }

    /// <summary>Fails where nothing can be kept.</summary>
    /// <exception cref="PeerException">The file is damaged.</exception>
    public void RequireWritable() => _file.RequireWritable();

    /// <summary>Whether a registration is done again.</summary>
    public bool Contains(PeerNameRegistration registration)
    {
        lock (_gate)
        {
            return _file.Current.Names.Any(name => name.Is(registration));
        }
    }

    /// <summary>Remembers what a name was registered with, or forgets it where it is for this node's life only.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="identity">The identity that signs.</param>
    /// <param name="now">The time.</param>
    public void Note(PeerRegistrationRequest request, PeerName identity, DateTimeOffset now)
    {
        lock (_gate)
        {
            IReadOnlyList<string> clouds = request.Clouds.Count > 0 ? request.Clouds : [""];
            KeptName[] others =
                [.. _file.Current.Names.Where(name => !clouds.Any(cloud => name.IsCalled(request.Name.Value, identity.Value, cloud)))];
            if (request.IsPersistent || others.Length < _file.Current.Names.Count)
            {
                Save([.. others, .. request.IsPersistent ? clouds.Select(cloud => KeptName.From(request, identity, cloud, now)) : []]);
            }
        }
    }

    /// <summary>Forgets a registration that was withdrawn.</summary>
    public void Forget(PeerNameRegistration registration)
    {
        lock (_gate)
        {
            Save([.. _file.Current.Names.Where(name => !name.Is(registration))]);
        }
    }

    private void Save(KeptName[] names)
    {
        if (names.Length != _file.Current.Names.Count || names.Except(_file.Current.Names).Any())
        {
            _file.Save(new KeptNamesDocument { Names = names });
        }
    }
}

/// <summary>What the file of <see cref="KeptNames"/> holds.</summary>
internal sealed record KeptNamesDocument
{
    public IReadOnlyList<KeptName> Names { get; init; } = [];
}

/// <summary>A registration as it is kept: text, so that the file can be read by people.</summary>
internal sealed record KeptName
{
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

    public bool IsCalled(string name, string identity, string cloud) =>
        Name == name && Identity == identity && Cloud.Equals(cloud, StringComparison.OrdinalIgnoreCase);

    public bool Is(PeerNameRegistration registration) =>
        Name == registration.Name.Value && Identity == registration.Identity
        && (Cloud.Length == 0 || Cloud.Equals(registration.Cloud, StringComparison.OrdinalIgnoreCase));

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
