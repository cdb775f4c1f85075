using System.Net;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Tests.NameService.Protocol;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.NameService;

public sealed class QuestionStreamTests : IDisposable
{
    private readonly StreamPair _pair = new();
    private readonly FakeTimeProvider _time = new();
    private readonly QuestionStream _stream;
    private int _taken;
    private int _isClosed;

    public QuestionStreamTests()
    {
        var nowhere = new IPEndPoint(IPAddress.Loopback, 1);
        _stream = new(new StreamConnection(_pair.First, nowhere, nowhere, () => { }) { Place = new Place(this) }, _time);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _pair.Dispose();
        Assert.NotEqual(0, _isClosed);
    }

    [Fact]
    public async Task Who_reads_nothing_is_read_no_further_and_comes_to_an_end()
    {
        await AskAsync(500);
        await EndAsync(_stream.RunAsync(_ => Take(new byte[DnsAnswer.MaximumLength])));
        Assert.InRange(_taken, 1, 4 * QuestionStream.MaximumWaiting);
    }

    [Fact]
    public async Task Who_has_as_many_questions_waiting_as_he_may_is_read_no_further()
    {
        await AskAsync(500);
        Task running = _stream.RunAsync(_ => ++_taken > 0);
        await _pair.Second.FlushAsync(default);
        _stream.Close();
        await running;
        Assert.InRange(_taken, 0, QuestionStream.MaximumWaiting);
    }

    [Fact]
    public async Task Who_says_nothing_comes_to_an_end()
    {
        await EndAsync(_stream.RunAsync(_ => Take([])));
        Assert.Equal(0, _taken);
    }

    private bool Take(byte[] answer)
    {
        _taken++;
        _stream.Answer(answer);
        return true;
    }

    private ValueTask AskAsync(int count) => _pair.Second.WriteAsync(
        DnsClient.Frame([.. Enumerable.Repeat(DnsQuestion.Write("printer.pnrp.net", DnsType.A), count)]));

    // The clock of the connection moves on until it has ended; however fast, it ends for the reason that is tested.
    private async Task EndAsync(Task running)
    {
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await running;
    }

    private sealed class Place(QuestionStreamTests tests) : IDisposable
    {
        public void Dispose() => tests._isClosed++;
    }
}
