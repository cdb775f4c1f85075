using System.Buffers;
using System.Numerics;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// AUTHORITY_BUFFERs that arrive in fragments (MS-PNRP 3.1.5.6). Only answers to pending messages get here, an entry
/// goes with its pending message, and count and bytes are capped: nobody can make a node hold more.
/// </summary>
internal sealed class Reassembly
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Bytes that all entries hold.</summary>
    public int Bytes { get; private set; }

    /// <summary>Takes a fragment.</summary>
    /// <param name="messageId">The message id in the fragment's header, which all fragments of a buffer share.</param>
    /// <param name="source">The sender.</param>
    /// <param name="fragment">The fragment.</param>
    /// <param name="whole">The buffer, once all fragments are there; good until <see cref="Remove"/>.</param>
    /// <returns>False where the fragment was dropped.</returns>
    public bool TryAdd(
        uint messageId, PnrpEndpoint source, scoped in AuthorityMessage fragment, out ReadOnlySpan<byte> whole)
    {
        whole = default;
        int index = Find(messageId, source);
        if (fragment.Overruns || (index >= 0 && _entries[index].Size != fragment.Size))
        {
            if (index >= 0)
            {
                RemoveAt(index);
            }

            return false;
        }

        if (index < 0)
        {
            if (_entries.Count >= PnrpLimits.MaximumReassemblies
                || Bytes + fragment.Size > PnrpLimits.MaximumReassemblyBytes)
            {
                return false;
            }

            index = _entries.Count;
            _entries.Add(new Entry(messageId, source, fragment.AckedMessageId, fragment.Size));
            Bytes += fragment.Size;
        }

        Entry entry = _entries[index];
        entry.Place(fragment);
        whole = entry.IsComplete ? entry.Buffer : default;
        return true;
    }

    /// <summary>Deletes what belongs to the answers to one message.</summary>
    public void Remove(uint ackedMessageId)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].AckedMessageId == ackedMessageId)
            {
                RemoveAt(i);
            }
        }
    }

    public void Clear()
    {
        while (_entries.Count > 0)
        {
            RemoveAt(_entries.Count - 1);
        }
    }

    private int Find(uint messageId, PnrpEndpoint source)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Is(messageId, source))
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveAt(int index)
    {
        Bytes -= _entries[index].Size;
        _entries[index].Free();
        _entries.RemoveAt(index);
    }

    private sealed class Entry(uint messageId, PnrpEndpoint source, uint ackedMessageId, int size)
    {
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);
        private uint _received;

        public uint AckedMessageId { get; } = ackedMessageId;

        public int Size { get; } = size;

        public bool IsComplete => BitOperations.PopCount(_received)
            == (Size + AuthorityMessage.FragmentLength - 1) / AuthorityMessage.FragmentLength;

        public ReadOnlySpan<byte> Buffer => _buffer.AsSpan(0, Size);

        public bool Is(uint id, PnrpEndpoint from) => messageId == id && source == from;

        public void Place(scoped in AuthorityMessage fragment)
        {
            fragment.Buffer.CopyTo(_buffer.AsSpan(fragment.Offset));
            _received |= 1u << (fragment.Offset / AuthorityMessage.FragmentLength);
        }

        public void Free() => ArrayPool<byte>.Shared.Return(_buffer);
    }
}
