namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>The record types that groups keep for themselves (MS-PPSEC 2.2.3); the third is PeerNet's own.</summary>
internal static class GroupRecordTypes
{
    public static readonly Guid Membership = new("01000000-0000-0000-0000-000000000000");
    public static readonly Guid SecurityProperties = new("02000000-0000-0000-0000-000000000000");

    /// <summary>A credential that counts no more.</summary>
    public static readonly Guid Revocation = new("03000000-0000-0000-0000-000000000000");

    /// <summary>The three in the order in which they are synchronized, before what they decide about.</summary>
    public static readonly IReadOnlyList<Guid> First = [SecurityProperties, Revocation, Membership];

    /// <summary>Whether applications may not publish a type.</summary>
    public static bool IsReserved(Guid type) => First.Contains(type);
}
