using System.Buffers;
using System.Collections.Concurrent;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>Takes a datagram; its bytes are good until it returns.</summary>
internal delegate void DatagramReader(Moment now, DatagramAddress source, ReadOnlySpan<byte> datagram);

/// <summary>Brings the datagrams of a transport to a machine, in the buffers they arrive in and with inputs that are used again.
/// What the loop has no room for is dropped and counted.</summary>
/// <param name="loop">Runs the machine.</param>
/// <param name="read">Gives a datagram to the machine, on the loop.</param>
internal sealed class DatagramInlet<TEffect>(MachineLoop<TEffect> loop, DatagramReader read) : IDatagramSink
{
    private readonly ConcurrentQueue<Arrived> _spares = [];
    private long _dropped;

    /// <summary>Datagrams that came while too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
    {
        Arrived datagram = _spares.TryDequeue(out Arrived? spare) ? spare : new(this);
        datagram.Fill(source, buffer, length);
        if (loop.TryPost(datagram, IDatagramSink.BufferLength))
        {
            return true;
        }

        _spares.Enqueue(datagram);
        Interlocked.Increment(ref _dropped);
        return false;
    }

    private void Read(Moment now, DatagramAddress source, ReadOnlySpan<byte> datagram) => read(now, source, datagram);

    /// <summary>A datagram on its way to the machine.</summary>
    private sealed class Arrived(DatagramInlet<TEffect> inlet) : MachineInput
    {
        private DatagramAddress _source;
        private byte[] _buffer = [];
        private int _length;

        public void Fill(DatagramAddress source, byte[] buffer, int length) =>
            (_source, _buffer, _length) = (source, buffer, length);

        public override void Take(Moment now)
        {
            byte[] buffer = _buffer;
            try
            {
                inlet.Read(now, _source, buffer.AsSpan(0, _length));
            }
            finally
            {
                inlet._spares.Enqueue(this);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
