using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Collaboration;

/// <summary>The person who is signed in at this node: signing in and out, presence and objects.</summary>
internal sealed class OwnPerson : IDisposable
{
    private readonly CollaborationServices _services;
    private readonly IdentityStore _identities;
    private readonly CollaborationRunner _runner;
    private readonly KeptSignIn _kept;
    private readonly SemaphoreSlim _signing = new(1, 1);
    private PeerName? _person;
    private PublishedName? _published;
    private volatile PeerCollaborationScope _scope;

    /// <param name="services">What it runs on.</param>
    /// <param name="identities">The node's identities.</param>
    /// <param name="runner">Runs the machine.</param>
    public OwnPerson(CollaborationServices services, IdentityStore identities, CollaborationRunner runner)
    {
        (_services, _identities, _runner) = (services, identities, runner);
        _kept = KeptSignIn.Open(services.Options.Folder);
    }

    /// <summary>Where this node is signed in.</summary>
    public PeerCollaborationScope Scope => _scope;

    /// <summary>Who is signed in; null for nobody.</summary>
    public PeerName? Name => _person;

    /// <summary>What stands in the way of being found; null for nothing.</summary>
    public string? Notice =>
        _scope.HasFlag(PeerCollaborationScope.NearMe) && !_runner.IsHeardOnLink
            ? "No link of this machine lets people near be heard: there is no address, or no multicast."
        : _published?.Failure is { } failure ? $"The name is not registered, and is tried again: {failure}"
        : null;

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen => _runner.Port == 0 ? [] :
    [
        new("TCP", _runner.Port, "collaboration"),
        .. _scope.HasFlag(PeerCollaborationScope.NearMe)
            ? [new("UDP", _services.Options.DiscoveryPort, "people near me") { IsMulticast = true }]
            : Array.Empty<PeerPort>(),
    ];

    /// <summary>Signs in, or in at one more scope.</summary>
    public async Task<PeerPresence> SignInAsync(PeerSignIn request, CancellationToken cancellationToken)
    {
        if (request.Scope is PeerCollaborationScope.None or > PeerCollaborationScope.All)
        {
            throw PeerErrors.InvalidArgument.Exception("Sign in NearMe, Internet, or both.", request.Scope);
        }

        await _signing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _kept.Require(request, ChooseIdentity(request.Identity));
            await SignInOnceAsync(request).ConfigureAwait(false);
            _kept.Note(request, _person!);
            if (_published is { } published)
            {
                await published.Tried.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _signing.Release();
        }

        return await GetPresenceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Signs in as was to be done at each start.</summary>
    /// <returns>What the owner has to know where that could not be.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync()
    {
        try
        {
            if (_kept.Request is { } request)
            {
                await SignInOnceAsync(request).ConfigureAwait(false);
            }

            return _kept.Fault is { } fault ? [fault.Message] : [];
        }
        catch (PeerException failure)
        {
            return
            [
                $"'{_kept.Request?.Identity}' was not signed in again: {failure.Message} Mend that and start the node again, or sign in with "
                + "Connect-PeerCollaboration -Persistent; Disconnect-PeerCollaboration ends that it is signed in.",
            ];
        }
    }

    /// <summary>Signs out for good: at the next start, too.</summary>
    public async Task<bool> LeaveAsync(PeerCollaborationScope scope, CancellationToken cancellationToken)
    {
        bool wasKept = _kept.Forget(scope);
        return await SignOutAsync(scope, cancellationToken).ConfigureAwait(false) || wasKept;
    }

    /// <summary>Signs out.</summary>
    public async Task<bool> SignOutAsync(PeerCollaborationScope scope, CancellationToken cancellationToken)
    {
        await _signing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SignOutOnceAsync(scope).ConfigureAwait(false);
        }
        finally
        {
            _signing.Release();
        }
    }

    /// <summary>The presence.</summary>
    public Task<PeerPresence> GetPresenceAsync(CancellationToken cancellationToken) =>
        _runner.AskAsync((machine, _) => DescribeOwn(machine)).WaitAsync(cancellationToken);

    /// <summary>Changes the presence.</summary>
    public async Task<PeerPresence> SetPresenceAsync(PeerPresenceUpdate update, CancellationToken cancellationToken)
    {
        RequireSignedIn();
        string? text = update.Text is null ? null : PersonalText.Check(update.Text, "text");
        string? name = update.EndpointName is null ? null : PersonalText.Check(update.EndpointName, "name of the endpoint");
        PeerPresence changed = await _runner.AskAsync((machine, now) =>
        {
            machine.SetPresence(
                now,
                update.Status ?? machine.Shown.Status,
                text ?? machine.Shown.Text,
                name ?? machine.Shown.EndpointName,
                machine.Shown.DisplayName);
            return DescribeOwn(machine);
        }).WaitAsync(cancellationToken).ConfigureAwait(false);
        _services.Observer.PresenceChanged(changed);
        return changed;
    }

