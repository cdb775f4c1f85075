using System.Buffers.Binary;
using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Tests.Collaboration.Protocol;

/// <summary>The other end of a link, of which a test says every message.</summary>
internal sealed class RemoteLink(LoneMachine owner, int id)
{
    /// <summary>What the machine has sent, with the time.</summary>
    public List<(TimeSpan Time, byte[] Frame)> Received { get; } = [];

    public int Id { get; } = id;

    /// <summary>Whether the machine has closed it.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether it takes what is sent; what is not taken keeps the next from being sent.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>The messages that came, in order.</summary>
    public IEnumerable<CollaborationMessage> Messages => Received.Select(one => Read(one.Frame));

    /// <summary>Says something.</summary>
    public void Say(CollaborationMessage message)
    {
        owner.Machine.Received(owner.Now, Id, message.Encode().AsSpan(CollaborationMessage.PrefixLength));
        owner.Settle();
    }

    /// <summary>Takes a batch.</summary>
    public void Take(ReadOnlyMemory<byte> batch)
    {
        for (ReadOnlyMemory<byte> left = batch; left.Length > 0;)
        {
            int length = CollaborationMessage.PrefixLength + (int)BinaryPrimitives.ReadUInt32BigEndian(left.Span);
            Received.Add((owner.Now.Elapsed, left[..length].ToArray()));
            left = left[length..];
        }
    }

    private static CollaborationMessage Read(byte[] frame)
    {
        Assert.True(CollaborationMessage.TryRead(frame.AsSpan(CollaborationMessage.PrefixLength), out CollaborationMessage? message));
        return message!;
    }
}
