using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node;

public sealed class PeerNodeChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_says_in_its_folder_whose_it_is_and_where_it_is_reached()
    {
        await using PeerNode node = await StartAsync();
        node.OpenChannel(stream => stream.WriteAsync(new byte[] { 7 }).AsTask());

        PeerNodeOwner owner = PeerNodeChannel.Find("any", _folder.Location)!;
        Assert.Equal((node.Options.Name, Environment.ProcessId, Environment.UserName), (owner.Node, owner.ProcessId, owner.User));
        using Stream stream = PeerNodeChannel.Connect(owner)!;
        Assert.Equal(7, stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task A_node_that_has_stopped_is_reached_no_more()
    {
        PeerNode node = await StartAsync();
        node.OpenChannel(_ => Task.CompletedTask);
        PeerNodeOwner owner = PeerNodeChannel.Find("any", _folder.Location)!;

        await node.DisposeAsync();

        Assert.Null(PeerNodeChannel.Connect(owner));
        Assert.Null(PeerNodeChannel.Find("any", _folder.Location));
    }

    [UnixFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_node_whose_folder_others_may_write_is_not_connected_to()
    {
        await using PeerNode node = await StartAsync();
        node.OpenChannel(_ => Task.CompletedTask);
        PeerNodeOwner owner = PeerNodeChannel.Find("any", _folder.Location)!;
        File.SetUnixFileMode(_folder.Location, File.GetUnixFileMode(_folder.Location) | UnixFileMode.GroupWrite);

        var failure = Assert.Throws<PeerException>(() => PeerNodeChannel.Connect(owner));

        Assert.Equal(PeerErrors.AccessDenied, failure.Error);
        Assert.Contains("chmod go-w", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"Channel\":\"\"}")]
    [InlineData("[1]")]
    [InlineData("{\"ProcessId\":\"x\",\"Channel\":\"y\"}")]
    public void What_nobody_has_written_names_nobody(string content)
    {
        File.WriteAllText(_folder.Combine("node.channel"), content);

        Assert.Null(PeerNodeChannel.Find("any", _folder.Location));
    }

    [Fact]
    public async Task A_node_where_no_socket_can_be_made_works_without_a_channel()
    {
        await using PeerNode node = await StartAsync();
        Directory.CreateDirectory(_folder.Combine("node.socket"));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        node.OpenChannel(_ => Task.CompletedTask);

        Assert.Equal(PeerNodeState.Running, node.State);
        Assert.Null(PeerNodeChannel.Find("any", _folder.Location));
    }

    private Task<PeerNode> StartAsync() =>
        PeerNode.StartAsync(new PeerNodeOptions { StatePath = _folder.Location }, CancellationToken.None);
}
