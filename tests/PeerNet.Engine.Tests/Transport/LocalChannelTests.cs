using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class LocalChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_connects_is_heard_and_answered()
    {
        using ILocalListener listener = LocalChannel.Listen(_folder.Location, Name());

        Task<Stream> accepting = listener.AcceptAsync(CancellationToken.None);
        using Stream client = LocalChannel.Connect(listener.Address)!;
        using Stream server = await accepting;
        await client.WriteAsync(new byte[] { 1, 2, 3 });
        byte[] heard = new byte[3];
        await server.ReadExactlyAsync(heard);
        await server.WriteAsync(heard);
        await client.ReadExactlyAsync(heard);

        Assert.Equal([1, 2, 3], heard);
    }

    [Fact]
    public async Task A_stream_is_silent_until_something_comes_or_the_other_end_closes_it()
    {
        using ILocalListener listener = LocalChannel.Listen(_folder.Location, Name());
        Task<Stream> accepting = listener.AcceptAsync(CancellationToken.None);
        using Stream client = LocalChannel.Connect(listener.Address)!;
        using Stream server = await accepting;

        Assert.True(LocalChannel.IsSilent(client));
        await server.WriteAsync(new byte[] { 1 });
        Assert.False(LocalChannel.IsSilent(client));
        await client.ReadExactlyAsync(new byte[1]);
        Assert.True(LocalChannel.IsSilent(client));
        await server.DisposeAsync();
        Assert.False(LocalChannel.IsSilent(client));
    }

    [Fact]
    public void Nobody_is_there_where_nobody_listens()
    {
        string address;
        using (ILocalListener listener = LocalChannel.Listen(_folder.Location, Name()))
        {
            address = listener.Address;
        }

        Assert.Null(LocalChannel.Connect(address));
        Assert.Null(LocalChannel.Connect(_folder.Combine("none")));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_socket_is_the_users_alone()
    {
        using ILocalListener listener = LocalChannel.Listen(_folder.Location, Name());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(listener.Address));
    }

    [UnixFact]
    public void What_a_crashed_process_left_is_replaced()
    {
        File.WriteAllText(_folder.Combine("node.socket"), "");

        using ILocalListener listener = LocalChannel.Listen(_folder.Location, Name());

        using Stream? client = LocalChannel.Connect(listener.Address);
        Assert.NotNull(client);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_whose_path_is_too_long_for_a_socket_has_it_elsewhere()
    {
        string deep = _folder.Combine(new string('d', 120));
        Directory.CreateDirectory(deep);
        string address;
        using (ILocalListener listener = LocalChannel.Listen(deep, Name()))
        {
            address = listener.Address;
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(address)!));
            using Stream? client = LocalChannel.Connect(address);
            Assert.NotNull(client);
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(address)));
    }

    [Fact]
    public void A_pipe_of_a_plain_tab_lets_in_the_user_and_that_of_an_elevated_one_only_elevated_tabs()
    {
        const string User = "S-1-5-21-1-2-3-1001";

        Assert.Equal($"O:{User}D:P(A;;RC;;;OW)(A;;FA;;;{User})", PipeAccess.Describe(User, isElevated: false));
        Assert.Equal($"O:{User}D:P(A;;RC;;;OW)(A;;FA;;;BA)", PipeAccess.Describe(User, isElevated: true));
    }

    [Theory]
    [InlineData("S-1-5-21-1-2-3-1001", true)]
    [InlineData("S-1-5-21-1-2-3-1002", false)]
    [InlineData("S-1-5-32-544", false)]
    [InlineData(null, false)]
    public void A_pipe_is_ones_own_by_its_owner_and_not_by_a_group(string? owner, bool isOwn) =>
        Assert.Equal(isOwn, PipeAccess.IsOwn(owner, "S-1-5-21-1-2-3-1001"));

    private static string Name()
    {
        Span<byte> chance = stackalloc byte[8];
        SystemRandomSource.Instance.Fill(chance);
        return "peernet-test-" + Convert.ToHexStringLower(chance);
    }
}
