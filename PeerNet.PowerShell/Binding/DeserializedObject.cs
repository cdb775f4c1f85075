using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>What remains of an object that went through a file, a job or another process: properties without the object.</summary>
internal static class DeserializedObject
{
    private const string Prefix = "Deserialized.PeerNet.";

    /// <summary>The sentence that says what it is; null of anything else.</summary>
    public static string? Describe(object? value) =>
        value is PSObject { TypeNames: [var name, ..] } && name.StartsWith(Prefix, StringComparison.Ordinal)
            ? $"This is a copy of a {name[(name.LastIndexOf('.') + 1)..]} that came from a file, a job or another session, and does "
                + "not stand for it any more: name it by its id, or get it again here."
            : null;

    /// <summary>Fails for a copy, so that no empty text is taken for its id; its properties may still be.</summary>
    public static void Refuse(object? value)
    {
        if (Describe(value) is { } message)
        {
            throw NotForThisParameter.Create(message);
        }
    }
}
