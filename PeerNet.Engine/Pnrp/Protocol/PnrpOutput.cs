using System.Buffers;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What the machine wants done since it was last asked. Datagrams lie in one buffer, which goes back to the pool once
/// they are taken.</summary>
internal sealed class PnrpOutput
{
    private const int BufferLength = 16 * 1024;

    // More than that only a node with very many names has to say at once.
    private const int KeptEffects = 1024;

    private List<PnrpEffect> _effects = [];
    private byte[]? _buffer;
    private int _used;
    private bool _isTaken;

    /// <summary>Where the next datagram is written; the longest fits.</summary>
    public Span<byte> Room
    {
        get
        {
            ForgetTaken();
            if (_buffer is null || _buffer.Length - _used < PnrpDatagram.MaximumLength)
            {
                // One that is full belongs to the effects that lie in it.
                _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
                _used = 0;
            }

            return _buffer.AsSpan(_used);
        }
    }

    /// <summary>Sends what was written into <see cref="Room"/>.</summary>
    public void Send(PnrpEndpoint destination, int length)
    {
        _effects.Add(new(destination, _buffer.AsMemory(_used, length), null));
        _used += length;
    }

    /// <summary>Tells the owner.</summary>
    public void Tell(PnrpNews news)
    {
        ForgetTaken();
        _effects.Add(new(default, default, news));
    }

    /// <summary>Takes what is to be done; good until the machine is called again.</summary>
    public IReadOnlyList<PnrpEffect> Take()
    {
        ForgetTaken();
        _isTaken = true;
        return _effects;
    }

    private void ForgetTaken()
    {
        if (!_isTaken)
        {
            return;
        }

        _isTaken = false;
        _effects.Clear();
        if (_effects.Capacity > KeptEffects)
        {
            _effects = [];
        }

        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }
}
