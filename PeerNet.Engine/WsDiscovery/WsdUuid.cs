namespace PeerNet.Engine.WsDiscovery;

/// <summary>Identifiers of messages and endpoints: <c>urn:uuid:</c> and a GUID (RFC 4122 3).</summary>
internal static class WsdUuid
{
    private const string Prefix = "urn:uuid:";

    /// <summary>Writes one, in small letters.</summary>
    public static string Write(Guid id) => $"{Prefix}{id:D}";

    /// <summary>Reads one, in letters of either case. Hostile input: nothing throws.</summary>
    public static bool TryRead(string text, out Guid id)
    {
        id = default;

        // The system takes signs and whitespace for digits of a GUID; what it would not write itself is none.
        return text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && Guid.TryParseExact(text.AsSpan(Prefix.Length), "D", out id)
            && Write(id).Equals(text, StringComparison.OrdinalIgnoreCase);
    }
}
