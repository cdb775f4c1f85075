using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Binding;

/// <summary>
/// What remains of an object of the module that went through a file, a job or another process: properties without the object.
/// The object is made of them again, so that whatever takes the object takes its copy. Nothing but the module's own records
/// is made, and values that a text or bytes stand for; what comes may be anybody's.
/// </summary>
internal static class DeserializedObject
{
    private const string Prefix = "Deserialized.";
    private const string OwnPrefix = Prefix + "PeerNet.";

    private static readonly MethodInfo ToDictionaryMethod =
        typeof(DeserializedObject).GetMethod(nameof(ToDictionary), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The object that a copy is of; anything else as it is. Lists are looked through.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">Too little is left of the object.</exception>
    [return: NotNullIfNotNull(nameof(value))]
    public static object? Restore(object? value) => value switch
    {
        PSObject copy when IsCopy(copy) => TryRestore(copy) ?? throw NotForThisParameter.Create(Describe(copy)),
        PSObject { BaseObject: object[] or ArrayList } list => RestoreAll((IList)list.BaseObject) ?? value,
        object[] or ArrayList => RestoreAll((IList)value) ?? value,
        _ => value,
    };

    /// <summary>The object that a copy is of, with the properties that were added to it; null where too little is left.</summary>
    public static PSObject? TryRestore(PSObject copy)
    {
        string name = copy.TypeNames[0][Prefix.Length..];
        if (PlainForm.FindType(name) is { } plain)
        {
            return PlainForm.Read(plain, copy) is { } value ? PSObject.AsPSObject(value) : null;
        }

        return ObjectShape.FindType(name) is { } type && Create(type, ReadFrom(copy)) is { } made
            ? AddNotes(made, type, copy.Properties.Select(property => KeyValuePair.Create(property.Name, (object?)property.Value)))
            : null;
    }

    /// <summary>An object of the module, made of its properties and those that were added to it; null where too little is left,
    /// or there is no such type.</summary>
    public static PSObject? TryCreate(string typeName, IReadOnlyDictionary<string, object?> values) =>
        ObjectShape.FindType(typeName) is { } type && Create(type, name => values.TryGetValue(name, out object? value) ? value : ObjectShape.Missing) is { } made
            ? AddNotes(made, type, values)
            : null;

    /// <summary>Whether something is a copy of an object of the module.</summary>
    public static bool IsCopy(object? value) =>
        value is PSObject { TypeNames: [var name, ..] } && name.StartsWith(OwnPrefix, StringComparison.Ordinal);

    private static string Describe(PSObject copy)
    {
        string name = copy.TypeNames[0];
        return $"This is a copy of a {name[(name.LastIndexOf('.') + 1)..]} that came from a file, a job or another session, of which "
            + "too little is left: name it by its id, or get it again here.";
    }

    private static object[]? RestoreAll(IList list) =>
        list.Cast<object?>().Any(IsCopy) ? [.. list.Cast<object?>().Select(Restore)!] : null;

    private static Func<string, object?> ReadFrom(PSObject copy) =>
        name => copy.Properties[name] is { } given ? given.Value : ObjectShape.Missing;

    private static object? Create(Type type, Func<string, object?> read)
    {
        try
        {
            return ObjectShape.Of(type)!.Create(property => Read(read, property));
        }
        catch (Exception exception) when (IsMisfit(exception))
        {
            return null;
        }
    }

    // PowerShell itself keeps no more than the text of what is below the first level; an object is known without that.
    private static object? Read(Func<string, object?> read, PropertyInfo property)
    {
        try
        {
            object? given = read(property.Name);
            return given == ObjectShape.Missing ? given : Convert(given, property.PropertyType);
        }
        catch (Exception exception) when (IsMisfit(exception))
        {
            return ObjectShape.Missing;
        }
    }

    private static bool IsMisfit(Exception exception) => exception is PSInvalidCastException or TargetInvocationException or FormatException
        or ArgumentException or OverflowException or InvalidCastException or PeerException;

    private static object? Convert(object? value, Type type)
    {
        if (value is null)
        {
            return null;
        }

        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        PSObject wrapped = PSObject.AsPSObject(value);
        return plain == typeof(object) && IsForm(wrapped) ? TryRestore(wrapped)?.BaseObject ?? wrapped
            : plain.IsInstanceOfType(wrapped.BaseObject) && !IsForm(wrapped) ? wrapped.BaseObject
            : PlainForm.Has(plain) ? PlainForm.Read(plain, wrapped) ?? throw new PSInvalidCastException($"No {plain.Name}.")
            : ObjectShape.Of(plain) is not null && wrapped.BaseObject is PSCustomObject ? Create(plain, ReadFrom(wrapped))
            : GetElementType(plain) is { } element && wrapped.BaseObject is IEnumerable and not string and not IDictionary ? ConvertAll((IEnumerable)wrapped.BaseObject, element)
            : wrapped.BaseObject is IDictionary entries ? ConvertDictionary(entries, plain)
            : LanguagePrimitives.ConvertTo(wrapped.BaseObject is PSCustomObject ? wrapped : wrapped.BaseObject, plain, CultureInfo.InvariantCulture);
    }

    private static bool IsForm(PSObject value) => value.BaseObject is PSCustomObject && value.TypeNames[0].StartsWith(Prefix, StringComparison.Ordinal);

    private static Type? GetElementType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericArguments() is [var element] && type.IsAssignableFrom(element.MakeArrayType()) ? element
        : null;

    private static Array ConvertAll(IEnumerable values, Type element)
    {
        object?[] all = [.. values.Cast<object?>().Select(value => Convert(value, element))];
        var array = Array.CreateInstance(element, all.Length);
        all.CopyTo(array, 0);
        return array;
    }

    private static object ConvertDictionary(IDictionary entries, Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value]
            ? ToDictionaryMethod.MakeGenericMethod(key, value).Invoke(null, [entries])!
            : LanguagePrimitives.ConvertTo(entries, type, CultureInfo.InvariantCulture);

    private static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(IDictionary entries)
        where TKey : notnull =>
        entries.Cast<DictionaryEntry>().ToDictionary(
            entry => (TKey)Convert(entry.Key, typeof(TKey))!, entry => (TValue)Convert(entry.Value, typeof(TValue))!);

    private static PSObject AddNotes(object made, Type type, IEnumerable<KeyValuePair<string, object?>> values)
    {
        PSObject result = PSObject.AsPSObject(made);
        foreach ((string name, object? value) in values.Where(one => type.GetProperty(one.Key) is null))
        {
            result.Properties.Add(new PSNoteProperty(name, value));
        }

        return result;
    }
}
