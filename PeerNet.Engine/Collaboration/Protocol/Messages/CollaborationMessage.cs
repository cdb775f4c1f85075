using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>A message of a link (PROTOCOL.md 4.2). Texts are within their limits and well-formed.</summary>
internal abstract record CollaborationMessage
{
    /// <summary>Longest message, in bytes, without the length before it.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>Bytes of the length before a message.</summary>
    public const int PrefixLength = sizeof(uint);

    private CollaborationMessage(MessageType type) => Type = type;

    /// <summary>What it is.</summary>
    public MessageType Type { get; }

    /// <summary>Bytes of the body.</summary>
    protected abstract int BodyLength { get; }

    /// <summary>The frame: length, type, body.</summary>
    public byte[] Encode()
    {
        byte[] frame = new byte[PrefixLength + sizeof(byte) + BodyLength];
        var writer = new WireWriter(frame);
        writer.WriteUInt32((uint)(frame.Length - PrefixLength));
        writer.WriteByte((byte)Type);
        WriteBody(ref writer);
        return frame;
    }

    /// <summary>Reads a message without the length before it. What follows the fields that are known is skipped. Hostile
    /// input: nothing throws.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="message">The message; null where its type or kind is not known and it is to be skipped.</param>
    /// <returns>False where the link has to end.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CollaborationMessage? message)
    {
        message = null;
        var reader = new WireReader(bytes);
        if (bytes.Length > MaximumLength || !reader.TryReadByte(out byte type))
        {
            return false;
        }

        return (MessageType)type switch
        {
            MessageType.Hello => Hello.TryRead(ref reader, out message),
            MessageType.Reveal => Reveal.TryRead(ref reader, out message),
            MessageType.Query => TryReadNumber(ref reader, request => new Query(request), out message),
            MessageType.Subscribe => Subscribe.TryRead(ref reader, out message),
            MessageType.Unsubscribe => Take(new Unsubscribe(), out message),
            MessageType.Publish => Publish.TryRead(ref reader, out message),
            MessageType.Complete => TryReadNumber(ref reader, request => new Complete(request), out message),
            MessageType.Invite => Invite.TryRead(ref reader, out message),
            MessageType.Respond => TryReadAnswer(ref reader, (id, answer) => new Respond(id, answer), out message),
            MessageType.Confirm => TryReadAnswer(ref reader, (id, answer) => new Confirm(id, answer), out message),
            MessageType.Cancel => Cancel.TryRead(ref reader, out message),
            MessageType.Ping => TryReadNumber(ref reader, token => new Ping(token), out message),
            MessageType.Pong => TryReadNumber(ref reader, token => new Pong(token), out message),
            _ => true,
        };
    }

    protected abstract void WriteBody(ref WireWriter writer);

    private static bool Take(CollaborationMessage read, out CollaborationMessage? message)
    {
        message = read;
        return true;
    }

    private static bool TryReadNumber(
        ref WireReader reader, Func<uint, CollaborationMessage> create, out CollaborationMessage? message)
    {
        bool isRead = reader.TryReadUInt32(out uint number);
        message = isRead ? create(number) : null;
        return isRead;
    }

    private static bool TryReadAnswer(
        ref WireReader reader, Func<Guid, InvitationAnswer, CollaborationMessage> create, out CollaborationMessage? message)
    {
        message = reader.TryReadId(out Guid id) && reader.TryReadByte(out byte answer)
            && (InvitationAnswer)answer is InvitationAnswer.Accept or InvitationAnswer.Decline
            ? create(id, (InvitationAnswer)answer)
            : null;
        return message is not null;
    }

    /// <summary>The first message of either side.</summary>
    /// <param name="Version">The latest version that the sender speaks.</param>
    /// <param name="Endpoint">The id of its endpoint.</param>
    /// <param name="Port">The port of its listener; 0 for none.</param>
    /// <param name="Proof">The caller's commitment, or the other side's nonce.</param>
    internal sealed record Hello(ushort Version, Guid Endpoint, ushort Port, byte[] Proof) : CollaborationMessage(MessageType.Hello)
    {
        /// <summary>Bytes of a commitment and of a nonce.</summary>
        public const int ProofLength = 32;

