using System.Globalization;

namespace PeerNet.PowerShell;

/// <summary>A graph or a group of a <see cref="PeerFleetNode"/>.</summary>
public sealed record PeerFleetGraph
{
    /// <summary>Its id: the same at all of its nodes.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>How many neighbours the node has in it.</summary>
    public int Neighbors { get; init; }

    /// <summary>How many records the node has.</summary>
    public int Records { get; init; }

    /// <summary>How many of them it has not validated yet.</summary>
    public int DeferredRecords { get; init; }

    /// <summary>Whether the node has got, since it opened it, what the others had.</summary>
    public bool IsSynchronized { get; init; }

    /// <summary>Name and records.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Records})");
}
