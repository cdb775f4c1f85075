using System.Collections;
using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>The registrations of one cloud: by PNRP ID, as the protocol asks, and by name and signer, as people do.</summary>
internal sealed class CloudRegistrations : IReadOnlyCollection<CloudRegistration>
{
    private readonly Dictionary<PnrpId, CloudRegistration> _byId = [];
    private readonly Dictionary<(PeerName Name, PeerName Identity), CloudRegistration> _byName = [];

    public int Count => _byId.Count;

    public bool TryGet(PnrpId id, [NotNullWhen(true)] out CloudRegistration? registration) =>
        _byId.TryGetValue(id, out registration);

    public bool TryGet(PeerName name, PeerName identity, [NotNullWhen(true)] out CloudRegistration? registration) =>
        _byName.TryGetValue((name, identity), out registration);

    public void Add(CloudRegistration registration)
    {
        _byId.Add(registration.Published.Id, registration);
        _byName.Add((registration.Request.Name, registration.Identity), registration);
    }

    public bool Remove(PnrpId id, [NotNullWhen(true)] out CloudRegistration? registration) =>
        _byId.Remove(id, out registration)
        && _byName.Remove((registration.Request.Name, registration.Identity));

    /// <summary>Gives a registration what it publishes from now on, under the id of that.</summary>
    public void Replace(CloudRegistration registration, LocalName replacement)
    {
        _byId.Remove(registration.Published.Id);
        registration.Published = replacement;
        _byId.Add(replacement.Id, registration);
    }

    public void Clear()
    {
        _byId.Clear();
        _byName.Clear();
    }

    public IEnumerator<CloudRegistration> GetEnumerator() => _byId.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A registration of this node in one cloud. Belongs to the cloud's loop.</summary>
internal sealed class CloudRegistration
{
    /// <summary>What was asked for.</summary>
    public required PeerRegistrationRequest Request { get; set; }

    /// <summary>Peer name of the identity that signs.</summary>
    public required PeerName Identity { get; init; }

    /// <summary>What is published.</summary>
    public required LocalName Published { get; set; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>When it ends by itself, on the scale that never goes back.</summary>
    public TimeSpan? Ends { get; set; }

    /// <summary>Completed once the neighbours know, or there are none.</summary>
    public TaskCompletionSource Announced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
