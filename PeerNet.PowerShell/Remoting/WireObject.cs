using System.Collections;
using System.Management.Automation;
using System.Reflection;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Remoting;

/// <summary>
/// Objects as CLIXML, as small as the other side can make them again of: PowerShell would write an object's computed
/// properties too, and cut it off below its first level.
/// </summary>
internal static class WireObject
{
    // The module's objects have less, with the lists between; others may lead round in circles.
    private const int MaximumDepth = 12;

    /// <summary>An object as text.</summary>
    public static string Write(object? value) => PSSerializer.Serialize(Flatten(value), MaximumDepth + 1);

    /// <summary>The object of a text. One that is the module's is made again where that is possible.</summary>
    /// <exception cref="PeerException">The text is none.</exception>
    public static object? Read(string text)
    {
        try
        {
            return ReadAll(PSSerializer.Deserialize(text));
        }
        catch (Exception exception) when (exception is System.Xml.XmlException or PSInvalidOperationException or RuntimeException)
        {
            throw PeerErrors.InvalidData.Exception("What came from the other process is no object.", target: null, exception);
        }
    }

    private static object? ReadAll(object? value) => value switch
    {
        PSObject copy when copy.BaseObject is PSCustomObject && copy.TypeNames[0].StartsWith("Deserialized.", StringComparison.Ordinal) =>
            DeserializedObject.TryRestore(copy) ?? copy,
        PSObject { BaseObject: Hashtable table } => ReadTable(table),
        Hashtable table => ReadTable(table),
        PSObject { BaseObject: ArrayList list } => ReadList(list),
        ArrayList list => ReadList(list),
        _ => value,
    };

    private static Hashtable ReadTable(Hashtable table)
    {
        var read = new Hashtable(table.Count, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table)
        {
            read.Add(entry.Key, ReadAll(entry.Value));
        }

        return read;
    }

    private static object?[] ReadList(ArrayList list) => [.. list.Cast<object?>().Select(ReadAll)];

    private static object? Flatten(object? value, int depth = 0)
    {
        PSObject? wrapped = value as PSObject;
        object? plain = wrapped is null ? value : wrapped.BaseObject;
        return plain switch
        {
            null or string or byte[] => value,
            _ when depth == MaximumDepth => plain.ToString(),
            Enum name => name.ToString(),
            SwitchParameter given => given.IsPresent,
            IDictionary entries => FlattenTable(entries, depth),
            Stream or ScriptBlock => throw PeerErrors.InvalidArgument.Exception(
                $"A {plain.GetType().Name} cannot be handed to another process, and the node is in one. Use a file, or a node of this process.", plain),
            FileInfo => PlainForm.Write(plain),
            PSCustomObject => AddNotes(new PSObject(), wrapped!, depth),
            _ when PlainForm.Write(plain) is { } form => wrapped is null ? form : AddNotes(form, wrapped, depth),
            _ when ObjectShape.Of(plain.GetType()) is { } shape => FlattenObject(plain, shape, wrapped, depth),
            _ when IsSimple(plain) => plain,
            IEnumerable many => many.Cast<object?>().Select(one => Flatten(one, depth + 1)).ToArray(),

            // Anybody's object: what PowerShell keeps of it.
            _ => PSSerializer.Deserialize(PSSerializer.Serialize(plain, 1)),
        };
    }

    // What CLIXML has elements of its own for.
    private static bool IsSimple(object value) =>
        value.GetType().IsPrimitive
        || value is decimal or DateTime or TimeSpan or Guid or Uri or Version or System.Numerics.BigInteger or System.Security.SecureString
            or PSCredential or System.Xml.XmlNode;

    private static Hashtable FlattenTable(IDictionary entries, int depth)
    {
        var table = new Hashtable(entries.Count);
        foreach (DictionaryEntry entry in entries)
        {
            table.Add(entry.Key, Flatten(entry.Value, depth + 1));
        }

        return table;
    }

    private static PSObject FlattenObject(object value, ObjectShape shape, PSObject? wrapped, int depth)
    {
        var flat = new PSObject();
        flat.TypeNames.Insert(0, value.GetType().FullName!);
        foreach (PropertyInfo property in shape.Properties)
        {
            flat.Properties.Add(new PSNoteProperty(property.Name, Flatten(property.GetValue(value), depth + 1)));
        }

        return wrapped is null ? flat : AddNotes(flat, wrapped, depth);
    }

    private static PSObject AddNotes(PSObject flat, PSObject wrapped, int depth)
    {
        foreach (PSPropertyInfo note in wrapped.Properties.Where(property => property is PSNoteProperty { IsInstance: true }))
        {
            flat.Properties.Add(new PSNoteProperty(note.Name, Flatten(note.Value, depth + 1)));
        }

        return flat;
    }
}
