namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>The record types and ids that the protocol keeps for itself (MS-PPGRH 2.2.1.9, 2.2.3).</summary>
internal static class RecordTypes
{
    public static readonly Guid GraphInfo = new("00000100-0000-0000-0000-000000000000");
    public static readonly Guid Signature = new("00000200-0000-0000-0000-000000000000");
    public static readonly Guid Contact = new("00000300-0000-0000-0000-000000000000");
    public static readonly Guid Presence = new("00000400-0000-0000-0000-000000000000");

    /// <summary>The id of the one graph info record.</summary>
    public static readonly Guid GraphInfoId = new("6c796768-7732-406b-bc6e-5e9c0d864580");

    /// <summary>The id of the one signature record.</summary>
    public static readonly Guid SignatureId = new("4c515c94-4252-494f-8440-34cc79769c81");

    /// <summary>Whether a type is one of the four, which applications may not publish.</summary>
    public static bool IsInternal(Guid type) =>
        type == GraphInfo || type == Signature || type == Contact || type == Presence;
}
