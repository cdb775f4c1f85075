using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Contacts, and how they show that the graph is split: MS-PPGRH 3.1.6.3, 3.1.6.5, 3.1.7.5, 3.1.7.10.4, 3.1.7.12,
/// 3.1.7.13.</summary>
internal sealed partial class GraphMachine
{
    private static readonly TimeSpan ContactDelayMinimum = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ContactDelayMaximum = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan PartitionDelayMinimum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PartitionDelayMaximum = TimeSpan.FromSeconds(30);

    private Guid? _ownContact;
    private TimeSpan _contactDue = TimeSpan.MaxValue;
    private TimeSpan _partitionDue = TimeSpan.MaxValue;

    /// <summary>Fewest contacts that the graph should have; at most five more are fine (MS-PPGRH 3.1.7.12).</summary>
    public int MinimumContacts => GraphFormulas.MinimumContacts(_signature ?? ulong.MaxValue);

    private bool HasTooFewContacts => _ownContact is null && _endpoints.Length > 0 && _contacts.Count < MinimumContacts;

    private bool HasTooManyContacts =>
        _ownContact is not null && _contacts.Count > MinimumContacts + GraphFormulas.ContactSpread;

    private void AfterContact(GraphRecord record)
    {
        if (record.IsDeleted || !ContactPayload.TryRead(record.Payload.Span, out ContactPayload contact))
        {
            ForgetContact(record.Id);
            return;
        }

        _contacts.Set(new KnownNode(
            record.Id, contact.NodeId, record.CreatorId, contact.Endpoints, "", contact.Signature));
        _lost.Remove(contact.NodeId);
        if (contact.NodeId == NodeId)
        {
            _ownContact = record.Id;
        }

        MaintainContacts();
        DetectPartition();
    }

    private void ForgetContact(Guid id)
    {
        _contacts.Remove(id);
        if (_ownContact == id)
        {
            _ownContact = null;
        }

        MaintainContacts();
    }

    private void MaintainContacts()
    {
        if (_isReady && (HasTooFewContacts || HasTooManyContacts) && _contactDue == TimeSpan.MaxValue)
        {
            _contactDue = _now.Elapsed + RandomDelay(ContactDelayMinimum, ContactDelayMaximum);
        }
    }

    private void AdvanceContacts()
    {
        if (_now.Elapsed < _contactDue)
        {
            return;
        }

        _contactDue = TimeSpan.MaxValue;
        if (HasTooManyContacts)
        {
            WithdrawContact();
        }
        else if (HasTooFewContacts && _signature is not null)
        {
            PublishContact();
        }

        MaintainContacts();
    }

    private void PublishContact()
    {
        byte[] payload = new ContactPayload(_signature ?? NodeId, NodeId, _endpoints).Encode();
        PeerTime expires = PeerNow + _options.ContactLifetime;
        GraphRecord? existing = _ownContact is { } id && FindStored(id) is { IsDeleted: false } stored ? stored : null;
        GraphRecord? published = existing is not null
            ? TryPublish(Revise(existing, payload, expires), RecordAction.Update)
            : TryPublish(NewRecord(RecordTypes.Contact, payload, expires), RecordAction.Add);
        if (published is not null)
        {
            AutoRefresh(published);
        }
    }

    /// <summary>What the own contact record says may have changed: the addresses, or the signature (MS-PPGRH 1.3.2.2).</summary>
    private void RefreshContact()
    {
        if (_ownContact is not { } id)
        {
            return;
        }

        if (_endpoints.Length == 0)
        {
            WithdrawContact();
        }
        else if (_contacts.Find(id) is { } contact
            && (contact.Signature != (_signature ?? contact.Signature) || !contact.Endpoints.SequenceEqual(_endpoints)))
        {
            PublishContact();
        }
    }

    private void WithdrawContact()
    {
        if (_ownContact is { } id && FindStored(id) is { IsDeleted: false } record)
        {
            TryPublish(Bury(record), RecordAction.Delete);
        }
    }

    // The specification looks for a split at maintenance only. It costs nothing to look when a signature or a contact
    // changes: the timer gives the others time to follow.
    private void DetectPartition()
    {
        if (_partitionDue == TimeSpan.MaxValue && FindStrayContact() is not null)
        {
            _partitionDue = _now.Elapsed + RandomDelay(PartitionDelayMinimum, PartitionDelayMaximum);
        }
    }

    private void AdvancePartition()
    {
        if (_now.Elapsed < _partitionDue)
        {
            return;
        }

        _partitionDue = TimeSpan.MaxValue;
        if (HasRoomForAttempt() && FindStrayContact() is { } stray)
        {
            Dial(Choose(stray.Endpoints), stray.PeerId, isDirect: false);
        }
    }

    /// <summary>A contact that sees another signature and can be connected to, beginning at random.</summary>
    private KnownNode? FindStrayContact()
    {
        if (_signature is null || !_isReady || _contacts.Count == 0)
        {
            return null;
        }

        int start = _random.Next(_contacts.Count);
        for (int i = 0; i < _contacts.Count; i++)
        {
            KnownNode contact = _contacts[(start + i) % _contacts.Count];
            if (contact.Signature != _signature && IsConnectable(contact))
            {
                return contact;
            }
        }

        return null;
    }

    private TimeSpan RandomDelay(TimeSpan minimum, TimeSpan maximum) =>
        minimum + TimeSpan.FromSeconds(_random.Next((int)(maximum - minimum).TotalSeconds + 1));
}
