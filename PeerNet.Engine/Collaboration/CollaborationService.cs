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
    /// <summary>Where in the folder of collaboration the contacts are.</summary>
    public const string ContactsFolder = "contacts";

    private const string ApplicationsFolder = "applications";
    private const string LaunchFolder = "launch";

    private readonly CollaborationServices _services;
    private readonly CollaborationRunner _runner;
    private readonly ContactBook _contacts;
    private readonly ApplicationRegistry _applications;
    private readonly InvitationDesk _invitations;
    private readonly OwnPerson _own;
    private readonly EndpointDirectory _endpoints;
    private readonly CollaborationNews _news;
    private readonly Lazy<Task> _loaded;
    private bool _isStopped;

    /// <param name="services">What it runs on.</param>
    /// <param name="identities">The node's identities.</param>
    /// <param name="groups">Takes invitations to groups.</param>
    public CollaborationService(CollaborationServices services, IdentityStore identities, IInvitedGroups groups)
    {
        _services = services;
        string folder = services.Options.Folder;
        _runner = new(services, news => _news!.Hear(news));
        _contacts = new(FolderOf(folder, ContactsFolder), _runner, services.Observer, services.Time);
        _applications = new(
            FolderOf(folder, ApplicationsFolder),
            FolderOf(folder, LaunchFolder),
            _runner,
            services.Observer,
            services.Random,
            services.Logger);
        _invitations = new(_runner, _applications, groups, services.Time);
        _own = new(services, identities, _runner);
        _endpoints = new(_runner, _own.RequireOther, services.Time);
        _news = new(services, _invitations, _endpoints, _contacts);
        _loaded = new(LoadAsync);
    }

    public PeerCollaborationScope SignedInScope => _own.Scope;

    public string? Notice => _own.Notice;

    /// <summary>The port of the listener; 0 while nobody is signed in.</summary>
    public int Port => _runner.Port;

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen => _own.PortsToOpen;

    /// <summary>Fails where an identity is signed in.</summary>
    public void RequireUnused(PeerName identity)
    {
        if (_own.Name == identity)
        {
            throw PeerErrors.Busy.Exception(
                $"The identity '{identity}' is signed in; sign out with Disconnect-PeerCollaboration first.", identity.Value);
        }
    }

    public async Task<PeerPresence> SignInAsync(PeerSignIn request, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _own.SignInAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> SignOutAsync(PeerCollaborationScope scope, CancellationToken cancellationToken) =>
        _own.LeaveAsync(scope, cancellationToken);

    /// <summary>Signs in as was to be done at each start.</summary>
    /// <returns>What the owner has to know where that could not be.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> notices = await _own.ResumeAsync().ConfigureAwait(false);
        foreach (string notice in notices)
        {
            _services.Observer.Failed("Collaboration", notice);
        }

        return notices;
    }

    public Task<PeerPresence> GetOwnPresenceAsync(CancellationToken cancellationToken) => _own.GetPresenceAsync(cancellationToken);

    public Task<PeerPresence> SetPresenceAsync(PeerPresenceUpdate update, CancellationToken cancellationToken) =>
        _own.SetPresenceAsync(update, cancellationToken);

    public async Task<IReadOnlyList<PeerPresence>> GetPresenceAsync(string contact, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_own.Name is { } own && contact == own.Value)
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
            ?? throw EndpointDirectory.UnknownEndpoint(endpoint))).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PeerContact>> GetContactsAsync(CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _contacts.List();
    }

    public PeerContact GetMe(string? identity)
    {
        PeerIdentity own = _own.ChooseIdentity(identity);
        PeerCertificate.TryRead(own.Certificate.RawData, out PeerCertificate? certificate);
        PeerContact me = ContactBook.Describe(new ContactDocument
        {
            Name = own.PeerName,
            Certificate = certificate!,
            DisplayName = own.FriendlyName,
        });
        return me with { IsMe = true, Watch = false };
    }

    public PeerContact ReadContact(string xml) => ContactBook.Describe(ContactDocument.Read(xml));

    public async Task<PeerContact> AddContactAsync(string xml, PeerContactUpdate settings, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        ContactDocument document = ContactDocument.Read(xml);
        _own.RequireOther(document.Name);
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
        _own.RequireNear();
        return _runner.AskAsync<IReadOnlyList<PeerPersonNearMe>>((machine, _) =>
            [.. machine.People.All.Select(machine.People.Describe).OrderBy(person => person.Nickname, StringComparer.CurrentCultureIgnoreCase)])
            .WaitAsync(cancellationToken);
    }

    public async Task RefreshPeopleNearMeAsync(TimeSpan time, IProgress<int>? found, CancellationToken cancellationToken)
    {
        _own.RequireNear();
        await _runner.TellAsync((machine, _) => machine.People.Ask()).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), _services.Time);
        long start = _services.Time.GetTimestamp();
        while (_services.Time.GetElapsedTime(start) < time && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            found?.Report(await _runner.AskAsync((machine, _) => machine.People.Count).ConfigureAwait(false));
        }
    }

    public Task<IReadOnlyList<PeerEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken) =>
        _endpoints.ListAsync().WaitAsync(cancellationToken);

    public async Task<PeerEndpoint> RefreshAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _own.RequireSignedIn();
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await _endpoints.RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await _endpoints.DescribeAsync(key, endpoint).ConfigureAwait(false);
    }

    public async Task<(PeerEndpoint Endpoint, bool WasSubscribed)> SubscribeAsync(
        string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _own.RequireSignedIn();
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        bool was = await _runner.AskAsync((machine, _) => machine.Watching.Find(key)?.IsSubscribed ?? false).ConfigureAwait(false);
        await _endpoints.RefreshAsync(key, name, endpoint, timeout, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Subscribe(now, key, name, isWanted: true)).ConfigureAwait(false);
        return (await _endpoints.DescribeAsync(key, endpoint).ConfigureAwait(false), was);
    }

    public async Task<PeerEndpoint> UnsubscribeAsync(string endpoint, CancellationToken cancellationToken)
    {
        (EndpointKey key, PeerName name) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Subscribe(now, key, name, isWanted: false)).ConfigureAwait(false);
        return await _endpoints.DescribeAsync(key, endpoint).ConfigureAwait(false);
    }

    public async Task ForgetAsync(string endpoint, CancellationToken cancellationToken)
    {
        (EndpointKey key, _) = await FindEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await _runner.TellAsync((machine, now) => machine.Forget(now, key)).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerObject>> GetObjectsAsync(CancellationToken cancellationToken) =>
        _own.GetObjectsAsync(cancellationToken);

    public async Task<IReadOnlyList<PeerObject>> GetObjectsAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EndpointKey key = await LookAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false);
        return await _runner.AskAsync<IReadOnlyList<PeerObject>>((machine, _) => machine.Watching.Find(key) is { } known
            ? [.. known.Items.Values.OfType<PublishedItem.SharedObject>().Select(shown => Watching.Describe(known, shown))]
            : []).ConfigureAwait(false);
    }

    public Task<PeerObject> SetObjectAsync(
        Guid id, byte[] data, PeerCollaborationScope scope, CancellationToken cancellationToken) =>
        _own.SetObjectAsync(id, data, scope, cancellationToken);

    public Task RemoveObjectAsync(Guid id, CancellationToken cancellationToken) => _own.RemoveObjectAsync(id, cancellationToken);

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
        _own.RequireSignedIn();
        PeerName name = PeerName.TryParse(request.Contact, out PeerName? read) ? read : throw UnknownPerson(request.Contact);
        _own.RequireOther(name);
        StoredContact? stored = _contacts.Find(name);
        string displayName = await _runner.AskAsync((machine, _) =>
        {
            RemoteEndpoint? known = machine.Watching.Of(name.Authority).FirstOrDefault();
            Announcement? near = machine.People.Of(name.Authority).FirstOrDefault();
            return stored is null && known is null && near is null
                ? throw UnknownPerson(request.Contact)
                : stored is not null ? NameOf(stored) : known?.Presence?.DisplayName ?? near?.DisplayName ?? "";
        }).ConfigureAwait(false);
        return await _invitations.SendAsync(request, name, displayName, stored is not null, _services.Random.NextGuid()).WaitAsync(cancellationToken)
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
        await Ending.RunAsync(
            () => _own.SignOutAsync(PeerCollaborationScope.All, CancellationToken.None),
            Ending.Of(_runner),
            Ending.At(_contacts.Dispose),
            Ending.At(_applications.Dispose),
            Ending.At(_endpoints.Stop),
            Ending.At(_own.Dispose)).ConfigureAwait(false);
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

    private async Task<(EndpointKey Key, PeerName Name)> FindEndpointAsync(string endpoint, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _endpoints.FindAsync(endpoint, cancellationToken).ConfigureAwait(false);
    }

    private async Task<EndpointKey> LookAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _loaded.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        _own.RequireSignedIn();
        return await _endpoints.LookAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false);
    }

    private static PeerException UnknownPerson(string contact) => PeerErrors.ContactNotFound.Exception(
        $"'{contact}' is neither a contact nor near; Get-PeerContact and Get-PeerPersonNearMe list who is.", contact);
}
