using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>Says to people why a connection did not come about, or is over.</summary>
internal static class ConnectionFailures
{
    /// <summary>What whoever waits for a connection is told when it came to nothing, or is lost.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="change">Which of both.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="distrust">What the security provider has said against the other side; null for nothing.</param>
    public static PeerException Explain(
        string graphId, PeerConnectionChangeType change, GraphConnectionInfo connection, string? distrust)
    {
        string remote = connection.Remote.ToString();
        return connection.End switch
        {
            ConnectionEnd.Refused => PeerErrors.ConnectionRefused.Exception(
                $"{remote} refused: {Explain(connection.Refusal)}.", connection.Remote),
            ConnectionEnd.NotAuthenticated => PeerErrors.ConnectionNotAuthenticated.Exception(
                distrust is null ? ExplainDistrust(graphId, connection) : $"{remote}: {distrust}", connection.Remote),
            ConnectionEnd.TimedOut => PeerErrors.Timeout.Exception($"{remote} did not answer in time.", connection.Remote),
            ConnectionEnd.Duplicate => PeerErrors.AlreadyExists.Exception(
                $"{remote} is a node that this one is connected to already.", connection.Remote),
            _ => PeerErrors.ConnectionFailed.Exception(ExplainLoss(graphId, change, connection), connection.Remote),
        };
    }

    private static string ExplainDistrust(string graphId, GraphConnectionInfo connection) =>
        $"{connection.Remote} was not authenticated, or does not let this node in: its graph is secured otherwise, or is not "
        + $"'{graphId}'.";

    private static string ExplainLoss(
        string graphId, PeerConnectionChangeType change, GraphConnectionInfo connection) => connection.End switch
        {
            ConnectionEnd.NobodyListens => $"{connection.Remote} refuses connections: no node listens there.",
            ConnectionEnd.Unreachable =>
                $"{connection.Remote} is silent: the host is off, cannot be reached from here, or a firewall is in the way.",
            ConnectionEnd.Violation => $"{connection.Remote} does not speak the protocol of graphs.",
            ConnectionEnd.Left => $"{connection.Remote} has left the graph '{graphId}'.",
            _ when change == PeerConnectionChangeType.Failed =>
                $"{connection.Remote} has hung up when it was asked for the graph '{graphId}': it has no graph of that id, in "
                + "which capitals count, or is not the peer that was asked for.",
            _ => $"The connection to {connection.Remote} broke before the graph '{graphId}' was synchronized.",
        };

    private static string Explain(RefuseCode? code) => code switch
    {
        RefuseCode.Busy => "it has as many neighbours as it can have, and so have those that it knows",
        RefuseCode.AlreadyConnected or RefuseCode.DuplicateConnection => "it is connected to this node already",
        RefuseCode.DirectConnectionDisallowed =>
            "it takes in no direct connections; Set-PeerGraph -AllowDirectConnection $true there lets them in",
        _ => "it does not say why",
    };
}
