using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Remoting;

/// <summary>
/// Objects as text between processes: JSON, where what JSON has no form for is an object of one property, whose name is the
/// kind or the type. PowerShell's own CLIXML would take ten times as long, write an object's computed properties too, and cut it
/// off below its first level; it is there for what has no other form, such as passwords.
/// </summary>
internal static class WireObject
{
    private const string Bytes = "Bytes";
    private const string Table = "Table";
    private const string Notes = "Notes";
    private const string Foreign = "Clixml";
    private const string Extended = "psextended";
    private const string Copy = "Deserialized.";

    // The module's objects have less, with the lists between; others may lead round in circles.
    private const int MaximumDepth = 12;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly ConcurrentDictionary<Type, bool> Simple = [];

    /// <summary>An object as text.</summary>
    /// <exception cref="PeerException">It cannot be handed on.</exception>
    public static string Write(object? value)
    {
        var content = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(content, Plain))
        {
            Write(json, value, depth: 0);
        }

        return Encoding.UTF8.GetString(content.WrittenSpan);
    }

    /// <summary>The object of a text. One that is the module's is made again where that is possible.</summary>
    /// <exception cref="PeerException">The text is none.</exception>
    public static object? Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or System.Xml.XmlException or RuntimeException or FormatException
            or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw PeerErrors.InvalidData.Exception("What came from the other process is no object.", target: null, exception);
        }
    }

    private static void Write(Utf8JsonWriter json, object? value, int depth)
    {
        PSObject? wrapped = value as PSObject;
        object? plain = wrapped is null ? value : wrapped.BaseObject;
        switch (plain)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text when !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'):
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case bool or SwitchParameter:
                json.WriteBooleanValue(LanguagePrimitives.IsTrue(plain));
                break;
            case Enum:
                json.WriteStringValue(plain.ToString());
                break;
            case byte[] bytes:
                WriteKind(json, Bytes, bytes, static (to, given) => to.WriteBase64StringValue(given));
                break;
            case Stream or ScriptBlock:
                throw PeerErrors.InvalidArgument.Exception(
                    $"A {plain.GetType().Name} cannot be handed to another process, and the node is in one. Use a file, or a node of this process.", plain);
            default:
                WriteLarge(json, plain, wrapped, depth);
                break;
        }
    }

    private static void WriteLarge(Utf8JsonWriter json, object plain, PSObject? wrapped, int depth)
    {
        Type type = plain.GetType();
        if (WireValue.Write(plain) is { } text)
        {
            WriteKind(json, type.Name, text, static (to, given) => to.WriteStringValue(given));
        }
        else if (IsSimple(type))
        {
            WriteKind(json, Foreign, PSSerializer.Serialize(plain, MaximumDepth), static (to, given) => to.WriteStringValue(given));
        }
        else if (depth == MaximumDepth)
        {
            json.WriteStringValue(plain.ToString());
        }
        else if (plain is IDictionary entries)
        {
            WriteKind(json, Table, entries, (to, given) => WriteTable(to, given, depth));
        }
        else if (plain is PSCustomObject)
        {
            WriteKind(json, Notes, wrapped, (to, given) => WriteObject(to, null, [], given, depth));
        }
        else if (PlainForm.Write(plain) is { } form)
        {
            PSObject? more = plain is FileInfo ? null : wrapped;
            WriteKind(json, form.TypeNames[0], form, (to, given) => WriteForm(to, given, more, depth));
        }
        else if (ObjectShape.Of(type) is { } shape)
        {
            WriteKind(json, type.FullName!, plain, (to, given) => WriteObject(to, given, shape.Properties, wrapped, depth));
        }
        else if (plain is IEnumerable many)
        {
            WriteList(json, many, depth);
        }
        else
        {
            // Anybody's object: what PowerShell keeps of it.
            WriteKind(json, Foreign, PSSerializer.Serialize(plain, 1), static (to, given) => to.WriteStringValue(given));
        }
    }

    // What CLIXML has elements of its own for.
    private static bool IsSimple(Type type) => Simple.GetOrAdd(type, static one =>
        one.IsPrimitive || one == typeof(string) || one == typeof(System.Numerics.BigInteger) || one == typeof(PSCredential)
        || one == typeof(System.Security.SecureString) || one.IsAssignableTo(typeof(System.Xml.XmlNode)));

    private static void WriteKind<T>(Utf8JsonWriter json, string kind, T value, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WritePropertyName(kind);
        write(json, value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable many, int depth)
    {
        json.WriteStartArray();
        foreach (object? one in many)
        {
            Write(json, one, depth + 1);
        }

        json.WriteEndArray();
    }

    private static void WriteTable(Utf8JsonWriter json, IDictionary entries, int depth)
    {
        json.WriteStartArray();
        foreach (DictionaryEntry entry in entries)
        {
            Write(json, entry.Key, depth + 1);
            Write(json, entry.Value, depth + 1);
        }

        json.WriteEndArray();
    }

    // A form that is one value needs no name for it.
    private static void WriteForm(Utf8JsonWriter json, PSObject form, PSObject? wrapped, int depth)
    {
        PSPropertyInfo[] parts = [.. NotesOf(form)];
        if (parts is [{ Name: PlainForm.Value, Value: var only }] && !NotesOf(wrapped).Any())
        {
            Write(json, only, depth + 1);
            return;
        }

        json.WriteStartObject();
        foreach (PSPropertyInfo part in parts.Concat(NotesOf(wrapped)))
        {
            json.WritePropertyName(part.Name);
            Write(json, part.Value, depth + 1);
        }

        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, object? value, PropertyInfo[] properties, PSObject? wrapped, int depth)
    {
        json.WriteStartObject();
        foreach (PropertyInfo property in properties)
        {
            json.WritePropertyName(property.Name);
            Write(json, property.GetValue(value), depth + 1);
        }

        foreach (PSPropertyInfo note in NotesOf(wrapped))
        {
            json.WritePropertyName(note.Name);
            Write(json, note.Value, depth + 1);
        }

        json.WriteEndObject();
    }

    // Those that were added: to look through all properties would take as long as the rest.
    private static IEnumerable<PSPropertyInfo> NotesOf(PSObject? wrapped) => wrapped is null ? [] :
        ((PSMemberSet)wrapped.Members[Extended]).Properties.Where(property => property is PSNoteProperty { IsInstance: true });

    private static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetInt32(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => ReadList(element),
        _ => ReadKind(element),
    };

    private static object?[] ReadList(JsonElement list)
    {
        var read = new object?[list.GetArrayLength()];
        int index = 0;
        foreach (JsonElement one in list.EnumerateArray())
        {
            read[index++] = Read(one);
        }

        return read;
    }

    private static object? ReadKind(JsonElement element)
    {
        JsonProperty only = element.EnumerateObject().Single();
        return only.Name switch
        {
            Bytes => only.Value.GetBytesFromBase64(),
            Table => ReadTable(only.Value),
            Notes => AddNotes(new PSObject(), ReadValues(only.Value)),
            Foreign => PSSerializer.Deserialize(only.Value.GetString()),
            var kind when only.Value.ValueKind == JsonValueKind.String && WireValue.Read(kind, only.Value.GetString()!) is { } value => value,
            var name => ReadObject(name, only.Value),
        };
    }

    private static Hashtable ReadTable(JsonElement list)
    {
        object?[] entries = ReadList(list);
        var table = new Hashtable(entries.Length / 2, StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index + 1 < entries.Length; index += 2)
        {
            table.Add(entries[index]!, entries[index + 1]);
        }

        return table;
    }

    private static PSObject ReadObject(string name, JsonElement content)
    {
        Dictionary<string, object?> values = content.ValueKind == JsonValueKind.Object
            ? ReadValues(content)
            : new() { [PlainForm.Value] = Read(content) };
        if (PlainForm.FindType(name) is { } form && PlainForm.Read(form, AddNotes(new PSObject(), values)) is { } value)
        {
            return PSObject.AsPSObject(value);
        }

        if (DeserializedObject.TryCreate(name, values) is { } made)
        {
            return made;
        }

        var copy = new PSObject();
        copy.TypeNames.Insert(0, Copy + name);
        return AddNotes(copy, values);
    }

    private static Dictionary<string, object?> ReadValues(JsonElement element)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            values[property.Name] = Read(property.Value);
        }

        return values;
    }

    private static PSObject AddNotes(PSObject to, Dictionary<string, object?> values)
    {
        foreach ((string name, object? value) in values)
        {
            to.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
        }

        return to;
    }
}
