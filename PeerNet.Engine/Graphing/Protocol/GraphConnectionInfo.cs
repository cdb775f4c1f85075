using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A connection at one moment.</summary>
internal sealed record GraphConnectionInfo
{
    /// <summary>The machine's number for it.</summary>
    public required int Id { get; init; }

    /// <summary>Whether it is a direct connection, for data only.</summary>
    public required bool IsDirect { get; init; }

    /// <summary>Whether this node has opened it.</summary>
    public required bool IsInitiator { get; init; }

    /// <summary>How far it has come.</summary>
    public required LinkState State { get; init; }

    /// <summary>The other side's peer id; empty where it is not known yet.</summary>
    public string PeerId { get; init; } = "";

    /// <summary>The other side's node id; 0 until it is connected.</summary>
    public ulong NodeId { get; init; }

    /// <summary>What was dialled, or where the connection came from.</summary>
    public GraphEndpoint Remote { get; init; }

    /// <summary>Where the other side listens.</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints { get; init; } = [];

    /// <summary>How useful it is (MS-PPGRH 3.1.7.33).</summary>
    public double Utility { get; init; }

    /// <summary>Bytes of messages sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of messages received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Why it is over.</summary>
    public ConnectionEnd End { get; init; }

    /// <summary>What the other side refused it for, where it did.</summary>
    public RefuseCode? Refusal { get; init; }
}
