using System.Buffers.Binary;
using System.Diagnostics;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Tests.Graphing.Connections;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>Whatever bytes a connection carries, frames and messages are found in them or the connection ends.</summary>
public sealed class HostileFramingTests
{
    private const int Count = 1_000_000;
    private const int MessagesPerStream = 50;
    private const int HeadLength = 8;

    // The buffers of both layers, the stream below, and what an exception costs on its way.
    private const long BytesPerStream = 256 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly byte[][] Goldens = [.. GraphVectors.Messages.Values.Select(HexVector.Parse)];
    private static readonly int[] Maxima = [MessageLimits.Authenticating, MessageLimits.Connecting, MessageLimits.Connected(0, 16 << 20)];

    [Fact]
    public async Task Of_a_connection_that_is_cut_anywhere_the_whole_messages_are_read()
    {
        byte[] wire = Frame([.. Goldens.SelectMany(golden => golden)], frame: 11);
        for (int length = 0; length <= wire.Length; length++)
        {
            (int messages, Exception? failure) = await ReadAsync(wire[..length], Maxima[^1], step: 4096);

            Assert.InRange(messages, 0, Goldens.Length);
            Assert.True(failure is null or EndOfStreamException, $"{length} bytes: {failure}");
            Assert.Equal(length == wire.Length, messages == Goldens.Length);
        }
    }

    [Fact]
    public async Task A_million_hostile_messages_cost_no_more_than_their_connection()
    {
        var random = new SeededBytes();
        byte[] message = new byte[1024];
        var content = new MemoryStream();
        long clock = Stopwatch.GetTimestamp();
        long whole = 0;
        long ended = 0;
        await ReadAsync(Frame(Goldens[0], 100), Maxima[0], step: 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int sent = 0; sent < Count; sent += MessagesPerStream)
        {
            content.SetLength(0);
            for (int i = 0; i < MessagesPerStream; i++)
            {
                int length = Math.Max(HeadLength, random.Mutate(Goldens[random.Next(Goldens.Length)], message));
                if (!random.Chance(100))
                {
                    // Most have the right size, or every connection would end with its first message.
                    BinaryPrimitives.WriteInt32BigEndian(message, length);
                }

                content.Write(message, 0, length);
            }

            byte[] wire = Frame(content.ToArray(), frame: 1 + random.Next(2000));
            if (random.Chance(4))
            {
                wire[random.Next(wire.Length)] = (byte)random.Next(256);
            }

            (int messages, Exception? failure) = await ReadAsync(wire, Maxima[random.Next(Maxima.Length)], step: 1 + random.Next(5000));
            Assert.True(
                failure is null or InvalidDataException or EndOfStreamException,
                $"Seed {random.Seed}, message {sent}: {Convert.ToHexString(wire)}\n{failure}");
            whole += messages;
            ended += failure is null ? 0 : 1;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count / MessagesPerStream * BytesPerStream, $"Seed {random.Seed}: {allocated} bytes.");
        Assert.True(Stopwatch.GetElapsedTime(clock) < Limit, $"Seed {random.Seed}: {Stopwatch.GetElapsedTime(clock)}.");

        // Both ways out were taken, or this would prove nothing.
        Assert.InRange(whole, Count / 4, Count);
        Assert.InRange(ended, 100, Count / MessagesPerStream);
    }

    /// <summary>Reads to the end, and checks that nothing is handed out that a size did not announce and the limit allow.</summary>
    private static async Task<(int Messages, Exception? Failure)> ReadAsync(byte[] wire, int maximum, int step)
    {
        await using var frames = new FramedStream(new DrippingStream(wire, step));
        using var reader = new MessageReader(frames);
        int messages = 0;
        try
        {
            while (await reader.ReadAsync(() => maximum, CancellationToken.None) is { } batch)
            {
                using (batch)
                {
                    foreach ((_, ReadOnlyMemory<byte> message) in batch.List())
                    {
                        Assert.InRange(message.Length, HeadLength, maximum);
                        Assert.Equal((uint)message.Length, BinaryPrimitives.ReadUInt32BigEndian(message.Span));
                        messages++;
                    }
                }
            }

            return (messages, null);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return (messages, failure);
        }
    }

    private static byte[] Frame(byte[] content, int frame)
    {
        var wire = new MemoryStream();
        Span<byte> head = stackalloc byte[2];
        for (int start = 0; start < content.Length; start += frame)
        {
            int length = Math.Min(frame, content.Length - start);
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)length);
            wire.Write(head);
            wire.Write(content, start, length);
        }

        return wire.ToArray();
    }
}
