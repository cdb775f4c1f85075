using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>JSON as all state files have it.</summary>
internal static class StateJson
{
    private static readonly JsonSerializerSettings Settings = new()
    {
        Formatting = Formatting.Indented,
        MaxDepth = 8,
        TypeNameHandling = TypeNameHandling.None,
        DateParseHandling = DateParseHandling.DateTimeOffset,
        Converters = { new StringEnumConverter() },
    };

    /// <summary>A document as UTF-8.</summary>
    public static byte[] Encode(object document) => Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(document, Settings));

    /// <summary>Reads a document; null where there is none.</summary>
    /// <exception cref="Exception">It is no such document: one that <see cref="IsDamage"/> knows.</exception>
    public static T? Decode<T>(byte[] content)
        where T : class =>
        JsonConvert.DeserializeObject<T>(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content), Settings);

    /// <summary>Whether a failure says that what was read is damaged.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is JsonException or ArgumentException or FormatException or OverflowException;

    /// <summary>The error for a file of a later version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="said">What is said of it.</param>
    public static PeerException Later(string path, string said) =>
        PeerErrors.UnsupportedVersion.Exception($"{said} written by a later version of PeerNet.", path);
}