        protected override int BodyLength => sizeof(ushort) + WireFields.IdLength + sizeof(ushort) + ProofLength;

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            message = reader.TryReadUInt16(out ushort version) && reader.TryReadId(out Guid endpoint)
                && reader.TryReadUInt16(out ushort port) && reader.TryReadBytes(ProofLength, out ReadOnlySpan<byte> proof)
                && version > 0
                ? new Hello(version, endpoint, port, proof.ToArray())
                : null;
            return message is not null;
        }

        protected override void WriteBody(ref WireWriter writer)
        {
            writer.WriteUInt16(Version);
            writer.WriteId(Endpoint);
            writer.WriteUInt16(Port);
            writer.WriteBytes(Proof);
        }
    }

    /// <summary>The caller's nonce, to which it has committed itself.</summary>
    internal sealed record Reveal(byte[] Nonce) : CollaborationMessage(MessageType.Reveal)
    {
        protected override int BodyLength => Hello.ProofLength;

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            bool isRead = reader.TryReadBytes(Hello.ProofLength, out ReadOnlySpan<byte> nonce);
            message = isRead ? new Reveal(nonce.ToArray()) : null;
            return isRead;
        }

        protected override void WriteBody(ref WireWriter writer) => writer.WriteBytes(Nonce);
    }

    /// <summary>Asks once for what there is to see.</summary>
    internal sealed record Query(uint Request) : CollaborationMessage(MessageType.Query)
    {
        protected override int BodyLength => sizeof(uint);

        protected override void WriteBody(ref WireWriter writer) => writer.WriteUInt32(Request);
    }

    /// <summary>Asks for what there is to see, and for its changes.</summary>
    /// <param name="Request">The number that <see cref="Complete"/> repeats.</param>
    /// <param name="Lifetime">For how many seconds.</param>
    internal sealed record Subscribe(uint Request, uint Lifetime) : CollaborationMessage(MessageType.Subscribe)
    {
        /// <summary>Longest lifetime, in seconds.</summary>
        public const uint MaximumLifetime = 3600;

        protected override int BodyLength => 2 * sizeof(uint);

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            message = reader.TryReadUInt32(out uint request) && reader.TryReadUInt32(out uint lifetime)
                && lifetime is > 0 and <= MaximumLifetime
                ? new Subscribe(request, lifetime)
                : null;
            return message is not null;
        }

        protected override void WriteBody(ref WireWriter writer)
        {
            writer.WriteUInt32(Request);
            writer.WriteUInt32(Lifetime);
        }
    }

    /// <summary>Wants no more changes.</summary>
    internal sealed record Unsubscribe() : CollaborationMessage(MessageType.Unsubscribe)
    {
        protected override int BodyLength => 0;

        protected override void WriteBody(ref WireWriter writer)
        {
        }
    }

    /// <summary>Something is to be seen, or is no more.</summary>
    internal sealed record Publish(PublishedItem Item) : CollaborationMessage(MessageType.Publish)
    {
        protected override int BodyLength => Item.Length;

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            bool isRead = PublishedItem.TryRead(ref reader, out PublishedItem? item);
            message = item is null ? null : new Publish(item);
            return isRead;
        }

        protected override void WriteBody(ref WireWriter writer) => Item.Write(ref writer);
    }

    /// <summary>All that there is to see has been sent.</summary>
    internal sealed record Complete(uint Request) : CollaborationMessage(MessageType.Complete)
    {
        protected override int BodyLength => sizeof(uint);

        protected override void WriteBody(ref WireWriter writer) => writer.WriteUInt32(Request);
    }

    /// <summary>Invites.</summary>
    /// <param name="Id">The invitation.</param>
    /// <param name="Lifetime">For how many seconds it can be answered.</param>
    /// <param name="Message">What the inviter says to it.</param>
    /// <param name="Application">The application; null where it is a group.</param>
    /// <param name="Content">The application's data, or the document of the group's invitation.</param>
    internal sealed record Invite(Guid Id, uint Lifetime, string Message, Guid? Application, byte[] Content)
        : CollaborationMessage(MessageType.Invite)
    {
        /// <summary>Longest lifetime, in seconds.</summary>
        public const uint MaximumLifetime = 86_400;

        /// <summary>Longest document of a group's invitation, in bytes.</summary>
        public const int MaximumDocument = 48 * 1024;

        private const byte ApplicationKind = 1;
        private const byte GroupKind = 2;

        protected override int BodyLength => WireFields.IdLength + sizeof(uint) + WireFields.LengthOf(Message) + sizeof(byte)
            + (Application is null ? 0 : WireFields.IdLength) + WireFields.LengthOf(Content);

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            message = null;
            if (!reader.TryReadId(out Guid id) || !reader.TryReadUInt32(out uint lifetime)
                || lifetime is 0 or > MaximumLifetime
                || !reader.TryReadText(out string? text) || !reader.TryReadByte(out byte kind))
            {
                return false;
            }

            return kind switch
            {
                ApplicationKind => reader.TryReadId(out Guid application)
                    && reader.TryReadContent(PeerInvitationRequest.MaximumData, out byte[]? data)
                    && Take(new Invite(id, lifetime, text, application, data), out message),
                GroupKind => reader.TryReadContent(MaximumDocument, out byte[]? document)
                    && Take(new Invite(id, lifetime, text, null, document), out message),
                _ => true,
            };
        }

        protected override void WriteBody(ref WireWriter writer)
        {
            writer.WriteId(Id);
            writer.WriteUInt32(Lifetime);
            writer.WriteText(Message);
            writer.WriteByte(Application is null ? GroupKind : ApplicationKind);
            if (Application is { } application)
            {
                writer.WriteId(application);
            }

            writer.WriteContent(Content);
        }
    }

    /// <summary>Answers an invitation.</summary>
    internal sealed record Respond(Guid Id, InvitationAnswer Answer) : CollaborationMessage(MessageType.Respond)
    {
        protected override int BodyLength => WireFields.IdLength + sizeof(byte);

        protected override void WriteBody(ref WireWriter writer) => WriteAnswer(ref writer, Id, Answer);
    }

    /// <summary>This answer counts.</summary>
    internal sealed record Confirm(Guid Id, InvitationAnswer Answer) : CollaborationMessage(MessageType.Confirm)
    {
        protected override int BodyLength => WireFields.IdLength + sizeof(byte);

        protected override void WriteBody(ref WireWriter writer) => WriteAnswer(ref writer, Id, Answer);
    }

    /// <summary>An invitation can be answered no more.</summary>
    internal sealed record Cancel(Guid Id, CancelReason Reason) : CollaborationMessage(MessageType.Cancel)
    {
        protected override int BodyLength => WireFields.IdLength + sizeof(byte);

        public static bool TryRead(ref WireReader reader, out CollaborationMessage? message)
        {
            message = reader.TryReadId(out Guid id) && reader.TryReadByte(out byte reason)
                ? new Cancel(id, (CancelReason)reason)
                : null;
            return message is not null;
        }

        protected override void WriteBody(ref WireWriter writer)
        {
            writer.WriteId(Id);
            writer.WriteByte((byte)Reason);
        }
    }

    /// <summary>Asks whether the other side is there.</summary>
    internal sealed record Ping(uint Token) : CollaborationMessage(MessageType.Ping)
    {
        protected override int BodyLength => sizeof(uint);

        protected override void WriteBody(ref WireWriter writer) => writer.WriteUInt32(Token);
    }

    /// <summary>It is.</summary>
    internal sealed record Pong(uint Token) : CollaborationMessage(MessageType.Pong)
    {
        protected override int BodyLength => sizeof(uint);

        protected override void WriteBody(ref WireWriter writer) => writer.WriteUInt32(Token);
    }

    private static void WriteAnswer(ref WireWriter writer, Guid id, InvitationAnswer answer)
    {
        writer.WriteId(id);
        writer.WriteByte((byte)answer);
    }
}
