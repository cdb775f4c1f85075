using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Running;

namespace PeerNet.Engine.Tests.Graphing.Running;

public sealed class ConnectionFailuresTests
{
    private static readonly GraphConnectionInfo Ended = new()
    {
        Id = 1,
        IsDirect = false,
        IsInitiator = true,
        State = LinkState.Closed,
        Remote = new(0xFFFF_7F00_0001, 4000),
    };

    [Fact]
    public void A_refusal_says_why_the_other_side_refused()
    {
        PeerException failure = Explain(Ended with { End = ConnectionEnd.Refused, Refusal = RefuseCode.Busy });

        Assert.Equal(PeerErrors.ConnectionRefused, failure.Error);
        Assert.StartsWith("127.0.0.1:4000 refused: it has as many neighbours", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_security_provider_has_said_is_told_instead_of_a_guess()
    {
        GraphConnectionInfo distrusted = Ended with { End = ConnectionEnd.NotAuthenticated };

        Assert.Equal("127.0.0.1:4000: the key is another one", Explain(distrusted, "the key is another one").Message);
        Assert.Contains("is not 'g'", Explain(distrusted).Message, StringComparison.Ordinal);
        Assert.Equal(PeerErrors.ConnectionNotAuthenticated, Explain(distrusted).Error);
    }

    [Fact]
    public void Who_hangs_up_before_the_connection_is_made_may_have_no_such_graph()
    {
        GraphConnectionInfo lost = Ended with { End = ConnectionEnd.Lost };

        Assert.Contains("no graph of that id", Explain(lost).Message, StringComparison.Ordinal);
        Assert.Contains(
            "broke before the graph 'g'",
            ConnectionFailures.Explain("g", PeerConnectionChangeType.Disconnected, lost, distrust: null).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_and_a_closed_port_are_told_apart()
    {
        Assert.Contains(
            "no node listens there", Explain(Ended with { End = ConnectionEnd.NobodyListens }).Message, StringComparison.Ordinal);
        Assert.Contains("is silent", Explain(Ended with { End = ConnectionEnd.Unreachable }).Message, StringComparison.Ordinal);
        Assert.Equal(PeerErrors.Timeout, Explain(Ended with { End = ConnectionEnd.TimedOut }).Error);
    }

    private static PeerException Explain(GraphConnectionInfo connection, string? distrust = null) =>
        ConnectionFailures.Explain("g", PeerConnectionChangeType.Failed, connection, distrust);
}
