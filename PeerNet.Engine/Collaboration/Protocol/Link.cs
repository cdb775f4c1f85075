using PeerNet.Engine.Collaboration.Protocol.Messages;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>One connection, and what is to be sent on it.</summary>
internal sealed class Link(NewLink start, byte[] nonce)
{
    /// <summary>Longest batch that is sent at once, in bytes, if it is more than one message.</summary>
    private const int MaximumBatch = 64 * 1024;

    private const int MaximumQueue = 512;

    // What the user himself has sent: more than all invitations that may wait, and that they are taken back.
    private const int MaximumOwn = 2048;

    private readonly Queue<(byte[] Frame, bool IsReply)> _first = [];
    private readonly Queue<byte[]> _answers = [];
    private int _replies;

    public NewLink Start { get; } = start;

    public int Id => Start.Id;

    public string Authority => Start.Name.Authority;

    /// <summary>Whether this node called.</summary>
    public bool IsCaller => Start.Call is not null;

    /// <summary>This node's nonce.</summary>
    public byte[] Nonce { get; } = nonce;

    /// <summary>What the other side's Hello held; null before it.</summary>
    public CollaborationMessage.Hello? RemoteHello { get; set; }

    /// <summary>Whether the greeting is over.</summary>
    public bool IsUp { get; set; }

    /// <summary>The six digits; null while the greeting lasts.</summary>
    public string? AuthenticationString { get; set; }

    /// <summary>The other side, once it has said which of its endpoints it is.</summary>
    public EndpointKey Endpoint => new(Authority, RemoteHello?.Endpoint ?? Guid.Empty);

    /// <summary>When something was read last.</summary>
    public TimeSpan LastRead { get; set; }

    /// <summary>When the link was needed last.</summary>
    public TimeSpan LastNeeded { get; set; }

    /// <summary>By when an answer to the last ping must be there; null where none is awaited.</summary>
    public TimeSpan? PingDeadline { get; set; }

    /// <summary>Until when the other side wants to be told; null where it does not.</summary>
    public TimeSpan? SubscribedUntil { get; set; }

    /// <summary>What the other side has been shown and has not been told to forget.</summary>
    public HashSet<ItemKey> Shown { get; } = [];

    /// <summary>What has changed since the other side was told last.</summary>
    public HashSet<ItemKey> Changed { get; } = [];

    /// <summary>Whether a write is on its way.</summary>
    public bool IsWriting { get; set; }

    /// <summary>Whether there are more messages than somebody who reads them lets wait.</summary>
    public bool IsChoked => _replies > MaximumQueue || _answers.Count > MaximumQueue || _first.Count > MaximumOwn;

    /// <summary>Has a message sent before what is published.</summary>
    public void Queue(CollaborationMessage message) => _first.Enqueue((message.Encode(), false));

    /// <summary>The same for what the other side has caused, which it must not do without end.</summary>
    public void Reply(CollaborationMessage message)
    {
        _first.Enqueue((message.Encode(), true));
        _replies++;
    }

    /// <summary>Has a message sent after what is published by now.</summary>
    public void QueueAfter(CollaborationMessage message) => _answers.Enqueue(message.Encode());

    /// <summary>The next bytes to send; empty where there is nothing.</summary>
    /// <param name="publish">Makes the message about a thing that has changed; null where there is none to send.</param>
    public ReadOnlyMemory<byte> TakeBatch(Func<ItemKey, byte[]?> publish)
    {
        List<byte[]> batch = [];
        int length = 0;
        while (length < MaximumBatch && TakeNext(publish) is { } next)
        {
            batch.Add(next);
            length += next.Length;
        }

        return batch.Count switch
        {
            0 => default,
            1 => batch[0],
            _ => Join(batch, length),
        };
    }

    private byte[]? TakeNext(Func<ItemKey, byte[]?> publish)
    {
        if (_first.TryDequeue(out (byte[] Frame, bool IsReply) first))
        {
            _replies -= first.IsReply ? 1 : 0;
            return first.Frame;
        }

        while (Changed.Count > 0)
        {
            ItemKey key = Changed.First();
            Changed.Remove(key);
            if (publish(key) is { } published)
            {
                return published;
            }
        }

        return _answers.TryDequeue(out byte[]? answer) ? answer : null;
    }

    private static byte[] Join(List<byte[]> parts, int length)
    {
        byte[] joined = new byte[length];
        int position = 0;
        foreach (byte[] part in parts)
        {
            part.CopyTo(joined, position);
            position += part.Length;
        }

        return joined;
    }
}
