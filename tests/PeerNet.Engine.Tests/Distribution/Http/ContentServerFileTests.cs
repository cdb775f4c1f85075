using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>Paths that lead elsewhere, and files that are not what they were.</summary>
public sealed class ContentServerFileTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/files")]
    [InlineData("/files/")]
    [InlineData("/files/manual.pdf/")]
    [InlineData("/files//manual.pdf")]
    [InlineData("/files/MANUAL.PDF")]
    [InlineData("/files/manual.pdf.")]
    [InlineData("/files/manual.pdf%20")]
    [InlineData("/files/manual.pdf::$DATA")]
    [InlineData("/files/manual.pdf;v=1")]
    [InlineData("/files/../secret")]
    [InlineData("/files/%2e%2e/secret")]
    [InlineData("/files/%2e%2e%2fsecret")]
    [InlineData("/files/%252e%252e%252fsecret")]
    [InlineData("/files/..%5csecret")]
    [InlineData("/files/..\\secret")]
    [InlineData("/files\\manual.pdf")]
    [InlineData("/files/..;/secret")]
    [InlineData("/files/.../secret")]
    [InlineData("/files/%c0%ae%c0%ae/secret")]
    [InlineData("/C:/secret")]
    [InlineData("/files/C:%5csecret")]
    [InlineData("//server/share/secret")]
    [InlineData("/../../../../../../../../etc/passwd")]
    [InlineData("/files/%00manual.pdf")]
    [InlineData("/files/manual.pdf%00.txt")]
    public async Task Nothing_but_what_is_published_has_an_address(string target)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.Outside, "secret"), "nobody's business");

        RawAnswer answer = await rig.AskAtAsync(target, "GET");

        Assert.True(answer.Status is 400 or 404, $"{answer.Status}: {answer.Text}");
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData("/files/x/../manual.pdf")]
    [InlineData("/files/manual%2epdf")]
    [InlineData("/files/manual.pdf?version=2")]
    [InlineData("http://test/files/manual.pdf")]
    public async Task Other_spellings_of_an_address_are_the_address(string target)
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();

        Assert.Equal(rig.Content, (await rig.AskAtAsync(target, "GET")).Body);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_not_found()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        File.Delete(rig.Path);

        RawAnswer answer = await rig.AskAsync("GET", "Accept-Encoding: peerdist", "X-P2P-PeerDist: Version=1.0");

        Assert.Equal((404, 0), (answer.Status, answer.Body.Length));
        Assert.Contains(rig.Log.Messages, message => message.Id == 3504);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_is_not_found()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        File.Delete(rig.Path);
        Directory.CreateDirectory(rig.Path);

        Assert.Equal(404, (await rig.AskAsync("GET")).Status);
    }

    [Fact]
    public async Task A_file_that_was_put_in_place_of_the_published_one_is_served()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string other = Path.Combine(rig.Outside, "new");
        await File.WriteAllTextAsync(other, "a new edition");
        File.Move(other, rig.Path, overwrite: true);

        Assert.Equal("a new edition", (await rig.AskAsync("GET")).Text);
    }

    [UnixFact]
    public async Task A_link_that_was_put_in_place_leads_nowhere()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string secret = Path.Combine(rig.Outside, "secret");
        await File.WriteAllTextAsync(secret, "nobody's business");
        File.Delete(rig.Path);
        File.CreateSymbolicLink(rig.Path, secret);

        RawAnswer answer = await rig.AskAsync("GET");

        Assert.Equal((404, 0), (answer.Status, answer.Body.Length));
        Assert.Contains(rig.Log.Messages, message => message.Message.Contains("link", StringComparison.Ordinal));
    }

    // The published folder itself was named by its administrator, and may be a link.
    [UnixFact]
    public async Task A_folder_that_became_a_link_leads_nowhere()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string elsewhere = Path.Combine(rig.Outside, "elsewhere");
        string below = Path.Combine(rig.Root, "below");
        Directory.CreateDirectory(elsewhere);
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "manual.pdf"), "nobody's business");
        Directory.CreateSymbolicLink(below, elsewhere);
        ContentResource resource = rig.Resource with { Path = Path.Combine(below, "manual.pdf") };

        Assert.Throws<UnauthorizedAccessException>(() => ServedFile.Open(resource, DateTimeOffset.UtcNow));
        ServedFile.Open(resource with { Root = below }, DateTimeOffset.UtcNow).Dispose();
    }

    // The system gives the number of a file that is gone to another one.
    [UnixFact]
    public async Task A_link_to_a_file_that_has_the_number_of_the_published_one_leads_nowhere()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string secret = Path.Combine(rig.Outside, "secret");
        await File.WriteAllTextAsync(secret, "nobody's business");
        File.Delete(rig.Path);
        File.CreateSymbolicLink(rig.Path, secret);
        FileStamp former = rig.Resource.Stamp with { Id = FileStamp.TryRead(secret)!.Value.Id };

        Assert.Throws<UnauthorizedAccessException>(
            () => ServedFile.Open(rig.Resource with { Stamp = former }, DateTimeOffset.UtcNow));
    }

    // What leads to a file says each component of its path, and not the last one alone.
    [UnixFact]
    public async Task A_link_through_a_linked_folder_leads_nowhere()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.Outside, "secret"), "nobody's business");
        Directory.CreateSymbolicLink(Path.Combine(rig.Root, "d"), rig.Outside);
        File.Delete(rig.Path);
        File.CreateSymbolicLink(rig.Path, Path.Combine("d", "secret"));

        Assert.Equal(404, (await rig.AskAsync("GET")).Status);
    }

    [UnixFact]
    public async Task A_link_that_was_published_as_such_is_followed_when_what_it_leads_to_has_changed()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string target = Path.Combine(rig.Outside, "target.pdf");
        File.Move(rig.Path, target);
        File.CreateSymbolicLink(rig.Path, target);
        await rig.HashAsync();
        await File.WriteAllTextAsync(target, "a new edition");

        Assert.Equal("a new edition", (await rig.AskAsync("GET")).Text);
    }

    [UnixFact]
    public async Task A_link_that_was_published_as_such_is_followed()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync();
        string target = Path.Combine(rig.Outside, "target.pdf");
        File.Move(rig.Path, target);
        File.CreateSymbolicLink(rig.Path, target);

        Assert.Equal(rig.Content, (await rig.AskAsync("GET")).Body);
    }

    // Whoever takes what came for the whole would have half of each.
    [Fact]
    public async Task A_file_that_changes_while_it_is_sent_does_not_look_whole()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync(new byte[64 * 1024 * 1024]);
        using RawHttp connection = await RawHttp.ConnectAsync(rig.Endpoint);
        await connection.SendAsync($"GET {ContentServerRig.Address} HTTP/1.1\r\nHost: test\r\n\r\n");
        await connection.PeekAsync();

        // What the sockets hold is far less than the file: the server has not come to its end.
        File.SetLastWriteTimeUtc(rig.Path, DateTime.UtcNow.AddMinutes(-5));

        Assert.False((await connection.ReadAsync()).IsWhole);
    }

    [Fact]
    public async Task A_file_that_is_cut_while_it_is_sent_does_not_look_whole()
    {
        await using ContentServerRig rig = await ContentServerRig.StartAsync(new byte[64 * 1024 * 1024]);
        using RawHttp connection = await RawHttp.ConnectAsync(rig.Endpoint);
        await connection.SendAsync($"GET {ContentServerRig.Address} HTTP/1.1\r\nHost: test\r\n\r\n");
        await connection.PeekAsync();

        using (FileStream file = new(rig.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(32 * 1024 * 1024);
        }

        Assert.False((await connection.ReadAsync()).IsWhole);
        Assert.DoesNotContain(rig.Log.Messages, message => message.Id == 3502);
    }
}
