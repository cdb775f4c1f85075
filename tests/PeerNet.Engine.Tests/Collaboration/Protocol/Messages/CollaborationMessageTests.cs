using System.Text;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

/// <summary>The messages of a link, byte for byte (PROTOCOL.md 1, 4.2).</summary>
public sealed class CollaborationMessageTests
{
    private const int Mutations = 1_000_000;

    private static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");

    /// <summary>One of each, with its bytes.</summary>
    public static TheoryData<int, string> Golden { get; } = new()
    {
        { 0, "000000350100010011223344556677" + "8899aabbccddeeff" + "1388" + "0909090909090909090909090909090909090909090909090909090909090909" },
        { 1, "0000002102" + "0909090909090909090909090909090909090909090909090909090909090909" },
        { 2, "000000050300000007" },
        { 3, "00000009040000000700000258" },
        { 4, "0000000105" },
        { 5, "0000001906" + "0101" + "05" + "0000003c" + "0004" + "c3bc2121" + "0004" + "6465736b" + "0003" + "416461" },
        { 6, "0000001a0602010011223344556677" + "8899aabbccddeeff" + "00000003" + "010203" },
        { 7, "000000210603010011223344556677" + "8899aabbccddeeff" + "0005" + "4368657373" + "0000" + "00000001" + "07" },
        { 8, "00000013060200" + "00112233445566778899aabbccddeeff" },
        { 9, "000000050700000007" },
        { 10, "0000003008" + "00112233445566778899aabbccddeeff" + "0000001e" + "0002" + "6869" + "01" + "00112233445566778899aabbccddeeff" + "00000002" + "0405" },
        { 11, "0000002208" + "00112233445566778899aabbccddeeff" + "0000001e" + "0002" + "6869" + "02" + "00000004" + "3c672f3e" },
        { 12, "0000001209" + "00112233445566778899aabbccddeeff" + "01" },
        { 13, "000000120a" + "00112233445566778899aabbccddeeff" + "02" },
        { 14, "000000120b" + "00112233445566778899aabbccddeeff" + "03" },
        { 15, "000000050c00000007" },
        { 16, "000000050d00000007" },
    };

    private static CollaborationMessage[] All { get; } =
    [
        new CollaborationMessage.Hello(1, Id, 5000, [.. Enumerable.Repeat((byte)9, 32)]),
        new CollaborationMessage.Reveal([.. Enumerable.Repeat((byte)9, 32)]),
        new CollaborationMessage.Query(7),
        new CollaborationMessage.Subscribe(7, 600),
        new CollaborationMessage.Unsubscribe(),
        new CollaborationMessage.Publish(new PublishedItem.Presence(PeerPresenceStatus.Busy, 60, "ü!!", "desk", "Ada")),
        new CollaborationMessage.Publish(new PublishedItem.SharedObject(Id, [1, 2, 3])),
        new CollaborationMessage.Publish(new PublishedItem.Application(Id, "Chess", "", [7])),
        new CollaborationMessage.Publish(new PublishedItem.Gone(new ItemKey(ItemKind.Object, Id))),
        new CollaborationMessage.Complete(7),
        new CollaborationMessage.Invite(Id, 30, "hi", Id, [4, 5]),
        new CollaborationMessage.Invite(Id, 30, "hi", null, Encoding.UTF8.GetBytes("<g/>")),
        new CollaborationMessage.Respond(Id, InvitationAnswer.Accept),
        new CollaborationMessage.Confirm(Id, InvitationAnswer.Decline),
        new CollaborationMessage.Cancel(Id, CancelReason.Expired),
        new CollaborationMessage.Ping(7),
        new CollaborationMessage.Pong(7),
    ];

