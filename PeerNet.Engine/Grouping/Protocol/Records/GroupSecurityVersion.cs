using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>The Group Security version that records and invitations carry (MS-PPSEC 1.7). The specification has 1.0 and
/// 1.1; the Modern suite is 2.0, written as the major byte and then the minor one.</summary>
internal static class GroupSecurityVersion
{
    /// <summary>The version in text.</summary>
    public const string Text = "2.0";

    /// <summary>The two parts of it.</summary>
    public const byte Major = 2;

    /// <inheritdoc cref="Major"/>
    public const byte Minor = 0;

    /// <summary>Bytes of the version.</summary>
    public const int Length = 2;

    public static bool TryRead(ref WireReader reader) =>
        reader.TryReadByte(out byte major) && reader.TryReadByte(out byte minor) && major == Major && minor == Minor;

    public static void Write(ref WireWriter writer)
    {
        writer.WriteByte(Major);
        writer.WriteByte(Minor);
    }
}
