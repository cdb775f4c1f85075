using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>A downloader with fakes all around, and a folder for its files.</summary>
internal sealed class DownloadRig : IDisposable
{
    private ContentDownloader? _downloader;

    public DownloadRig(TestContent content)
    {
        Content = content;
        Peers = new(content);
    }

    public TestContent Content { get; }

    public FakePeers Peers { get; set; }

    public FakeTimeProvider Time { get; } = new();

    public TemporaryFolder Folder { get; } = new();

    public FakeCache? Cache { get; set; }

    public FakeOrigin? Origin { get; set; }

    public List<FakePeer> HostedCaches { get; } = [];

    public bool HasFinder { get; set; } = true;

    public TimeSpan MinimumLatency { get; set; }

    public string Target => Folder.Combine("file.bin");

    public PeerReceiveRequest Request => new() { Path = Target };

    public string[] Leftovers => [.. Directory.GetFiles(Folder.Location).Where(file => file != Target)];

    public async Task<DownloadResult> DownloadAsync(
        PeerReceiveRequest? request = null,
        IProgress<PeerTransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        _downloader ??= new(
            new()
            {
                Client = Peers,
                Finder = HasFinder ? Peers : null,
                Cache = Cache,
                MinimumLatency = MinimumLatency,
                HostedCaches = [.. HostedCaches.Select(peer => peer.Address)],
            },
            new(),
            Time,
            NullLogger.Instance);
        return await _downloader.DownloadAsync(
            Content.Information, request ?? Request, Origin, progress, cancellationToken);
    }

    /// <summary>The node stops.</summary>
    public void Close() => _downloader!.Dispose();

    /// <summary>What a restarted process would have: the files, but no memory.</summary>
    public void Restart()
    {
        _downloader?.Dispose();
        _downloader = null;
    }

    public void AssertWhole()
    {
        Assert.True(Content.Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Target)), "The file is not the content.");
        Assert.Empty(Leftovers);
    }

    public void Dispose()
    {
        _downloader?.Dispose();
        Folder.Dispose();
    }
}
