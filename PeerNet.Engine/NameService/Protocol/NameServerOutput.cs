using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>What the machine wants done since it was last asked. Answers lie in a buffer that is used again once they are taken.</summary>
internal sealed class NameServerOutput
{
    // Many who wait for one name are rare: a buffer that is full belongs to the effects that lie in it.
    private const int BufferLength = 4 * DnsAnswer.MaximumLength;

    private readonly List<NameServerEffect> _effects = [];
    private byte[] _buffer = new byte[BufferLength];
    private int _used;
    private bool _isTaken;

    /// <summary>Where the next answer is written; the longest fits.</summary>
    public Span<byte> Room
    {
        get
        {
            ForgetTaken();
            if (_buffer.Length - _used < DnsAnswer.MaximumLength)
            {
                _buffer = new byte[BufferLength];
                _used = 0;
            }

            return _buffer.AsSpan(_used);
        }
    }

    /// <summary>Sends what was written into <see cref="Room"/>.</summary>
    public void Send(QuestionSource to, int length)
    {
        _effects.Add(new(to, _buffer.AsMemory(_used, length), null));
        _used += length;
    }

    /// <summary>Has a name searched for, or a connection closed.</summary>
    public void Add(NameServerEffect effect)
    {
        ForgetTaken();
        _effects.Add(effect);
    }

    /// <summary>Takes what is to be done; good until the machine is called again.</summary>
    public IReadOnlyList<NameServerEffect> Take()
    {
        ForgetTaken();
        _isTaken = true;
        return _effects;
    }

    private void ForgetTaken()
    {
        if (_isTaken)
        {
            _isTaken = false;
            _effects.Clear();
            _used = 0;
        }
    }
}
