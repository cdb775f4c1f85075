using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>What a server writes into its head is told to people, but does not drive their terminals.</summary>
public sealed class HostileServerTextTests
{
    public static TheoryData<string> Texts => HostileTexts.InALine;

    [Theory]
    [MemberData(nameof(Texts))]
    public Task As_the_reason_of_a_refusal(string text) => AssertToldSafelyAsync($"HTTP/1.1 500 {text}\r\nContent-Length: 0\r\n\r\n");

    [Theory]
    [MemberData(nameof(Texts))]
    public Task As_the_place_of_a_redirection(string text) =>
        AssertToldSafelyAsync($"HTTP/1.1 302 Found\r\nLocation: ftp://host/{text}\r\nContent-Length: 0\r\n\r\n");

    [Theory]
    [MemberData(nameof(Texts))]
    public Task As_a_status_line_that_is_none(string text) => AssertToldSafelyAsync($"{text}\r\n\r\n");

    [Theory]
    [MemberData(nameof(Texts))]
    public Task As_a_field_that_is_none(string text) => AssertToldSafelyAsync($"HTTP/1.1 200 OK\r\n{text} {text}: x\r\n\r\n");

    private static async Task AssertToldSafelyAsync(string answer)
    {
        await using ScriptedServer server = ScriptedServer.Saying(answer);
        using var servers = new ContentServerClient(TimeProvider.System);

        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetAsync(server.Address, null, 0, null, isHashRequest: false, default));

        for (Exception? one = failure; one is not null; one = one.InnerException)
        {
            Assert.True(TerminalText.IsSafe(one.Message), one.Message);
        }
    }
}
