using System.Globalization;
using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>A connection that a caller names.</summary>
public sealed class ConnectionTarget
{
    internal ConnectionTarget(string? node, string? graphId, ulong id)
    {
        Node = node;
        GraphId = graphId;
        Id = id;
    }

    /// <summary>A connection whose graph is the only open one, or the one that the command names.</summary>
    /// <param name="id">The connection's id.</param>
    public ConnectionTarget(ulong id) => Id = id;

    /// <summary>Reads the id of a connection.</summary>
    /// <param name="id">The id.</param>
    public ConnectionTarget(string id) => Id = ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
        ? number
        : throw new PSInvalidCastException($"'{PeerText.Escape(id)}' is not the id of a connection, which is a number.");

    /// <summary>The name of the node whose connection it is; null where it is not named.</summary>
    public string? Node { get; init; }

    /// <summary>The graph's id; null where it is not named.</summary>
    public string? GraphId { get; init; }

    /// <summary>The connection's id.</summary>
    public ulong Id { get; init; }

    /// <summary>The connection's id.</summary>
    public override string ToString() => Id.ToString(CultureInfo.InvariantCulture);
}
