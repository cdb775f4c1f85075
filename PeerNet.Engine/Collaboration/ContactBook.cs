using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Collaboration.Documents;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration;

/// <summary>The contacts of a node: what is on the disk, and what the machine is told of it. What is on the disk comes
/// first.</summary>
/// <param name="folder">Where they are.</param>
/// <param name="runner">Runs the machine.</param>
/// <param name="observer">Told of changes.</param>
/// <param name="time">The clock.</param>
internal sealed class ContactBook(string folder, CollaborationRunner runner, ICollaborationObserver observer, TimeProvider time)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lazy<ContactStore> _store = new(() => ContactStore.Open(folder));

    private ContactStore Store => _store.Value;

    /// <summary>What is wrong with files that could not be read.</summary>
    public IReadOnlyList<string> Faults => Store.Faults;

    /// <summary>Tells the machine of all.</summary>
    public Task LoadAsync() => runner.TellAsync((machine, now) =>
    {
        foreach (StoredContact contact in Store.List())
        {
            machine.SetContact(now, ToKnown(contact));
        }
    });

    /// <summary>All, by nickname.</summary>
    public IReadOnlyList<PeerContact> List() =>
        [.. Store.List().Select(Describe).OrderBy(contact => contact.Nickname, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>The contact of a name; null for none.</summary>
    public StoredContact? Find(PeerName name) => Store.Find(name);

    /// <summary>The contact of a name.</summary>
    /// <exception cref="PeerException">There is none.</exception>
    public StoredContact Get(string contact) => Find(Parse(contact)) ?? throw Unknown(contact);

    /// <summary>Adds a person.</summary>
    public async Task<PeerContact> AddAsync(ContactDocument document, PeerContactUpdate settings)
    {
        StoredContact contact = Apply(StoredContact.From(document, time.GetUtcNow()) with { IsWatched = true }, settings);
        lock (_gate)
        {
            Store.Add(contact);
        }

        return await PublishAsync(contact, PeerCollaborationChangeType.Added).ConfigureAwait(false);
    }

    /// <summary>Changes a contact.</summary>
    public async Task<PeerContact> ChangeAsync(string contact, PeerContactUpdate update)
    {
        StoredContact changed;
        lock (_gate)
        {
            changed = Apply(Get(contact), update);
            Store.Update(changed);
        }

        return await PublishAsync(changed, PeerCollaborationChangeType.Updated).ConfigureAwait(false);
    }

    /// <summary>Removes a contact.</summary>
    public async Task RemoveAsync(string contact)
    {
        PeerName name = Parse(contact);
        PeerContact removed = Describe(Get(contact));
        lock (_gate)
        {
            Store.Remove(name);
        }

        await runner.TellAsync((machine, now) => machine.RemoveContact(now, name.Authority)).ConfigureAwait(false);
        observer.ContactChanged(new(PeerCollaborationChangeType.Removed, removed));
    }

    /// <summary>Keeps where a contact was reached.</summary>
    public void Remember(CollaborationEffect.Remember reached)
    {
        lock (_gate)
        {
            StoredContact? contact = Store.List().FirstOrDefault(one => one.Name.Authority == reached.Authority);
            if (contact is not null && !contact.LastAddresses.SequenceEqual(reached.Addresses))
            {
                Store.Update(contact with { LastAddresses = reached.Addresses });
            }
        }
    }

    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            Store.Dispose();
        }
    }

    /// <summary>What a document says, as people see it.</summary>
    public static PeerContact Describe(ContactDocument document) => new()
    {
        PeerName = document.Name.Value,
        Nickname = document.Nickname,
        DisplayName = document.DisplayName,
        EmailAddress = document.EmailAddress,
        Fingerprint = Fingerprints.Of(document.Certificate.PublicKey.SubjectPublicKeyInfo),
        Certificate = X509CertificateLoader.LoadCertificate(document.Certificate.RawData.Span),
        Xml = document.Write(),
    };

    /// <summary>A contact as people see one.</summary>
    public static PeerContact Describe(StoredContact contact) => Describe(contact.ToDocument()) with
    {
        Watch = contact.IsWatched,
        WatchPermission = contact.IsBlocked ? PeerWatchPermission.Blocked : PeerWatchPermission.Allowed,
        Added = contact.Added,
    };

    private static KnownContact ToKnown(StoredContact contact) => new()
    {
        Name = contact.Name,
        Key = contact.ToDocument().Certificate.PublicKey.SubjectPublicKeyInfo.ToArray(),
        Nickname = contact.Nickname.Length > 0 ? contact.Nickname : contact.DisplayName,
        IsWatched = contact.IsWatched,
        IsBlocked = contact.IsBlocked,
        Addresses = contact.LastAddresses,
    };

    private static StoredContact Apply(StoredContact contact, PeerContactUpdate update)
    {
        StoredContact changed = contact with
        {
            Nickname = update.Nickname ?? contact.Nickname,
            DisplayName = update.DisplayName ?? contact.DisplayName,
            EmailAddress = update.EmailAddress ?? contact.EmailAddress,
            IsWatched = update.Watch ?? contact.IsWatched,
            IsBlocked = update.WatchPermission is { } permission ? permission == PeerWatchPermission.Blocked : contact.IsBlocked,
        };
        return changed.FindFault() is { } fault
            ? throw PeerErrors.InvalidArgument.Exception($"The contact '{contact.Name}' cannot be so: {fault}.", contact.Name.Value)
            : changed;
    }

    private static PeerName Parse(string contact) => PeerName.TryParse(contact, out PeerName? name) ? name : throw Unknown(contact);

    private static PeerException Unknown(string contact) => PeerErrors.ContactNotFound.Exception(
        $"'{contact}' is none of the contacts; Get-PeerContact lists them.", contact);

    private async Task<PeerContact> PublishAsync(StoredContact contact, PeerCollaborationChangeType change)
    {
        await runner.TellAsync((machine, now) => machine.SetContact(now, ToKnown(contact))).ConfigureAwait(false);
        PeerContact described = Describe(contact);
        observer.ContactChanged(new(change, described));
        return described;
    }
}
