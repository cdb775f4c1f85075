using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Messages;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileGroupTests
{
    private const int Count = 1_000_000;

    [Fact]
    public void A_million_hostile_packets_and_payloads_cost_no_exception()
    {
        using GroupBuilder group = new();
        byte[] chain = group.Creator.Chain.Encoded.ToArray();
        byte[][] goldens =
        [
            group.SomeProperties().Encode(),
            MembershipPayload.Encode(group.Creator.Chain),
            new Revocation { Member = group.Creator.Name, SerialNumber = 7, Since = GroupBuilder.PeerNow, Kept = [1, 2, 3] }.Encode(),
            new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.MyGmc, Content = chain }.Encode()[4..],
            chain,
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

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        GroupConnectPacket.TryRead(bytes, out _);
        SecurityProperties.TryRead(bytes, out _);
        Revocation.TryRead(bytes, out _);
        MembershipPayload.TryRead(bytes, out _);
        MembershipChain.TryRead(bytes, out _);
    }
}
