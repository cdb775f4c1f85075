using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Providers;

/// <summary>Who knows the secret is let in, and nobody else, whatever is handed back to whom.</summary>
public sealed class ChallengeExchangeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SeededRandom _random = new(1);

    [Fact]
    public async Task Who_knows_the_secret_is_let_in_under_its_peer_id()
    {
        using var connection = new StreamPair();
        Task<string> first = Exchange().AuthenticateAsync(connection.First, Dialling("alice"), new KeyParty(1), default);
        Task<string> second = Exchange().AuthenticateAsync(connection.Second, Answering("bob", "alice"), new KeyParty(1), default);

        Assert.Equal("bob", await first.WaitAsync(Patience));
        Assert.Equal("alice", await second.WaitAsync(Patience));
    }

    [Fact]
    public async Task The_initiator_proves_first_and_who_does_not_know_the_secret_gets_no_proof()
    {
        using var connection = new StreamPair();
        var victim = new KeyParty(1);
        Task<string> first = Exchange().AuthenticateAsync(connection.First, Dialling("eve"), new KeyParty(2), default);
        Task<string> second = Exchange().AuthenticateAsync(connection.Second, Answering("bob", "eve"), victim, default);

        await RefusedAsync(second);
        connection.Second.Dispose();
        await RefusedAsync(first);
        Assert.Empty(victim.Proven);
    }

    [Fact]
    public async Task Who_echoes_everything_gets_no_proof()
    {
        using var connection = new StreamPair();
        var victim = new KeyParty(1);
        Task<string> dialling = Exchange().AuthenticateAsync(connection.First, Dialling("alice"), victim, default);
        var echo = new ChallengeMessages(connection.Second);
        await echo.SendAsync(await echo.ReceiveAsync(int.MaxValue, default), default);

        await RefusedAsync(dialling);
        Assert.Empty(victim.Proven);
    }

    [Fact]
    public async Task A_proof_that_is_handed_back_is_none()
    {
        using var connection = new StreamPair();
        var victim = new KeyParty(1);
        Task<string> dialling = Exchange().AuthenticateAsync(connection.First, Dialling("alice"), victim, default);
        var mirror = new ChallengeMessages(connection.Second);
        await mirror.ReceiveAsync(int.MaxValue, default);
        await mirror.SendAsync(Hello("alice"), default);
        await mirror.SendAsync(await mirror.ReceiveAsync(int.MaxValue, default), default);

        await RefusedAsync(dialling);
        Assert.Single(victim.Proven);
    }

    [Fact]
    public async Task A_proof_of_one_connection_opens_no_other()
    {
        using var dialled = new StreamPair();
        using var answered = new StreamPair();
        ChallengeExchange node = Exchange();
        var victim = new KeyParty(1);

        // The victim dials, and its own challenge is put to it on another connection, under its own name.
        Task<string> dialling = node.AuthenticateAsync(dialled.First, Dialling("alice"), victim, default);
        var there = new ChallengeMessages(dialled.Second);
        byte[] hello = await there.ReceiveAsync(int.MaxValue, default);
        Task<string> answering = node.AuthenticateAsync(answered.Second, Answering("alice", "alice"), victim, default);
        var here = new ChallengeMessages(answered.First);
        await here.SendAsync(hello, default);

        await RefusedAsync(answering);
        Assert.Empty(victim.Proven);
        dialled.Second.Dispose();
        await RefusedAsync(dialling);
    }

    [Fact]
    public async Task A_challenge_is_good_once()
    {
        ChallengeExchange node = Exchange();
        byte[] hello = Hello("bob");
        var victim = new KeyParty(1);
        for (int i = 0; i < 2; i++)
        {
            using var connection = new StreamPair();
            Task<string> dialling = node.AuthenticateAsync(connection.First, Dialling("alice"), victim, default);
            await new ChallengeMessages(connection.Second).SendAsync(hello, default);
            connection.Second.Dispose();
            await RefusedAsync(dialling);
        }

        Assert.Single(victim.Proven);
    }

    [Fact]
    public void What_is_proven_tells_role_kind_graph_peers_and_challenges_apart()
    {
        GraphConnectionContext usual = Dialling("alice");
        byte[] one = new byte[ChallengeExchange.ChallengeLength];
        byte[] other = [.. one[1..], 1];
        ChallengeBinding[] bindings =
        [
            new(usual, new(one, "alice"), new(one, "bob")),
            new(usual with { GraphId = "other" }, new(one, "alice"), new(one, "bob")),
            new(usual with { IsDirect = true }, new(one, "alice"), new(one, "bob")),
            new(usual, new(one, "alic"), new(one, "ebob")),
            new(usual, new(one, "bob"), new(one, "alice")),
            new(usual, new(other, "alice"), new(one, "bob")),
            new(usual, new(one, "alice"), new(other, "bob")),
        ];

        IEnumerable<string> proven = bindings.SelectMany(binding => new[] { binding.ForInitiator(), binding.ForResponder() })
            .Select(Convert.ToHexString);

        Assert.Equal(2 * bindings.Length, proven.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000FF")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000FF00")]
    [InlineData("0300000000000000000000000000000000000000000000000000000000000000FF61")]
    public async Task A_hello_that_is_none_ends_the_connection(string hello)
    {
        using var connection = new StreamPair();
        Task<string> answering = Exchange().AuthenticateAsync(connection.Second, Answering("bob", "a"), new KeyParty(1), default);
        await new ChallengeMessages(connection.First).SendAsync(Convert.FromHexString(hello), default);

        await RefusedAsync(answering);
    }

    [Fact]
    public async Task Who_claims_another_peer_id_than_was_asked_for_is_not_let_in()
    {
        using var connection = new StreamPair();
        Task<string> answering = Exchange().AuthenticateAsync(connection.Second, Answering("bob", "alice"), new KeyParty(1), default);
        await new ChallengeMessages(connection.First).SendAsync(Hello("eve"), default);

        await RefusedAsync(answering);
    }

    private static async Task RefusedAsync(Task<string> exchange) => Assert.Equal(
        PeerErrors.ConnectionNotAuthenticated,
        (await Assert.ThrowsAsync<PeerException>(() => exchange.WaitAsync(Patience))).Error);

    private static GraphConnectionContext Dialling(string peerId) => new("graph", peerId, null, IsInitiator: true, IsDirect: false);

    private static GraphConnectionContext Answering(string peerId, string remote) =>
        new("graph", peerId, remote, IsInitiator: false, IsDirect: false);

    private ChallengeExchange Exchange() => new(_random);

    private byte[] Hello(string peerId)
    {
        byte[] challenge = new byte[ChallengeExchange.ChallengeLength];
        _random.Fill(challenge);
        return new ChallengeHello(challenge, peerId).Encode();
    }
}
