using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.NameService.Systems;

public sealed class SystemHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SystemHost _host = new(TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_written_into_a_folder_that_is_made_for_it_read_and_deleted()
    {
        string path = _folder.Combine("resolved.conf.d/peernet.conf");
        Assert.Null(_host.Read(path));
        await _host.DoAsync(new SystemStep.Write(path, "first"), default);
        await _host.DoAsync(new SystemStep.Write(path, "second"), default);
        Assert.Equal("second", _host.Read(path));
        Assert.True(_host.HasFolder(Path.GetDirectoryName(path)!));
        await _host.DoAsync(new SystemStep.Delete(path), default);
        await _host.DoAsync(new SystemStep.Delete(path), default);
        Assert.Null(_host.Read(path));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Everybody_may_read_what_is_written()
    {
        string path = _folder.Combine("d/peernet.conf");
        await _host.DoAsync(new SystemStep.Write(path, "text"), default);
        Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead));
        Assert.True(File.GetUnixFileMode(Path.GetDirectoryName(path)!).HasFlag(UnixFileMode.OtherExecute));
    }

    [UnixFact]
    public async Task A_program_that_fails_says_why()
    {
        await _host.DoAsync(new SystemStep.Run("/bin/sh", "-c", "cat"), default);
        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => _host.DoAsync(new SystemStep.Run("/bin/sh", "-c", "echo no >&2; exit 3"), default));
        Assert.Contains("no", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<PeerException>(() => _host.DoAsync(new SystemStep.Run("/no/such/program"), default));
        Assert.Contains("/no/such/program", failure.Message, StringComparison.Ordinal);
    }
}
