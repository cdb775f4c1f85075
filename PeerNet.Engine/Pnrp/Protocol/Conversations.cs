using System.Buffers.Binary;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// The publisher's half-open synchronization conversations (MS-PNRP 3.2.1, 3.2.5.3). Anybody can start one with a forged
/// address, so there are at most <see cref="PnrpLimits.MaximumConversations"/>, for
/// <see cref="PnrpLimits.ConversationTimeout"/> each.
/// </summary>
internal sealed class Conversations(SuiteAlgorithms suite)
{
    private readonly Dictionary<Key, LinkedListNode<Conversation>> _byKey = [];
    private readonly LinkedList<Conversation> _byDue = new();
    private readonly SourcePlaces _places = new(
        PnrpLimits.MaximumConversations, PnrpLimits.MaximumConversations / 4, PnrpLimits.MaximumConversations / 32);

    public int Count => _byKey.Count;

    /// <summary>When the first conversation ends by itself.</summary>
    public TimeSpan NextDue => _byDue.First?.Value.Due ?? TimeSpan.MaxValue;

    /// <summary>Starts a conversation, or its timer again. False where the table is full.</summary>
    /// <param name="peer">Who has sent the SOLICIT.</param>
    /// <param name="hashedNonce">Its hashed nonce.</param>
    /// <param name="id">The id of its route entry, or zero.</param>
    /// <param name="now">The time.</param>
    public bool TryOpen(PnrpEndpoint peer, ReadOnlySpan<byte> hashedNonce, PnrpId id, TimeSpan now)
    {
        Key key = Key.From(peer, hashedNonce);
        TimeSpan due = now + PnrpLimits.ConversationTimeout;
        if (_byKey.TryGetValue(key, out LinkedListNode<Conversation>? node))
        {
            _byDue.Remove(node);
            node.Value = new Conversation(key, id, due);
            _byDue.AddLast(node);
            return true;
        }

        if (!_places.TryEnter(AddressOf(key)))
        {
            return false;
        }

        _byKey.Add(key, _byDue.AddLast(new Conversation(key, id, due)));
        return true;
    }

    /// <summary>Ends the conversation that a REQUEST belongs to. False where there is none with that peer and nonce.</summary>
    /// <param name="peer">Who has sent the REQUEST.</param>
    /// <param name="nonce">Its nonce.</param>
    /// <param name="id">The id of the SOLICIT's route entry, or zero.</param>
    public bool TryClose(PnrpEndpoint peer, Bits128 nonce, out PnrpId id)
    {
        id = default;
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        HashNonce(suite, nonce, hash);
        if (!_byKey.TryGetValue(Key.From(peer, hash), out LinkedListNode<Conversation>? node))
        {
            return false;
        }

        id = node.Value.Id;
        Remove(node);
        return true;
    }

    /// <summary>Deletes conversations whose time is over (MS-PNRP 3.2.6.1).</summary>
    public void Expire(TimeSpan now)
    {
        while (_byDue.First is { } first && first.Value.Due <= now)
        {
            Remove(first);
        }
    }

    public void Clear()
    {
        while (_byDue.First is { } first)
        {
            Remove(first);
        }
    }

    /// <summary>The hash that a SOLICIT shows of the nonce that the REQUEST will show.</summary>
    public static void HashNonce(SuiteAlgorithms suite, Bits128 nonce, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        nonce.Write(bytes);
        suite.Hash(bytes, hash);
    }

    private void Remove(LinkedListNode<Conversation> node)
    {
        _byKey.Remove(node.Value.Key);
        _byDue.Remove(node);
        _places.Leave(AddressOf(node.Value.Key));
    }

    private static IPAddress AddressOf(in Key key) => PnrpEndpoint.ToIPAddress(key.Peer.Address);

    private readonly record struct Key(PnrpEndpoint Peer, Bits128 HashStart, uint HashEnd)
    {
        public static Key From(PnrpEndpoint peer, ReadOnlySpan<byte> hash) => new(
            peer, Bits128.Read(hash), BinaryPrimitives.ReadUInt32BigEndian(hash[16..]));
    }

    private readonly record struct Conversation(Key Key, PnrpId Id, TimeSpan Due);
}
