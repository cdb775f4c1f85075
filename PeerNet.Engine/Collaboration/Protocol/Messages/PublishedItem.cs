using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>One thing that an endpoint shows, or shows no more (PROTOCOL.md 4.2, Publish).</summary>
internal abstract record PublishedItem
{
    private const int HeadLength = 2 * sizeof(byte);

    private PublishedItem(ItemKey key) => Key = key;

    /// <summary>Which one.</summary>
    public ItemKey Key { get; }

    /// <summary>Bytes on the wire.</summary>
    public int Length => HeadLength + (Key.Kind == ItemKind.Presence ? 0 : WireFields.IdLength) + ContentLength;

    protected abstract int ContentLength { get; }

    /// <summary>Reads one. Hostile input: nothing throws.</summary>
    /// <returns>False where it cannot be; true and null where its kind is not known.</returns>
    public static bool TryRead(ref WireReader reader, out PublishedItem? item)
    {
        item = null;
        if (!reader.TryReadByte(out byte kind) || !reader.TryReadByte(out byte state) || state > 1)
        {
            return false;
        }

        Guid id = Guid.Empty;
        if ((ItemKind)kind is not (ItemKind.Presence or ItemKind.Object or ItemKind.Application))
        {
            return true;
        }

        if ((ItemKind)kind != ItemKind.Presence && !reader.TryReadId(out id))
        {
            return false;
        }

        if (state == 0)
        {
            item = new Gone(new((ItemKind)kind, id));
            return true;
        }

        return (ItemKind)kind switch
        {
            ItemKind.Presence => Presence.TryReadContent(ref reader, out item),
            ItemKind.Object => SharedObject.TryRead(ref reader, id, out item),
            _ => Application.TryRead(ref reader, id, out item),
        };
    }

    /// <summary>Writes it.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Key.Kind);
        writer.WriteByte(this is Gone ? (byte)0 : (byte)1);
        if (Key.Kind != ItemKind.Presence)
        {
            writer.WriteId(Key.Id);
        }

        WriteContent(ref writer);
    }

    protected abstract void WriteContent(ref WireWriter writer);

    /// <summary>It is to be seen no more.</summary>
    internal sealed record Gone(ItemKey Which) : PublishedItem(Which)
    {
        protected override int ContentLength => 0;

        protected override void WriteContent(ref WireWriter writer)
        {
        }
    }

    /// <summary>What the person is doing.</summary>
    /// <param name="Status">What.</param>
    /// <param name="Age">For how many seconds.</param>
    /// <param name="Text">What the person says to it.</param>
    /// <param name="EndpointName">The name of the endpoint.</param>
    /// <param name="DisplayName">What the person wants to be called.</param>
    internal sealed record Presence(
        PeerPresenceStatus Status, uint Age, string Text, string EndpointName, string DisplayName)
        : PublishedItem(ItemKey.Presence)
    {
        protected override int ContentLength => sizeof(byte) + sizeof(uint)
            + WireFields.LengthOf(Text) + WireFields.LengthOf(EndpointName) + WireFields.LengthOf(DisplayName);

        public static bool TryReadContent(ref WireReader reader, out PublishedItem? item)
        {
            item = reader.TryReadByte(out byte status) && status <= (byte)PeerPresenceStatus.Online
                && reader.TryReadUInt32(out uint age) && reader.TryReadText(out string? text)
                && reader.TryReadText(out string? endpointName) && reader.TryReadText(out string? displayName)
                ? new Presence((PeerPresenceStatus)status, age, text, endpointName, displayName)
                : null;
            return item is not null;
        }

        protected override void WriteContent(ref WireWriter writer)
        {
            writer.WriteByte((byte)Status);
            writer.WriteUInt32(Age);
            writer.WriteText(Text);
            writer.WriteText(EndpointName);
            writer.WriteText(DisplayName);
        }
    }

    /// <summary>A piece of data.</summary>
    internal sealed record SharedObject(Guid Id, byte[] Data) : PublishedItem(new ItemKey(ItemKind.Object, Id))
    {
        protected override int ContentLength => WireFields.LengthOf(Data);

        public static bool TryRead(ref WireReader reader, Guid id, out PublishedItem? item)
        {
            bool isRead = reader.TryReadContent(PeerObject.MaximumData, out byte[]? data);
            item = isRead ? new SharedObject(id, data!) : null;
            return isRead;
        }

        protected override void WriteContent(ref WireWriter writer) => writer.WriteContent(Data);
    }

    /// <summary>A program that the person can be invited to.</summary>
    internal sealed record Application(Guid Id, string Name, string Description, byte[] Data)
        : PublishedItem(new ItemKey(ItemKind.Application, Id))
    {
        protected override int ContentLength =>
            WireFields.LengthOf(Name) + WireFields.LengthOf(Description) + WireFields.LengthOf(Data);

        public static bool TryRead(ref WireReader reader, Guid id, out PublishedItem? item)
        {
            item = reader.TryReadText(out string? name) && reader.TryReadText(out string? description)
                && reader.TryReadContent(PeerApplication.MaximumData, out byte[]? data)
                ? new Application(id, name, description, data)
                : null;
            return item is not null;
        }

        protected override void WriteContent(ref WireWriter writer)
        {
            writer.WriteText(Name);
            writer.WriteText(Description);
            writer.WriteContent(Data);
        }
    }
}
