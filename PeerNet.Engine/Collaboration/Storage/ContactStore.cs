using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>
/// The contacts of a node, whichever of its identities is signed in: a file for each. A file that cannot be read is left as
/// it is, and the other contacts are used. The holder of the node's folder is the only one who uses it; within the process it
/// may be used from any thread.
/// </summary>
internal sealed class ContactStore : IDisposable
{
    /// <summary>Most contacts.</summary>
    public const int MaximumContacts = 10_000;

    private readonly Lock _gate = new();
    private readonly ItemFolder<StoredContact> _contacts;
    private bool _isClosed;

    private ContactStore(ItemFolder<StoredContact> contacts) => _contacts = contacts;

    /// <summary>What is wrong with the files that could not be read, one sentence or two for each.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return _contacts.Faults;
            }
        }
    }

    /// <summary>Reads the contacts that are in a folder.</summary>
    /// <param name="folder">The folder, which exists and is the user's alone.</param>
    /// <param name="maximum">Most contacts.</param>
    /// <exception cref="PeerException">The folder cannot be read.</exception>
    public static ContactStore Open(string folder, int maximum = MaximumContacts) =>
        new(new ItemFolder<StoredContact>(folder, new StoredContactFormat(), maximum));

    /// <summary>All contacts that could be read, by name.</summary>
    public IReadOnlyList<StoredContact> List()
    {
        lock (_gate)
        {
            return [.. _contacts.Items.OrderBy(contact => contact.Name.Value, StringComparer.Ordinal)];
        }
    }

    /// <summary>The contact who has a name's authority; null for none.</summary>
    /// <exception cref="PeerException">The contact's file is damaged.</exception>
    public StoredContact? Find(PeerName name)
    {
        lock (_gate)
        {
            return _contacts.Find(name.Authority);
        }
    }

    /// <summary>Adds a contact.</summary>
    /// <exception cref="PeerException">The person is a contact already, the parts do not fit together, there are too many, the
    /// contact's file is damaged, or it cannot be written.</exception>
    public void Add(StoredContact contact)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (_contacts.Find(contact.Name.Authority) is { } known)
            {
                throw PeerErrors.AlreadyExists.Exception(
                    $"'{known.Name}' is a contact already; change it with Set-PeerContact, or remove it first.", contact.Name.Value);
            }

            _contacts.Save(contact);
        }
    }

    /// <summary>Keeps a contact as it is now.</summary>
    /// <exception cref="PeerException">There is no such contact, the parts do not fit together, the contact's file is damaged,
    /// or it cannot be written.</exception>
    public void Update(StoredContact contact)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (_contacts.Find(contact.Name.Authority) is null)
            {
                throw Unknown(contact.Name);
            }

            _contacts.Save(contact);
        }
    }

    /// <summary>Forgets a contact for good, also where its file is damaged.</summary>
    /// <exception cref="PeerException">There is no such contact, or its file cannot be deleted.</exception>
    public void Remove(PeerName name)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (!_contacts.Delete(name.Authority))
            {
                throw Unknown(name);
            }
        }
    }

    /// <summary>From now on nothing is written: the folder may be another process's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    private static PeerException Unknown(PeerName name) => PeerErrors.ContactNotFound.Exception(
        $"'{name}' is none of the contacts; Get-PeerContact lists them.", name.Value);

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw PeerErrors.NotInitialized.Exception("The node has stopped; its contacts cannot be changed any more.");
        }
    }
}
