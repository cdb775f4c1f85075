using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Messages;
using PeerNet.Engine.Grouping.Protocol.Records;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class GroupCodecTests : IDisposable
{
    // The length of an issuer's credential that is not there.
    private const int AfterKept = sizeof(int);

    private readonly GroupBuilder _group = new();

    public void Dispose() => _group.Dispose();

    // MS-PPSEC 2.2.2, with the length of the packet before it.
    [Fact]
    public void Packets_have_the_bytes_of_the_specification()
    {
        GroupConnectPacket introduction = new()
        {
            HasHello = true,
            Body = GroupConnectMessageType.MyGmc,
            Content = [0xAB],
        };

        Assert.Equal("0000000400000200", Convert.ToHexString(new GroupConnectPacket { HasHello = true }.Encode()));
        Assert.Equal("0000000B00000200000100000001AB", Convert.ToHexString(introduction.Encode()));
        Assert.Equal(
            "0000000A00000200000500000000",
            Convert.ToHexString(
                new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.Password }.Encode()));
    }

    [Theory]
    [InlineData("00000100", "another version")]
    [InlineData("000002000001000000", "a length cut off")]
    [InlineData("00000200000100000002AB", "a length beyond the end")]
    [InlineData("00000200000100000001ABCD", "bytes behind the end")]
    [InlineData("00000200000100000000", "an empty credential")]
    [InlineData("000100000001AB", "a credential without Hello")]
    [InlineData("00000200000200000001AB", "a gift behind Hello")]
    [InlineData("00000200000500000001AB", "a proof in the announcement")]
    [InlineData("000500000000", "an empty proof")]
    [InlineData("000900000001AB", "an unknown type")]
    [InlineData("0000020000000200", "Hello twice")]
    public void What_is_no_packet_is_not_read(string hex, string what) =>
        Assert.False(GroupConnectPacket.TryRead(Convert.FromHexString(hex), out _), what);

    [Fact]
    public void What_is_written_is_read()
    {
        SecurityProperties properties = _group.SomeProperties() with { MemberDataOptional = true, PresenceDisabled = true };
        Revocation revocation = new()
        {
            Member = _group.Creator.Name,
            SerialNumber = 7,
            Since = GroupBuilder.PeerNow,
            Reason = "left",
            Kept = [3, 5],
            Issuer = _group.Creator.Chain,
        };

        Assert.True(SecurityProperties.TryRead(properties.Encode(), out SecurityProperties readProperties));
        Assert.True(readProperties.Password!.Verifier.Span.SequenceEqual(properties.Password!.Verifier.Span));
        Assert.Equal(properties with { Password = null }, readProperties with { Password = null });
        Assert.True(Revocation.TryRead(revocation.Encode(), out Revocation readRevocation));
        Assert.Equal(revocation, readRevocation);
        Assert.True(MembershipPayload.TryRead(MembershipPayload.Encode(_group.Creator.Chain), out MembershipChain? chain));
        Assert.True(chain.Encoded.Span.SequenceEqual(_group.Creator.Chain.Encoded.Span));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] properties = _group.SomeProperties().Encode();
        byte[] membership = MembershipPayload.Encode(_group.Creator.Chain);
        byte[] revocation = (Keeping(3, 5) with { Issuer = _group.Creator.Chain }).Encode();

        Assert.All(Enumerable.Range(0, properties.Length), i => Assert.False(SecurityProperties.TryRead(properties.AsSpan(0, i), out _)));
        Assert.All(Enumerable.Range(0, membership.Length), i => Assert.False(MembershipPayload.TryRead(membership.AsSpan(0, i), out _)));
        Assert.All(Enumerable.Range(0, revocation.Length), i => Assert.False(Revocation.TryRead(revocation.AsSpan(0, i), out _)));
    }

    [Fact]
    public void What_is_kept_is_in_order_and_each_once()
    {
        Assert.Equal([1, 2, UInt128.MaxValue], Keeping(2, UInt128.MaxValue, 1, 2).Kept);
        Assert.True(Keeping(2, 1).Keeps(2));
        Assert.False(Keeping(2, 1).Keeps(3));
        Assert.Equal(Keeping(1, 2), Keeping(2, 1));
        Assert.NotEqual(Keeping(1, 2), Keeping(1, 3));
        Assert.NotEqual(Keeping(1), Keeping(1) with { Issuer = _group.Creator.Chain });
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1, 3)]
    public void What_is_kept_out_of_order_or_twice_is_not_read(int index, byte value)
    {
        byte[] bytes = Keeping(3, 4).Encode();
        bytes[^(((index - 1) * Fingerprint.Length) + AfterKept + 1)] = value;

        Assert.False(Revocation.TryRead(bytes, out _));
    }

    [Fact]
    public void At_most_16384_things_are_kept()
    {
        Bits128[] most = [.. Enumerable.Range(1, Revocation.MaximumKept).Select(i => (Bits128)i)];

        Assert.True(Revocation.TryRead(Keeping(most).Encode(), out Revocation read));
        Assert.Equal(Revocation.MaximumKept, read.Kept.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => Keeping([.. most, 0]));
        Assert.False(Revocation.TryRead(WithOneMore(Keeping(most).Encode()), out _));
    }

    // The count is not believed before the bytes are there, also where count times size is more than 32 bits.
    [Theory]
    [InlineData(2)]
    [InlineData(Revocation.MaximumKept)]
    [InlineData(0x1000_0001)]
    [InlineData(-1)]
    public void A_count_that_promises_more_than_there_is_costs_no_memory(int count)
    {
        byte[] bytes = Keeping(1).Encode();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(^(Fingerprint.Length + sizeof(int) + AfterKept)), count);
        Revocation.TryRead(bytes, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(Revocation.TryRead(bytes, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    // Nothing is wrong with it but the number.
    private static byte[] WithOneMore(byte[] most)
    {
        BinaryPrimitives.WriteInt32BigEndian(
            most.AsSpan(^((Revocation.MaximumKept * Fingerprint.Length) + sizeof(int) + AfterKept)),
            Revocation.MaximumKept + 1);
        return [.. most[..^AfterKept], .. Enumerable.Repeat(byte.MaxValue, Fingerprint.Length), .. new byte[AfterKept]];
    }

    private Revocation Keeping(params Bits128[] kept) =>
        new() { Member = _group.Creator.Name, SerialNumber = 7, Since = default, Kept = kept };

    [Theory]
    [InlineData(2_279)]
    [InlineData(31_536_001)]
    public void A_membership_lives_between_38_minutes_and_a_year(int seconds) => Assert.False(SecurityProperties.TryRead(
        (_group.SomeProperties() with { MembershipLifetime = TimeSpan.FromSeconds(seconds) }).Encode(), out _));

    [Fact]
    public void A_group_that_nobody_can_enter_is_none() => Assert.False(SecurityProperties.TryRead(
        (_group.SomeProperties() with { AcceptsCredentials = false, Password = null }).Encode(), out _));
}
