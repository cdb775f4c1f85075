using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Distribution.Retrieval;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>Downloads over real sockets from an honest peer and one that is not: it costs time, and no byte.</summary>
public sealed class LyingPeerTests
{
    private static readonly TestContent Content = TestContent.V1(11, 40 * 65536, 8);

    private readonly Discovery _discovery = new();

    public static TheoryData<string, bool> Liars { get; } = new()
    {
        { "wrong data", true },
        { "wrong key", true },
        { "in the clear", true },
        { "empty answers", false },
        { "no message", false },
        { "hangs up", false },
        { "busy", false },
        { "endless", false },
    };

    [Theory]
    [MemberData(nameof(Liars))]
    public async Task The_file_is_whole_and_who_sent_wrong_bytes_is_excluded_for_the_whole_download(string liar, bool isExcluded)
    {
        using var folder = new TemporaryFolder();
        await using HttpServer honest = await RetrievalBench.ListenAsync(RetrievalBench.CreateServer(new ContentSource(Content)));
        await using ScriptedServer lying = ScriptedServer.Start(exchange => LieOnceAsync(exchange, liar, isExcluded));
        string target = folder.Combine("file.bin");

        DownloadResult result = await DownloadAsync(target, lying.Endpoint, honest.Endpoints[0]);

        Assert.True(Content.Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(target)));
        Assert.Equal(Content.Bytes.Length, result.Receipt.BytesFromPeers);
        Assert.Equal((1, isExcluded ? 1 : 0), (result.Receipt.Peers, result.Receipt.ExcludedPeers));
    }

    // Five segments, and the one lie in the first of them; several requests may be on their way when it is found out.
    [Fact]
    public async Task Who_lied_once_is_asked_no_more_in_any_segment()
    {
        using var folder = new TemporaryFolder();
        await using HttpServer honest = await RetrievalBench.ListenAsync(RetrievalBench.CreateServer(new ContentSource(Content)));
        await using ScriptedServer lying = ScriptedServer.Start(exchange => LieAsync(exchange, "wrong data"));

        await DownloadAsync(folder.Combine("file.bin"), lying.Endpoint, honest.Endpoints[0]);

        Assert.InRange(lying.Requests.Count, 1, DownloadLimits.RequestsPerPeer);
    }

    [Fact]
    public async Task With_liars_alone_the_error_names_what_is_missing_and_nothing_is_left()
    {
        using var folder = new TemporaryFolder();
        await using ScriptedServer one = ScriptedServer.Start(exchange => LieAsync(exchange, "wrong data"));
        await using ScriptedServer other = ScriptedServer.Start(exchange => LieAsync(exchange, "wrong key"));

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => DownloadAsync(folder.Combine("file.bin"), one.Endpoint, other.Endpoint));

        Assert.Same(PeerErrors.MissingData, failure.Error);
        Assert.Contains($"0-{Content.Bytes.Length - 1}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Location));
    }

    // Whoever is not excluded for it is found out by nothing that could be waited for.
    private async Task LieOnceAsync(ScriptedServer.Exchange exchange, string liar, bool isExcluded)
    {
        try
        {
            await LieAsync(exchange, liar);
        }
        finally
        {
            if (!isExcluded)
            {
                _discovery.SetFound();
            }
        }
    }

    // A sound answer to the question, but for what the liar does to it.
    private static async Task LieAsync(ScriptedServer.Exchange exchange, string liar)
    {
        byte[] request = new byte[GetLength(exchange.Head)];
        await exchange.Stream.ReadExactlyAsync(request, exchange.Stop);
        switch (liar)
        {
            case "hangs up":
                return;
            case "busy":
                await exchange.SendAsync("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                return;
            case "no message":
                await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                return;
            case "endless":
                await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
                await exchange.SendForEverAsync(new byte[65536]);
                return;
            default:
                await AnswerAsync(exchange, request, liar);
                return;
        }
    }

    private static async Task AnswerAsync(ScriptedServer.Exchange exchange, byte[] request, string liar)
    {
        var options = new RetrievalOptions
        {
            Cipher = liar == "in the clear" ? BlockCipher.None : BlockCipher.Aes128,
            AllowUnencrypted = true,
        };
        ISegmentSource source = liar == "empty answers"
            ? new ContentSource(Content) { Held = default(BlockSet) }
            : new LyingSource(liar);
        byte[] answer = (await RetrievalBench.CreateServer(source, options).AskAsync(request))!;
        await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n");
        await exchange.SendAsync(answer);
    }

    private static int GetLength(string head)
    {
        const string Name = "Content-Length: ";
        int start = head.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return int.Parse(head[start..head.IndexOf('\r', start)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<DownloadResult> DownloadAsync(string target, IPEndPoint liar, IPEndPoint other)
    {
        var retrieval = new RetrievalOptions();
        using var client = new RetrievalClient(
            retrieval, SystemRandomSource.Instance, TimeProvider.System, NullLogger<RetrievalClient>.Instance);
        using var downloader = new ContentDownloader(
            new() { Client = client, Finder = new Finder(liar, other, _discovery.Found) }, new(), new FakeTimeProvider(), _discovery);
        return await downloader.DownloadAsync(Content.Information, new() { Path = target }, null, null, default);
    }

    /// <summary>Has every block, with something wrong about it.</summary>
    private sealed class LyingSource(string liar) : ISegmentSource
    {
        private readonly ContentSource _honest = new(Content);

        public SegmentHolding? Find(SegmentId id) => _honest.Find(id);

        public async ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken)
        {
            using HeldBlock? block = await _honest.ReadBlockAsync(id, index, cancellationToken);
            byte[] data = liar == "wrong data" ? new byte[block!.Data.Length] : block!.Data.ToArray();
            byte[] secret = liar == "wrong key" ? new byte[32] : block.Secret.ToArray();
            byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(data.Length);
            data.CopyTo(buffer, 0);
            return new(buffer, data.Length) { Secret = secret };
        }
    }

    /// <summary>Says when the other peer is found: when the liar is out, as the log says. It might be done before.</summary>
    private sealed class Discovery : ILogger
    {
        private readonly TaskCompletionSource _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Found => _found.Task;

        public void SetFound() => _found.TrySetResult();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == nameof(DownloadLog.Excluded))
            {
                SetFound();
            }
        }
    }

    /// <summary>Finds the liar, and then the other peer.</summary>
    private sealed class Finder(IPEndPoint liar, IPEndPoint other, Task found) : IPeerFinder
    {
        // Nobody is late.
        public event Action<FoundPeer>? FoundLate
        {
            add { }
            remove { }
        }

        public async IAsyncEnumerable<FoundPeer> FindAsync(
            IReadOnlyList<SegmentId> ids, PeerContentVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new(liar, ids);
            await found.WaitAsync(cancellationToken);
            yield return new(other, ids);
        }
    }
}
