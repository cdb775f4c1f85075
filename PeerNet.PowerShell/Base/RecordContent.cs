using System.Collections;
using System.Management.Automation;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Base;

/// <summary>What a caller wants to be in a record or a message: bytes, text, or a file.</summary>
internal static class RecordContent
{
    /// <summary>The bytes that are given; null where none are.</summary>
    /// <param name="cmdlet">The cmdlet, for the paths of its session.</param>
    /// <param name="data">Bytes.</param>
    /// <param name="text">Text, which goes as UTF-8.</param>
    /// <param name="literalPath">A file.</param>
    public static byte[]? Read(PSCmdlet cmdlet, byte[]? data, string? text, string? literalPath) =>
        Read(cmdlet, data, text, literalPath, PeerGraphProperties.HighestRecordSize, "a record");

    /// <summary>The same, of what is not a record.</summary>
    /// <param name="cmdlet">The cmdlet, for the paths of its session.</param>
    /// <param name="data">Bytes.</param>
    /// <param name="text">Text, which goes as UTF-8.</param>
    /// <param name="literalPath">A file.</param>
    /// <param name="maximumLength">Most bytes that the file can have.</param>
    /// <param name="what">What the content is to be, for messages: <c>an object</c>.</param>
    public static byte[]? Read(PSCmdlet cmdlet, byte[]? data, string? text, string? literalPath, long maximumLength, string what)
    {
        if (literalPath is not null)
        {
            return InputFiles.Read(OutputFile.Resolve(cmdlet, literalPath), maximumLength, what);
        }

        return text is not null ? Encoding.UTF8.GetBytes(text) : data;
    }

    /// <summary>The XML of attributes that are given as names with values, or as XML.</summary>
    /// <exception cref="PeerException">They are neither, or a name or value cannot be one.</exception>
    public static string? ReadAttributes(object? attributes) => (attributes is PSObject wrapped ? wrapped.BaseObject : attributes) switch
    {
        null => null,
        IDictionary values => PeerRecordAttributes.FromDictionary(Unwrap(values)),
        string xml => xml.Length == 0 ? "" : PeerRecordAttributes.FromXml(xml),
        System.Xml.XmlDocument document => PeerRecordAttributes.FromXml(document.OuterXml),
        var other => throw PeerErrors.InvalidAttributes.Exception(
            $"Attributes are a hashtable or XML; this is a {other.GetType().Name}.", other),
    };

    /// <summary>When a record expires.</summary>
    public static DateTimeOffset? GetExpiration(TimeSpan? lifetime, DateTimeOffset? expires) =>
        lifetime is { } span ? DateTimeOffset.UtcNow + span : expires;

    // The engine knows nothing of PowerShell's wrappers.
    private static Hashtable Unwrap(IDictionary values)
    {
        var plain = new Hashtable();
        foreach (DictionaryEntry entry in values)
        {
            plain[entry.Key] = entry.Value switch
            {
                PSObject value => value.BaseObject,
                object[] many => many.Select(one => one is PSObject value ? value.BaseObject : one).ToArray(),
                var value => value,
            };
        }

        return plain;
    }
}
