namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>Which records of a store are meant. All conditions hold together.</summary>
internal sealed record RecordSelection
{
    /// <summary>Every record.</summary>
    public static readonly RecordSelection All = new();

    /// <summary>The types that are meant, or with <see cref="IsExclusion"/> those that are not; none for all types.</summary>
    public IReadOnlyList<Guid> Types { get; init; } = [];

    /// <summary>Whether <see cref="Types"/> are those left out.</summary>
    public bool IsExclusion { get; init; }

    /// <summary>The earliest modification time; null for any.</summary>
    public PeerTime? ModifiedSince { get; init; }

    /// <summary>The last key that is meant; null for the last there is.</summary>
    public RecordKey? Last { get; init; }
}
