using System.Buffers;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One entry of the Pending List: a message that waits for its answer (MS-PNRP 3.1.1).</summary>
internal sealed class PendingMessage
{
    private byte[] _datagram = [];
    private int _length;

    public uint MessageId { get; private set; }

    public PnrpEndpoint Destination { get; private set; }

    public PendingKind Kind { get; private set; }

    /// <summary>Whom the answer is for.</summary>
    public object? Owner { get; private set; }

    /// <summary>The Validate PNRP ID of the message, or zero.</summary>
    public PnrpId Id { get; private set; }

    public TimeSpan Sent { get; private set; }

    public TimeSpan Due { get; set; }

    public int RetryCount { get; set; }

    public ReadOnlySpan<byte> Datagram => _datagram.AsSpan(0, _length);

    internal PendingMessage? Next { get; set; }

    internal PendingMessage? Previous { get; set; }

    /// <summary>Whether an AUTHORITY answers it.</summary>
    public bool ExpectsAuthority => Kind >= PendingKind.Lookup;

    internal void Fill(
        uint messageId,
        PnrpEndpoint destination,
        PendingKind kind,
        object? owner,
        PnrpId id,
        ReadOnlySpan<byte> datagram,
        TimeSpan now)
    {
        MessageId = messageId;
        Destination = destination;
        Kind = kind;
        Owner = owner;
        Id = id;
        Sent = now;
        _datagram = ArrayPool<byte>.Shared.Rent(datagram.Length);
        _length = datagram.Length;
        datagram.CopyTo(_datagram);
    }

    internal void Empty()
    {
        ArrayPool<byte>.Shared.Return(_datagram);
        _datagram = [];
        Owner = null;
    }
}

/// <summary>What an answer to a pending message is for.</summary>
internal enum PendingKind
{
    /// <summary>A SOLICIT; the owner is a <see cref="Solicitation"/>.</summary>
    Solicit,

    /// <summary>A REQUEST.</summary>
    Request,

    /// <summary>A FLOOD with the D flag clear; the id is its Validate PNRP ID.</summary>
    Flood,

    /// <summary>A FLOOD that shows, by its ACK, that who has asked much receives what it is sent.</summary>
    Greeting,

    /// <summary>A LOOKUP of a resolve, which is the owner.</summary>
    Lookup,

    /// <summary>The INQUIRE that ends a resolve, which is the owner.</summary>
    Proof,

    /// <summary>The INQUIRE that a new route entry has to pass; the owner is a <see cref="PendingRoute"/>.</summary>
    Route,

    /// <summary>An INQUIRE that asks a known node for a sign of life.</summary>
    Liveness,
}
