using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class SteadyStreamTests : IDisposable
{
    private static readonly Uri Address = new("http://192.0.2.1/");

    private readonly FakeTimeProvider _time = new();
    private readonly Body _body = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly SteadyStream _stream;

    public SteadyStreamTests() => _stream = new(_body, Address, _time);

    public void Dispose()
    {
        _stream.Dispose();
        _body.Dispose();
    }

    [Fact]
    public async Task Nothing_for_a_whole_period_is_too_slow()
    {
        Task<int> reading = _stream.ReadAsync(_buffer).AsTask();
        _time.Advance(SteadyStream.Period - TimeSpan.FromTicks(1));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        PeerException failure = await Assert.ThrowsAsync<PeerException>(() => reading);
        Assert.Same(PeerErrors.Timeout, failure.Error);
        Assert.Same(Address, failure.Target);
    }

    [Theory]
    [InlineData(SteadyStream.MinimumBytes / 30, false)]
    [InlineData((SteadyStream.MinimumBytes / 30) + 1, true)]
    public async Task The_pace_decides(int bytesPerSecond, bool isSteady)
    {
        async Task ReadAsync()
        {
            for (int second = 0; second < 90; second++)
            {
                await WaitForAsync(bytesPerSecond, TimeSpan.FromSeconds(1));
            }
        }

        if (isSteady)
        {
            await ReadAsync();
        }
        else
        {
            Assert.Same(PeerErrors.Timeout, (await Assert.ThrowsAsync<PeerException>(ReadAsync)).Error);
        }
    }

    [Fact]
    public async Task Only_the_wait_for_the_server_counts()
    {
        for (int i = 0; i < 10; i++)
        {
            _body.Send(1);
            await _stream.ReadExactlyAsync(_buffer.AsMemory(0, 1));
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task A_short_body_that_ends_late_is_whole()
    {
        await WaitForAsync(1, TimeSpan.FromSeconds(20));
        await WaitForAsync(0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_that_it_was_slow()
    {
        using var stop = new CancellationTokenSource();
        Task<int> reading = _stream.ReadAsync(_buffer, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private async Task WaitForAsync(int bytes, TimeSpan wait)
    {
        Task<int> reading = _stream.ReadAsync(_buffer).AsTask();
        _time.Advance(wait);
        _body.Send(bytes);
        Assert.Equal(bytes, await reading);
    }

    /// <summary>A body that comes when the test says so.</summary>
    private sealed class Body : MemoryStream
    {
        private readonly Channel<int> _parts = Channel.CreateUnbounded<int>();

        public void Send(int count) => _parts.Writer.TryWrite(count);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await _parts.Reader.ReadAsync(cancellationToken);
    }
}
