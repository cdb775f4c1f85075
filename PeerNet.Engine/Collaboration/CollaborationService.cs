using System.Collections.Concurrent;
using System.Globalization;
using PeerNet.Engine.Collaboration.Documents;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Collaboration;

/// <summary>The person who is signed in at a node, and the others.</summary>
internal sealed class CollaborationService : ICollaborationService, IAsyncDisposable
{
    private const string ContactsFolder = "contacts";
    private const string ApplicationsFolder = "applications";
    private const string LaunchFolder = "launch";

    private readonly CollaborationServices _services;
    private readonly IdentityStore _identities;
    private readonly CollaborationRunner _runner;
    private readonly ContactBook _contacts;
    private readonly ApplicationRegistry _applications;
    private readonly InvitationDesk _invitations;
    private readonly SemaphoreSlim _signing = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<RefreshFailure?>> _requests = [];
    private readonly Lazy<Task> _loaded;
    private PeerName? _person;
    private PublishedName? _published;
    private volatile PeerCollaborationScope _scope;
    private int _lastRequest;
    private bool _isStopped;

    /// <param name="services">What it runs on.</param>
    /// <param name="identities">The node's identities.</param>
    /// <param name="groups">Takes invitations to groups.</param>
    public CollaborationService(CollaborationServices services, IdentityStore identities, IInvitedGroups groups)
    {
        _services = services;
        _identities = identities;
        string folder = services.Options.Folder;
        _runner = new(services, Hear);
        _contacts = new(FolderOf(folder, ContactsFolder), _runner, services.Observer, services.Time);
        _applications = new(
            FolderOf(folder, ApplicationsFolder), FolderOf(folder, LaunchFolder), _runner, services.Observer, services.Random);
        _invitations = new(_runner, _applications, groups, services.Time);
        _loaded = new(LoadAsync);
    }

    public PeerCollaborationScope SignedInScope => _scope;

    public string? Notice =>
        _scope.HasFlag(PeerCollaborationScope.NearMe) && !_runner.IsHeardOnLink
            ? "No link of this machine lets people near be heard: there is no address, or no multicast."
        : _published?.Failure is { } failure ? $"The name is not registered, and is tried again: {failure}"
        : null;

    /// <summary>The port of the listener; 0 while nobody is signed in.</summary>
    public int Port => _runner.Port;

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<string> PortsToOpen => Port == 0 ? [] :
    [
        string.Create(CultureInfo.InvariantCulture, $"TCP {Port} (collaboration)"),
        .. _scope.HasFlag(PeerCollaborationScope.NearMe)
            ? [string.Create(CultureInfo.InvariantCulture, $"UDP {_services.Options.DiscoveryPort} (people near me)")]
            : Array.Empty<string>(),
    ];

    /// <summary>Fails where an identity is signed in.</summary>
    public void RequireUnused(PeerName identity)
    {
        if (_person == identity)
        {
            throw PeerErrors.Busy.Exception(
                $"The identity '{identity}' is signed in; sign out with Disconnect-PeerCollaboration first.", identity.Value);
        }
    }

    public async Task<PeerPresence> SignInAsync(PeerSignIn request, CancellationToken cancellationToken)
    {
        if (request.Scope is PeerCollaborationScope.None or > PeerCollaborationScope.All)
        {
            throw PeerErrors.InvalidArgument.Exception("Sign in NearMe, Internet, or both.", request.Scope);
        }

        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _signing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SignInOnceAsync(request).ConfigureAwait(false);
            if (_published is { } published)
            {
                await published.Tried.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _signing.Release();
        }

        return await GetOwnPresenceAsync(cancellationToken).ConfigureAwait(false);
    }

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

    public Task<PeerPresence> GetOwnPresenceAsync(CancellationToken cancellationToken) =>
        _runner.AskAsync((machine, _) => DescribeOwn(machine)).WaitAsync(cancellationToken);

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

    public async Task<IReadOnlyList<PeerPresence>> GetPresenceAsync(string contact, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_person is { } own && contact == own.Value)
        {
            return [await GetOwnPresenceAsync(cancellationToken).ConfigureAwait(false)];
        }