    [Theory]
    [MemberData(nameof(Golden))]
    public void Each_message_has_the_bytes_that_the_protocol_says(int index, string hex)
    {
        Assert.Equal(hex, Convert.ToHexStringLower(All[index].Encode()));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Each_message_is_read_as_it_was_written_and_what_follows_is_ignored(int index, string hex)
    {
        byte[] body = Convert.FromHexString(hex)[CollaborationMessage.PrefixLength..];

        Assert.True(CollaborationMessage.TryRead(body, out CollaborationMessage? read));
        Assert.Equal(All[index].Type, read!.Type);
        Assert.Equal(hex, Convert.ToHexStringLower(read.Encode()));
        Assert.True(CollaborationMessage.TryRead([.. body, 1, 2, 3], out read));
        Assert.Equal(hex, Convert.ToHexStringLower(read!.Encode()));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_message_that_is_cut_short_is_refused(int index, string hex)
    {
        byte[] body = Convert.FromHexString(hex)[CollaborationMessage.PrefixLength..];
        for (int length = 0; length < body.Length; length++)
        {
            Assert.False(CollaborationMessage.TryRead(body.AsSpan(0, length), out _), $"{All[index].Type} with {length} bytes");
        }
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0e")]
    [InlineData("ff0102")]
    [InlineData("060401")]
    [InlineData("0800112233445566778899aabbccddeeff0000001e000003")]
    public void What_a_later_version_may_say_is_skipped(string hex)
    {
        Assert.True(CollaborationMessage.TryRead(Convert.FromHexString(hex), out CollaborationMessage? message));
        Assert.Null(message);
    }

    [Theory]
    [InlineData("01000000112233445566778899aabbccddeeff13880909090909090909090909090909090909090909090909090909090909090909", "version 0")]
    [InlineData("040000000700000000", "lifetime 0")]
    [InlineData("040000000700000e11", "lifetime of more than an hour")]
    [InlineData("06010108000000000000000000000000", "status 8")]
    [InlineData("060102", "neither is nor is no more")]
    [InlineData("060101050000003c0002c328000000000000", "bad UTF-8")]
    [InlineData("060101050000003c00010000000000", "NUL")]
    [InlineData("0602010011223344556677" + "8899aabbccddeeff" + "00004000", "16 KiB of data")]
    [InlineData("0900112233445566778899aabbccddeeff03", "answer 3")]
    [InlineData("0800112233445566778899aabbccddeeff00000000000001", "an invitation without time")]
    [InlineData("0800112233445566778899aabbccddeeff00015181000001", "an invitation of more than a day")]
    public void What_cannot_be_is_refused(string hex, string what)
    {
        byte[] padded = [.. Convert.FromHexString(hex), .. what.EndsWith("data", StringComparison.Ordinal) ? new byte[20_000] : []];

        Assert.False(CollaborationMessage.TryRead(padded, out _), what);
    }

    [Fact]
    public void Texts_and_contents_are_bounded_in_units_and_in_bytes()
    {
        Assert.True(TryReadText(new string('\u4e2d', 255)));
        Assert.False(TryReadText(new string('a', 256)));
        Assert.False(TryReadText(new string('\u4e2d', 256)));
        Assert.True(IsRead(new CollaborationMessage.Invite(Id, 30, "", Id, new byte[PeerInvitationRequest.MaximumData])));
        Assert.False(IsRead(new CollaborationMessage.Invite(Id, 30, "", Id, new byte[PeerInvitationRequest.MaximumData + 1])));
        Assert.True(IsRead(new CollaborationMessage.Invite(Id, 30, "", null, new byte[CollaborationMessage.Invite.MaximumDocument])));
        Assert.False(IsRead(new CollaborationMessage.Invite(Id, 30, "", null, new byte[CollaborationMessage.Invite.MaximumDocument + 1])));
    }

    [Fact]
    public void A_million_mutations_do_no_harm()
    {
        var random = new Random(20_310_506);
        byte[][] seeds = [.. All.Select(message => message.Encode()[CollaborationMessage.PrefixLength..])];
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = [.. seeds[i % seeds.Length]];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ReadOnlySpan<byte> read = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            if (CollaborationMessage.TryRead(read, out CollaborationMessage? message) && message is not null)
            {
                // Whatever is read can be written, and is read as the same.
                byte[] again = message.Encode();
                Assert.True(CollaborationMessage.TryRead(again.AsSpan(CollaborationMessage.PrefixLength), out CollaborationMessage? same));
                Assert.Equal(again, same!.Encode());
            }
        }
    }

    private static bool TryReadText(string text) =>
        IsRead(new CollaborationMessage.Publish(new PublishedItem.Presence(PeerPresenceStatus.Online, 0, text, "", "")));

    private static bool IsRead(CollaborationMessage message) =>
        CollaborationMessage.TryRead(message.Encode().AsSpan(CollaborationMessage.PrefixLength), out _);
}
