using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Publishing;

/// <summary>A FIFO holds whoever opens it until somebody writes: wherever a file is read, only files are opened.</summary>
public sealed class IrregularFileTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DistributionNodes _nodes = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [PipeFact]
    public async Task It_is_not_published()
    {
        PeerNode node = await _nodes.StartAsync();

        await AssertRefusedAsync(path => node.Distribution.PublishAsync(new() { ContentId = "pipe", Path = path }, null, default));
        Assert.Empty(await node.Distribution.GetPublishedAsync(default));
    }

    [PipeFact]
    public async Task It_is_not_hashed()
    {
        PeerNode node = await _nodes.StartAsync();

        await AssertRefusedAsync(path => node.Distribution.ComputeInformationAsync(path, null, 0, null, null, default));
    }

    [PipeFact]
    public async Task It_is_no_source()
    {
        PeerNode node = await _nodes.StartAsync();
        PeerContentInformation information = await DescribeAsync(node);

        await AssertRefusedAsync(path => node.Distribution.ReceiveAsync(
            new() { Path = _nodes.Combine("received"), Information = information, SourcePath = path }, null, default));
    }

    [PipeFact]
    public async Task It_is_neither_a_package_nor_data_for_the_cache()
    {
        PeerNode node = await _nodes.StartAsync();
        PeerContentInformation information = await DescribeAsync(node);

        await AssertRefusedAsync(path => node.Distribution.ImportCacheAsync(path, default, null, default));
        await AssertRefusedAsync(path => node.Distribution.ImportDataAsync(information, path, default, null, default));
    }

    [PipeFact]
    public async Task It_is_no_list_of_segments()
    {
        PeerNode node = await _nodes.StartAsync();
        string file = _nodes.Write("content", "some text");

        await AssertRefusedAsync(path => node.Distribution.PublishAsync(
            new() { ContentId = "a", Path = file, StagingPath = _nodes.Combine("staging"), ReferenceFile = path }, null, default));
    }

    // Each request would hold a thread of the server.
    [PipeFact]
    public async Task It_is_not_served_in_place_of_a_file()
    {
        PeerNode node = await _nodes.StartAsync();
        string address = $"http://127.0.0.1:{DistributionNodes.FindFreePort()}/";
        string file = _nodes.Write("file", "content");
        await DistributionNodes.PublishAsync(node, file, address);
        File.Delete(file);
        Pipes.Create(file);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _nodes.GetAsync(address + "file"))).WaitAsync(Patience);

        Assert.All(answers, answer => Assert.False(answer.Status == System.Net.HttpStatusCode.OK));
    }

    private async Task<PeerContentInformation> DescribeAsync(PeerNode node) =>
        await node.Distribution.ComputeInformationAsync(_nodes.Write("described", "some text"), null, 0, null, null, default);

    private async Task AssertRefusedAsync(Func<string, Task> use)
    {
        string pipe = Pipes.Create(_nodes.Combine(Guid.NewGuid().ToString("n")));

        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => Task.Run(() => use(pipe)).WaitAsync(Patience));
        Assert.Contains(pipe, refused.Message, StringComparison.Ordinal);
        Assert.Contains("no regular file", refused.Message, StringComparison.Ordinal);
    }
}
