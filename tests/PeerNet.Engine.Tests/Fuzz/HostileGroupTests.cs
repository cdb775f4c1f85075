using System.Text;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Messages;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileGroupTests
{
    private const int Count = 1_000_000;

    /// <summary>What is judged costs a signature in many cases.</summary>
    private const int Judged = 20_000;

    [Fact]
    public void A_million_hostile_packets_and_payloads_cost_no_exception()
    {
        using GroupBuilder group = new();
        byte[] chain = group.Creator.Chain.Encoded.ToArray();
        byte[][] goldens =
        [
            group.SomeProperties().Encode(),
            MembershipPayload.Encode(group.Creator.Chain),
            GroupBuilder.Revocation(group.Creator, 1, 1, 2, 3).Encode(),
            (GroupBuilder.Revocation(group.Creator, 1, 1, 2, 3) with { Issuer = group.Creator.Chain }).Encode(),
            new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.MyGmc, Content = chain }.Encode()[4..],
            chain,
            group.Record(group.Creator).SecurityData,
        ];
        var random = new SeededBytes();
        byte[] buffer = new byte[4096];
        for (int i = 0; i < Count; i++)
        {
            int length = random.Mutate(goldens[random.Next(goldens.Length)], buffer);
            try
            {
                ReadAll(buffer.AsSpan(0, length));
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Convert.ToHexString(buffer.AsSpan(0, length))}\n{exception}");
            }
        }
    }

    // Whatever is changed in a chain: it counts only where the certificates are still the same.
    [Fact]
    public void No_mutation_of_a_chain_counts()
    {
        using GroupBuilder group = new();
        GroupBuilder.Member member = group.Invite(
            group.Invite(group.Creator, "inviting", PeerRole.InvitingMember), "member", PeerRole.Member);
        byte[] golden = member.Chain.Encoded.ToArray();
        var random = new SeededBytes(1);
        byte[] buffer = new byte[8192];
        for (int i = 0; i < Judged; i++)
        {
            int length = random.Mutate(golden, buffer);
            if (MembershipChain.TryRead(buffer.AsSpan(0, length), out MembershipChain? chain)
                && GroupCredential.From(chain, group.Name, out _) is not null)
            {
                Assert.True(
                    IsSame(member.Chain, chain), $"Seed {random.Seed}: {Convert.ToHexString(buffer.AsSpan(0, length))}");
            }
        }
    }

    // Whatever is changed in a record of any type, nothing throws and it is not taken.
    [Fact]
    public void No_mutation_of_a_record_is_taken()
    {
        using GroupBuilder group = new();
        GroupBuilder.Member alice = group.Invite(group.Creator, "alice", PeerRole.Member);
        GraphSecurityRecord[] goldens =
        [
            group.Properties(group.SomeProperties()), group.Membership(alice), group.Record(alice),
            group.GraphInfo(group.Creator), group.Revoke(group.Creator, alice, 5, 1, 2, 3),
            GroupBuilder.Change(group.Record(alice), group.Creator, [4, 5]),
        ];
        group.Know(group.Creator, alice);
        group.Judge.LearnProperties(group.SomeProperties());
        var random = new SeededBytes(2);
        byte[] buffer = new byte[8192];
        for (int i = 0; i < Judged; i++)
        {
            GraphSecurityRecord golden = goldens[random.Next(goldens.Length)];
            GraphSecurityRecord record = Mutate(golden, random, buffer);
            GroupVerdict verdict = group.Judge.Judge(record);
            Assert.True(verdict != GroupVerdict.Valid || IsSame(golden, record), $"Seed {random.Seed}, record {i}");
        }

        Assert.Equal("Fridays", group.Judge.Properties!.Comment);
        Assert.All(goldens, golden => Assert.Equal(GroupVerdict.Valid, group.Judge.Judge(golden)));
    }

    private static GraphSecurityRecord Mutate(GraphSecurityRecord record, SeededBytes random, byte[] buffer)
    {
        byte[] Bytes(byte[] bytes) => bytes.Length == 0 ? [1] : buffer[..random.Mutate(bytes, buffer)];
        string Text(string text) => random.Next(4) switch
        {
            0 => "",
            1 => text + "x",
            2 => text.ToUpperInvariant(),
            _ => Encoding.Latin1.GetString(Bytes(Encoding.Latin1.GetBytes(text))),
        };
        return random.Next(12) switch
        {
            0 => record with { Type = new Guid(Bytes(record.Type.ToByteArray()).Concat(new byte[16]).Take(16).ToArray()) },
            1 => record with { Id = new Guid(random.Bytes(16)) },
            2 => record with { Version = (uint)random.Next(5) },
            3 => record with { CreatorId = Text(record.CreatorId) },
            4 => record with { ModifierId = Text(random.Chance(2) ? record.CreatorId : record.ModifierId) },
            5 => record with { CreationTime = (ulong)random.Number() },
            6 => record with { ExpirationTime = (ulong)random.Number() },
            7 => record with { ModificationTime = (ulong)random.Number() },
            8 => record with { IsDeleted = !record.IsDeleted },
            9 => record with { Attributes = Text(record.Attributes) },
            10 => record with { SecurityData = Bytes(record.SecurityData) },
            _ => record with { Data = Bytes(record.Data) },
        };
    }

    private static bool IsSame(MembershipChain one, MembershipChain other) =>
        one.Certificates.Select(certificate => Convert.ToHexString(certificate.RawData.Span))
            .SequenceEqual(other.Certificates.Select(certificate => Convert.ToHexString(certificate.RawData.Span)));

    private static bool IsSame(GraphSecurityRecord one, GraphSecurityRecord other) =>
        one.SecurityData.AsSpan().SequenceEqual(other.SecurityData)
        && one.Data.AsSpan().SequenceEqual(other.Data)
        && one == other with { SecurityData = one.SecurityData, Data = one.Data };

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        GroupConnectPacket.TryRead(bytes, out _);
        SecurityProperties.TryRead(bytes, out _);
        Revocation.TryRead(bytes, out _);
        MembershipPayload.TryRead(bytes, out _);
        MembershipChain.TryRead(bytes, out _);
        RecordSecurityData.TryRead(bytes.ToArray(), out _);
    }
}