        PeerName name = PeerName.TryParse(contact, out PeerName? read) ? read : throw UnknownPerson(contact);
        StoredContact? stored = _contacts.Find(name);
        return await _runner.AskAsync<IReadOnlyList<PeerPresence>>((machine, _) =>
        {
            RemoteEndpoint[] endpoints = [.. machine.Watching.Of(name.Authority)];
            PeerPresence[] shown = [.. endpoints.Where(endpoint => endpoint.Presence is not null).Select(machine.Watching.DescribePresence)];
            return shown.Length > 0 ? shown
                : stored is null && endpoints.Length == 0 && !machine.People.Of(name.Authority).Any() ? throw UnknownPerson(contact)
                : [new PeerPresence { Contact = contact, DisplayName = NameOf(stored) }];
        }).ConfigureAwait(false);
    }

    public async Task<PeerPresence> GetEndpointPresenceAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EndpointKey key = await LookAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await _runner.AskAsync((machine, _) => machine.Watching.DescribePresence(machine.Watching.Find(key)
            ?? throw UnknownEndpoint(endpoint))).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PeerContact>> GetContactsAsync(CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _contacts.List();
    }

    public PeerContact GetMe(string? identity)
    {
        PeerIdentity own = ChooseIdentity(identity ?? _person?.Value);
        PeerCertificate.TryRead(own.Certificate.RawData, out PeerCertificate? certificate);
        return ContactBook.Describe(new ContactDocument
        {
            Name = own.PeerName,
            Certificate = certificate!,
            DisplayName = own.FriendlyName,
        }) with { IsMe = true, Watch = false };
    }

    public PeerContact ReadContact(string xml) => ContactBook.Describe(ContactDocument.Read(xml));

    public async Task<PeerContact> AddContactAsync(string xml, PeerContactUpdate settings, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        ContactDocument document = ContactDocument.Read(xml);
        RequireOther(document.Name);
        return await _contacts.AddAsync(document, settings).ConfigureAwait(false);
    }

    public async Task<PeerContact> AddContactAsync(
        string endpoint, string fingerprint, PeerContactUpdate settings, CancellationToken cancellationToken)
    {
        (EndpointKey key, _) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        ContactDocument document = await _runner.AskAsync((machine, _) =>
        {
            if (machine.Watching.Find(key) is not { Link: { IsUp: true } link } known)
            {
                throw PeerErrors.ConnectionNotFound.Exception(
                    $"There is no connection with '{endpoint}' any more; refresh it with Update-PeerEndpoint.", endpoint);
            }

            PeerCertificate.TryRead(link.Start.Certificate, out PeerCertificate? certificate);
            return new ContactDocument
            {
                Name = link.Start.Name,
                Certificate = certificate!,
                DisplayName = FitText(known.Presence?.DisplayName ?? machine.People.Find(key)?.DisplayName ?? ""),
            };
        }).ConfigureAwait(false);
        return Fingerprints.Of(document.Certificate.PublicKey.SubjectPublicKeyInfo).Equals(fingerprint, StringComparison.OrdinalIgnoreCase)
            ? await _contacts.AddAsync(document, settings).ConfigureAwait(false)
            : throw PeerErrors.ConnectionNotAuthenticated.Exception(
                $"'{endpoint}' has shown another key than the one that you have seen. Nothing was added.", endpoint);
    }

    public async Task<PeerContact> ChangeContactAsync(string contact, PeerContactUpdate update, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _contacts.ChangeAsync(contact, update).ConfigureAwait(false);
    }

    public async Task RemoveContactAsync(string contact, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _contacts.RemoveAsync(contact).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerPersonNearMe>> GetPeopleNearMeAsync(CancellationToken cancellationToken)
    {
        RequireNear();
        return _runner.AskAsync<IReadOnlyList<PeerPersonNearMe>>((machine, _) =>
            [.. machine.People.All.Select(machine.People.Describe).OrderBy(person => person.Nickname, StringComparer.CurrentCultureIgnoreCase)])
            .WaitAsync(cancellationToken);
    }

    public async Task RefreshPeopleNearMeAsync(TimeSpan time, IProgress<int>? found, CancellationToken cancellationToken)
    {
        RequireNear();
        await _runner.TellAsync((machine, _) => machine.People.Ask()).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), _services.Time);
        long start = _services.Time.GetTimestamp();
        while (_services.Time.GetElapsedTime(start) < time && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            found?.Report(await _runner.AskAsync((machine, _) => machine.People.Count).ConfigureAwait(false));
        }
    }

    public Task<IReadOnlyList<PeerEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken) =>
        _runner.AskAsync<IReadOnlyList<PeerEndpoint>>((machine, _) =>
        [
            .. machine.Watching.All.Select(endpoint => Describe(machine, endpoint)),
            .. machine.People.All.Where(said => machine.Watching.Find(said.Key) is null).Select(said => machine.People.Describe(said).Endpoint),
        ]).WaitAsync(cancellationToken);

    public async Task<PeerEndpoint> RefreshAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(key, endpoint).ConfigureAwait(false);
    }

    public async Task<(PeerEndpoint Endpoint, bool WasSubscribed)> SubscribeAsync(
        string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        bool was = await _runner.AskAsync((machine, _) => machine.Watching.Find(key)?.IsSubscribed ?? false).ConfigureAwait(false);
        await RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Subscribe(now, key, name, isWanted: true)).ConfigureAwait(false);
        return (await DescribeAsync(key, endpoint).ConfigureAwait(false), was);
    }

    public async Task<PeerEndpoint> UnsubscribeAsync(string endpoint, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Subscribe(now, key, name, isWanted: false)).ConfigureAwait(false);
        return await DescribeAsync(key, endpoint).ConfigureAwait(false);
    }

    public async Task ForgetAsync(string endpoint, CancellationToken cancellationToken)
    {
        (EndpointKey key, _) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Forget(now, key)).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerObject>> GetObjectsAsync(CancellationToken cancellationToken) =>
        _runner.AskAsync<IReadOnlyList<PeerObject>>((machine, _) =>
            [.. machine.Shown.Objects.Select(shown => DescribeOwn(machine, shown.Object, shown.Scope))]).WaitAsync(cancellationToken);

    public async Task<IReadOnlyList<PeerObject>> GetObjectsAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EndpointKey key = await LookAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await _runner.AskAsync<IReadOnlyList<PeerObject>>((machine, _) => machine.Watching.Find(key) is { } known
            ? [.. known.Items.Values.OfType<PublishedItem.SharedObject>().Select(shown => Watching.Describe(known, shown))]
            : []).ConfigureAwait(false);
    }

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

    public async Task<IReadOnlyList<PeerApplication>> GetApplicationsAsync(CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _applications.List();
    }

    public async Task<IReadOnlyList<PeerApplication>> GetApplicationsAsync(
        string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EndpointKey key = await LookAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await _runner.AskAsync<IReadOnlyList<PeerApplication>>((machine, _) => machine.Watching.Find(key) is { } known
            ? [.. known.Items.Values.OfType<PublishedItem.Application>().Select(shown => Watching.Describe(known, shown))]
            : []).ConfigureAwait(false);
    }

    public async Task<PeerApplication> RegisterApplicationAsync(
        PeerApplication application, bool isForced, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _applications.RegisterAsync(application, isForced).ConfigureAwait(false);
    }

    public async Task UnregisterApplicationAsync(Guid id, bool isForAllUsers, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _applications.UnregisterAsync(id, isForAllUsers).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerInvitation>> GetInvitationsAsync(CancellationToken cancellationToken) =>
        _invitations.ListAsync().WaitAsync(cancellationToken);

    public async Task<PeerInvitation> InviteAsync(PeerInvitationRequest request, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        RequireSignedIn();
        PeerName name = PeerName.TryParse(request.Contact, out PeerName? read) ? read : throw UnknownPerson(request.Contact);
        RequireOther(name);
        StoredContact? stored = _contacts.Find(name);
        string displayName = await _runner.AskAsync((machine, _) =>
        {
            RemoteEndpoint? known = machine.Watching.Of(name.Authority).FirstOrDefault();
            Announcement? near = machine.People.Of(name.Authority).FirstOrDefault();
            return stored is null && known is null && near is null
                ? throw UnknownPerson(request.Contact)
                : stored is not null ? NameOf(stored) : known?.Presence?.DisplayName ?? near?.DisplayName ?? "";
        }).ConfigureAwait(false);
        return await _invitations.SendAsync(request, name, displayName, stored is not null, NewId()).WaitAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    public Task<PeerInvitation> WaitForInvitationAsync(Guid id, CancellationToken cancellationToken) =>
        _invitations.WaitAsync(id, cancellationToken);

    public Task<PeerInvitation> CompleteInvitationAsync(
        Guid id, PeerInvitationResponse response, bool isLaunched, TimeSpan timeout, CancellationToken cancellationToken) =>
        _invitations.CompleteAsync(id, response, isLaunched, timeout, cancellationToken);

    /// <summary>Signs out everywhere and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        await SignOutAsync(PeerCollaborationScope.All, CancellationToken.None).ConfigureAwait(false);
        await _runner.DisposeAsync().ConfigureAwait(false);
        _contacts.Dispose();
        _applications.Dispose();
        foreach (TaskCompletionSource<RefreshFailure?> request in _requests.Values)
        {
            request.TrySetResult(RefreshFailure.Lost);
        }

        _signing.Dispose();
    }

    private static string FolderOf(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private static string NameOf(StoredContact? contact) =>
        contact is null ? "" : contact.Nickname.Length > 0 ? contact.Nickname : contact.DisplayName;

    // What a stranger calls himself may be what no document carries.
    private static string FitText(string text) => Protocol.Messages.NearText.Fit(text);

    private async Task LoadAsync()
    {
        await _contacts.LoadAsync().ConfigureAwait(false);
        await _applications.LoadAsync().ConfigureAwait(false);
        foreach (string fault in _contacts.Faults.Concat(_applications.Faults))
        {
            _services.Observer.Failed("Collaboration", fault);
        }
    }

    private async Task SignInOnceAsync(PeerSignIn request)
    {
        PeerIdentity identity = ChooseIdentity(request.Identity ?? _person?.Value);
        if (_person is { } person && person != identity.PeerName)
        {
            throw PeerErrors.Busy.Exception(
                $"'{person}' is signed in on this node; sign out with Disconnect-PeerCollaboration first.", identity.PeerName.Value);
        }

        string? displayName = request.DisplayName is null ? null : PersonalText.Check(request.DisplayName, "display name");
        string? endpointName = request.EndpointName is null ? null : PersonalText.Check(request.EndpointName, "name of the endpoint");
        bool isFirst = _person is null;
        if (isFirst)
        {
            PeerCertificate.TryRead(identity.Certificate.RawData, out PeerCertificate? certificate);
            _runner.Open(new PeerPrivateKey(_identities.OpenPrivateKey(identity.PeerName.Value)), certificate!);
            _person = identity.PeerName;
        }

        Guid id = EndpointIdFile.ReadOrCreate(_services.Options.Folder, _services.Random);
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
        _services.Observer.PresenceChanged(await GetOwnPresenceAsync(CancellationToken.None).ConfigureAwait(false));
        return true;
    }

    private PeerIdentity ChooseIdentity(string? peerName)
    {
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

    private PeerPresence DescribeOwn(CollaborationMachine machine) => new()
    {
        Contact = machine.Own?.Name.Value ?? _identities.Default?.PeerName.Value ?? "",
        DisplayName = machine.Shown.DisplayName,
        Endpoint = machine.Own?.Id,
        EndpointName = machine.Shown.EndpointName,
        SignInScope = machine.Scope,
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

    // What somebody near has announced is known before he shows anything.
    private static PeerEndpoint Describe(CollaborationMachine machine, RemoteEndpoint endpoint)
    {
        PeerEndpoint described = machine.Watching.Describe(endpoint);
        return machine.People.Find(endpoint.Key) is not { } near ? described : described with
        {
            Name = described.Name.Length > 0 ? described.Name : near.EndpointName,
            DisplayName = described.DisplayName.Length > 0 ? described.DisplayName : near.DisplayName,
            Addresses = described.Addresses.Length > 0 ? described.Addresses : [.. near.Addresses],
        };
    }

    private Task<PeerEndpoint> DescribeAsync(EndpointKey key, string endpoint) => _runner.AskAsync((machine, _) =>
        machine.Watching.Find(key) is { } known ? Describe(machine, known)
        : machine.People.Find(key) is { } near ? machine.People.Describe(near).Endpoint
        : throw UnknownEndpoint(endpoint));

    // What is watched is known; anything else is asked for.
    private async Task<EndpointKey> LookAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        bool isWatched = await _runner.AskAsync((machine, _) => machine.Watching.Find(key) is { HasSubscription: true, IsAsked: false })
            .ConfigureAwait(false);
        if (!isWatched)
        {
            await RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        }

        return key;
    }

    private async Task RefreshAsync(
        EndpointKey key, PeerName name, string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        RequireSignedIn();
        int request = Interlocked.Increment(ref _lastRequest);
        var answer = new TaskCompletionSource<RefreshFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[request] = answer;
        try
        {
            await _runner.TellAsync((machine, now) => machine.Refresh(now, request, key, name)).ConfigureAwait(false);
            switch (await answer.Task.WaitAsync(timeout, _services.Time, cancellationToken).ConfigureAwait(false))
            {
                case RefreshFailure.SomebodyElse:
                    throw PeerErrors.ConnectionNotAuthenticated.Exception(
                        $"Somebody else answers where '{endpoint}' should be. Nothing was told to him.", endpoint);
                case RefreshFailure.Unreachable:
                    throw PeerErrors.ConnectionFailed.Exception($"Nobody answers where '{endpoint}' should be.", endpoint);
                case RefreshFailure.Lost:
                    throw PeerErrors.ConnectionFailed.Exception($"The connection with '{endpoint}' ended before it had answered.", endpoint);
            }
        }
        catch (TimeoutException)
        {
            throw PeerErrors.Timeout.Exception(
                $"'{endpoint}' has not answered within {timeout.TotalSeconds:0.#} s.", endpoint);
        }
        finally
        {
            _requests.TryRemove(request, out _);
            await _runner.TellAsync((machine, now) => machine.Abandon(now, request)).ConfigureAwait(false);
        }
    }

    private async Task<(EndpointKey Key, PeerName Name)> FindEndpointAsync(string endpoint, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        int slash = endpoint.LastIndexOf('/');
        if (!Guid.TryParse(endpoint[(slash + 1)..], out Guid id))
        {
            throw UnknownEndpoint(endpoint);
        }

        PeerName? person = slash < 0 ? null
            : PeerName.TryParse(endpoint[..slash], out PeerName? read) && read.IsSecure ? read : throw UnknownEndpoint(endpoint);
        (EndpointKey Key, PeerName Name) found = await _runner.AskAsync((machine, _) =>
        {
            (EndpointKey Key, PeerName Name)[] known =
            [
                .. machine.Watching.All.Select(one => (one.Key, one.Name)),
                .. machine.People.All.Select(said => (said.Key, said.Name)),
            ];
            (EndpointKey Key, PeerName Name)[] matching =
                [.. known.Where(one => one.Key.Id == id && (person is null || one.Key.Authority == person.Authority))];
            return matching.Length > 0 ? matching[0]
                : person is not null ? (new EndpointKey(person.Authority, id), person)
                : throw UnknownEndpoint(endpoint);
        }).ConfigureAwait(false);
        RequireOther(found.Name);
        return found;
    }

    private void RequireSignedIn()
    {
        if (_scope == PeerCollaborationScope.None)
        {
            throw PeerErrors.NotSignedIn.Exception("Nobody is signed in on this node; sign in with Connect-PeerCollaboration.");
        }
    }

    private void RequireNear()
    {
        if (!_scope.HasFlag(PeerCollaborationScope.NearMe))
        {
            throw PeerErrors.NotSignedIn.Exception(
                "This node is not signed in on the link; sign in with Connect-PeerCollaboration -Scope NearMe.");
        }
    }

    private void RequireOther(PeerName name)
    {
        if (name.Authority == _person?.Authority || _identities.List().Any(own => own.PeerName.Authority == name.Authority))
        {
            throw PeerErrors.ConnectSelf.Exception($"'{name}' is an identity of this node.", name.Value);
        }
    }

    private static PeerException UnknownPerson(string contact) => PeerErrors.ContactNotFound.Exception(
        $"'{contact}' is neither a contact nor near; Get-PeerContact and Get-PeerPersonNearMe list who is.", contact);

    private static PeerException UnknownEndpoint(string endpoint) => PeerErrors.NotFound.Exception(
        $"'{endpoint}' is no endpoint that this node knows: a peer name, a slash and an id. Get-PeerPersonNearMe lists those near.", endpoint);

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _services.Random.Fill(bytes);
        return new Guid(bytes);
    }

    // On the loop: must not block.
    private void Hear(object news)
    {
        switch (news)
        {
            case PeerPresence presence:
                _services.Observer.PresenceChanged(presence);
                break;
            case PeerPersonChange change:
                _services.Observer.PersonNearMeChanged(change);
                break;
            case PeerEndpoint endpoint:
                _services.Observer.EndpointChanged(endpoint);
                break;
            case PeerObjectChange change:
                _services.Observer.ObjectChanged(change);
                break;
            case PeerApplicationChange change:
                _services.Observer.ApplicationChanged(change);
                break;
            case PeerInvitation invitation:
                _services.Observer.InvitationChanged(_invitations.Changed(invitation));
                break;
            case CollaborationEffect.Invited invited:
                _services.Observer.InvitationReceived(_invitations.Name(invited.Invitation));
                break;
            case CollaborationEffect.Answer answer when _requests.TryRemove(answer.Request, out TaskCompletionSource<RefreshFailure?>? waiting):
                waiting.TrySetResult(answer.Failure);
                break;
            case CollaborationEffect.Remember reached:
                _ = Task.Run(() => Remember(reached));
                break;
            case CollaborationEffect.Warn warning:
                _services.Observer.Failed(warning.Contact, warning.Message);
                break;
        }
    }

    private void Remember(CollaborationEffect.Remember reached)
    {
        try
        {
            _contacts.Remember(reached);
        }
        catch (PeerException exception)
        {
            // Where somebody was is not worth more than a word.
            CollaborationLog.NotRemembered(_services.Logger, exception.Message);
        }
    }
}
