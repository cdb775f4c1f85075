using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Tests.Distribution.Content;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileContentTests
{
    private const int Count = 1_000_000;

    // A few times the longest golden: what sound information may keep.
    private const int BytesPerInformation = 2_000;
    private const int BytesPerKeyFile = 2_000;

    [Fact]
    public void A_million_hostile_structures_cost_no_exception_and_no_memory()
    {
        byte[][] goldens =
        [
            ContentVectors.Windows, ContentVectors.Sha384, ContentVectors.Sha512, ContentVectors.Sha256Range,
            ContentVectors.V2, ContentVectors.V2Range, InformationBuilder.V2(10, 3, 2, 6, [4, 1], [2], [5]),
        ];
        Attack(goldens, BytesPerInformation, bytes =>
        {
            ContentInformationCodec.TryRead(bytes, out _);
            V1InformationReader.TryReadOffer(bytes, out _);
        });
    }

    [Fact]
    public void A_million_hostile_key_files_cost_no_exception_and_no_memory()
    {
        ServerSecret secret = ServerSecret.FromKey(ContentVectors.SecretKey);
        byte[][] goldens = [SecretKeyFile.Write(secret, "p"), SecretKeyFile.Write(secret, "pass")];
        Attack(goldens, BytesPerKeyFile, bytes => SecretKeyFile.TryRead(bytes, "p", out _));
    }

    // Counts that promise far more than there are bytes for.
    [Fact]
    public void Information_cannot_ask_for_more_memory_than_it_has_bytes()
    {
        byte[] bytes = [.. ContentVectors.Windows];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int count = 1; count > 0; count <<= 1)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(14), count);
            ContentInformationCodec.TryRead(bytes, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static void Attack(byte[][] goldens, int bytesPerInput, Action<byte[]> read)
    {
        var random = new SeededBytes();
        byte[] buffer = new byte[1024];
        long inputs = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int length = random.Mutate(goldens[random.Next(goldens.Length)], buffer);
            byte[] input = buffer[..length];
            inputs += input.Length;
            try
            {
                read(input);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Convert.ToHexString(input)}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before - inputs;
        Assert.True(allocated <= (long)Count * bytesPerInput, $"Seed {random.Seed}: {allocated} bytes.");
    }
}