    /// <summary>The objects.</summary>
    public Task<IReadOnlyList<PeerObject>> GetObjectsAsync(CancellationToken cancellationToken) =>
        _runner.AskAsync<IReadOnlyList<PeerObject>>((machine, _) =>
            [.. machine.Shown.Objects.Select(shown => DescribeOwn(machine, shown.Object, shown.Scope))]).WaitAsync(cancellationToken);

    /// <summary>Shows an object.</summary>
    public async Task<PeerObject> SetObjectAsync(
        Guid id, byte[] data, PeerCollaborationScope scope, CancellationToken cancellationToken)
    {
        RequireSignedIn();
        if (data.Length > PeerObject.MaximumData)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The object has {data.Length} bytes; at most {PeerObject.MaximumData} can be shown.", id);
        }

        (PeerObject shown, bool isNew) = await _runner.AskAsync((machine, now) =>
        {
            bool isNew = !machine.Shown.Objects.Any(known => known.Object.Id == id);
            if (isNew && machine.Shown.CountOf(ItemKind.Object) >= CollaborationLimits.ItemsOfKind)
            {
                throw PeerErrors.Busy.Exception(
                    $"{CollaborationLimits.ItemsOfKind} objects are shown already; remove one with Remove-PeerObject.", id);
            }

            var item = new PublishedItem.SharedObject(id, data);
            machine.Show(now, item, scope);
            return (DescribeOwn(machine, item, scope), isNew);
        }).WaitAsync(cancellationToken).ConfigureAwait(false);
        _services.Observer.ObjectChanged(new(isNew ? PeerCollaborationChangeType.Added : PeerCollaborationChangeType.Updated, shown));
        return shown;
    }

    /// <summary>Takes an object away.</summary>
    public async Task RemoveObjectAsync(Guid id, CancellationToken cancellationToken)
    {
        PeerObject removed = await _runner.AskAsync((machine, now) =>
        {
            (PublishedItem.SharedObject? item, PeerCollaborationScope scope) = machine.Shown.Objects.FirstOrDefault(shown => shown.Object.Id == id);
            if (item is null)
            {
                throw PeerErrors.NotFound.Exception($"This node shows no object {id}; Get-PeerObject lists those it does.", id);
            }

            machine.Hide(now, item.Key);
            return DescribeOwn(machine, item, scope);
        }).WaitAsync(cancellationToken).ConfigureAwait(false);
        _services.Observer.ObjectChanged(new(PeerCollaborationChangeType.Removed, removed));
    }

    /// <summary>An identity that people can sign in with: one that is named, else who is signed in, else the default one, which
    /// is made where there is none.</summary>
    public PeerIdentity ChooseIdentity(string? named)
    {
        string? peerName = named ?? _person?.Value;
        PeerIdentity identity = peerName is null
            ? _identities.Default ?? _identities.Create(friendlyName: null, classifier: null, suite: null, makeDefault: true, password: [])
            : _identities.List().FirstOrDefault(one => one.PeerName.Value == peerName)
                ?? throw PeerErrors.IdentityNotFound.Exception($"There is no identity '{peerName}' on this node.", peerName);
        return identity.Suite == PeerSuite.Modern
            ? identity
            : throw PeerErrors.InvalidCredentialInfo.Exception(
                $"The identity '{identity.FriendlyName}' is of the suite {identity.Suite}; people sign in with those of the Modern suite.",
                identity.PeerName.Value);
    }

    /// <summary>Fails where nobody is signed in.</summary>
    public void RequireSignedIn()
    {
        if (_scope == PeerCollaborationScope.None)
        {
            throw PeerErrors.NotSignedIn.Exception("Nobody is signed in on this node; sign in with Connect-PeerCollaboration.");
        }
    }

    /// <summary>Fails where nobody is signed in on the link.</summary>
    public void RequireNear()
    {
        if (!_scope.HasFlag(PeerCollaborationScope.NearMe))
        {
            throw PeerErrors.NotSignedIn.Exception(
                "This node is not signed in on the link; sign in with Connect-PeerCollaboration -Scope NearMe.");
        }
    }

    /// <summary>Fails for identities of this node.</summary>
    public void RequireOther(PeerName name)
    {
        if (name.Authority == _person?.Authority || _identities.List().Any(own => own.PeerName.Authority == name.Authority))
        {
            throw PeerErrors.ConnectSelf.Exception($"'{name}' is an identity of this node.", name.Value);
        }
    }

    public void Dispose() => _signing.Dispose();

    private async Task SignInOnceAsync(PeerSignIn request)
    {
        PeerIdentity identity = ChooseIdentity(request.Identity);
        if (_person is { } person && person != identity.PeerName)
        {
            throw PeerErrors.Busy.Exception(
                $"'{person}' is signed in on this node; sign out with Disconnect-PeerCollaboration first.", identity.PeerName.Value);
        }

        string? displayName = request.DisplayName is null ? null : PersonalText.Check(request.DisplayName, "display name");
        string? endpointName = request.EndpointName is null ? null : PersonalText.Check(request.EndpointName, "name of the endpoint");
        Guid id = EndpointIdFile.ReadOrCreate(_services.Options.Folder, _services.Random);
        bool isFirst = _person is null;
        if (isFirst)
        {
            PeerCertificate.TryRead(identity.Certificate.RawData, out PeerCertificate? certificate);
            _runner.Open(new PeerPrivateKey(_identities.OpenPrivateKey(identity.PeerName.Value)), certificate!);
            _person = identity.PeerName;
        }

        var own = new OwnEndpoint(
            identity.PeerName, identity.PublicKey.SubjectPublicKeyInfo.ToArray(), id, (ushort)_runner.Port);
        _scope |= request.Scope;
        _runner.SetScope(_scope);
        PeerPresence presence = await _runner.AskAsync((machine, now) =>
        {
            machine.SetPresence(
                now,
                request.Status ?? (isFirst ? PeerPresenceStatus.Online : machine.Shown.Status),
                isFirst ? "" : machine.Shown.Text,
                endpointName ?? (isFirst ? Environment.MachineName : machine.Shown.EndpointName),
                displayName ?? (isFirst ? identity.FriendlyName : machine.Shown.DisplayName));
            machine.SignIn(now, own, request.Scope);
            return DescribeOwn(machine);
        }).ConfigureAwait(false);
        if (_scope.HasFlag(PeerCollaborationScope.Internet))
        {
            _published ??= new(_services, identity.PeerName, _runner.Port);
        }

        CollaborationLog.SignedIn(_services.Logger, identity.PeerName.Value, _scope, _runner.Port);
        _services.Observer.PresenceChanged(presence);
    }

    private async Task<bool> SignOutOnceAsync(PeerCollaborationScope scope)
    {
        PeerCollaborationScope ended = scope & _scope;
        if (ended == PeerCollaborationScope.None)
        {
            return false;
        }

        _scope &= ~ended;
        await _runner.TellAsync((machine, now) => machine.SignOut(now, ended)).ConfigureAwait(false);
        _runner.SetScope(_scope);
        if (_scope == PeerCollaborationScope.None)
        {
            await _runner.CloseAsync().ConfigureAwait(false);
            _person = null;
        }

        if (ended.HasFlag(PeerCollaborationScope.Internet) && _published is { } published)
        {
            _published = null;
            await published.DisposeAsync().ConfigureAwait(false);
        }

        CollaborationLog.SignedOut(_services.Logger, ended);
        _services.Observer.PresenceChanged(await GetPresenceAsync(CancellationToken.None).ConfigureAwait(false));
        return true;
    }

    private PeerPresence DescribeOwn(CollaborationMachine machine) => new()
    {
        Contact = machine.Own?.Name.Value ?? _identities.Default?.PeerName.Value ?? "",
        DisplayName = machine.Shown.DisplayName,
        Endpoint = machine.Own?.Id,
        EndpointName = machine.Shown.EndpointName,
        SignInScope = machine.Scope,
        PersistentScope = _kept.Scope,
        Status = machine.Own is null ? PeerPresenceStatus.Offline : machine.Shown.Status,
        Text = machine.Own is null ? "" : machine.Shown.Text,
        Updated = machine.Own is null ? null : machine.Shown.Since,
        IsOwn = true,
    };

    private static PeerObject DescribeOwn(CollaborationMachine machine, PublishedItem.SharedObject item, PeerCollaborationScope scope) => new()
    {
        Id = item.Id,
        Scope = scope,
        Data = item.Data,
        Owner = machine.Own?.Name.Value ?? "",
        Endpoint = machine.Own?.Id,
    };

}
