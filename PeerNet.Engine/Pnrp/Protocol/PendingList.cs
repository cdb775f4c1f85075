using System.Diagnostics.CodeAnalysis;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Messages that wait for an answer (MS-PNRP 3.1.1, 3.1.6.3). All wait equally long, so a list in the order of sending
/// is in the order of falling due: every operation takes constant time.
/// </summary>
internal sealed class PendingList
{
    /// <summary>Emptied entries kept for the next message.</summary>
    private const int MaximumSpares = 3;

    private readonly Dictionary<uint, PendingMessage> _byId = [];
    private PendingMessage? _first;
    private PendingMessage? _last;
    private PendingMessage? _spares;
    private int _spareCount;

    public int Count => _byId.Count;

    public bool IsFull => Count >= PnrpLimits.MaximumPending;

    /// <summary>When the first entry falls due.</summary>
    public TimeSpan NextDue => _first?.Due ?? TimeSpan.MaxValue;

    public bool Contains(uint messageId) => _byId.ContainsKey(messageId);

    public bool TryGet(uint messageId, [NotNullWhen(true)] out PendingMessage? message) =>
        _byId.TryGetValue(messageId, out message);

    /// <summary>Whether a message of some kind is waiting.</summary>
    public bool Any(PendingKind kind)
    {
        for (PendingMessage? message = _first; message is not null; message = message.Next)
        {
            if (message.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps a message that is being sent. The caller has seen that the list is not full.</summary>
    public void Add(
        uint messageId,
        PnrpEndpoint destination,
        PendingKind kind,
        object? owner,
        PnrpId id,
        ReadOnlySpan<byte> datagram,
        TimeSpan now)
    {
        PendingMessage message = TakeSpare();
        message.Fill(messageId, destination, kind, owner, id, datagram, now);
        message.RetryCount = PnrpLimits.RetryCount;
        _byId.Add(messageId, message);
        Append(message, now);
    }

    /// <summary>The first entry, if it is due.</summary>
    public bool TryGetDue(TimeSpan now, [NotNullWhen(true)] out PendingMessage? message)
    {
        message = _first is not null && _first.Due <= now ? _first : null;
        return message is not null;
    }

    /// <summary>Starts the timer of an entry again.</summary>
    public void Restart(PendingMessage message, TimeSpan now)
    {
        Unlink(message);
        Append(message, now);
    }

    /// <summary>Gives all entries the whole time again, after a pause in which nothing could arrive.</summary>
    public void RestartAll(TimeSpan now)
    {
        for (PendingMessage? message = _first; message is not null; message = message.Next)
        {
            message.Due = now + PnrpLimits.RetransmissionInterval;
        }
    }

    /// <summary>Removes an entry. Its content may be read until the next <see cref="Recycle"/>.</summary>
    public void Remove(PendingMessage message)
    {
        _byId.Remove(message.MessageId);
        Unlink(message);
    }

    /// <summary>Takes a removed entry back for another message.</summary>
    public void Recycle(PendingMessage message)
    {
        message.Empty();
        if (_spareCount < MaximumSpares)
        {
            message.Next = _spares;
            _spares = message;
            _spareCount++;
        }
    }

    public void Clear()
    {
        while (_first is { } message)
        {
            Remove(message);
            Recycle(message);
        }
    }

    private PendingMessage TakeSpare()
    {
        if (_spares is not { } message)
        {
            return new PendingMessage();
        }

        _spares = message.Next;
        _spareCount--;
        message.Next = null;
        return message;
    }

    private void Append(PendingMessage message, TimeSpan now)
    {
        message.Due = now + PnrpLimits.RetransmissionInterval;
        message.Previous = _last;
        message.Next = null;
        if (_last is null)
        {
            _first = message;
        }
        else
        {
            _last.Next = message;
        }

        _last = message;
    }

    private void Unlink(PendingMessage message)
    {
        if (message.Previous is null)
        {
            _first = message.Next;
        }
        else
        {
            message.Previous.Next = message.Next;
        }

        if (message.Next is null)
        {
            _last = message.Previous;
        }
        else
        {
            message.Next.Previous = message.Previous;
        }

        message.Next = message.Previous = null;
    }
}
