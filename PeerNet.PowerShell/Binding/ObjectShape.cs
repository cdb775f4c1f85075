using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Binding;

/// <summary>How an object of the module is taken apart into properties, and made of them again. Only public records of the
/// engine and of the module have one.</summary>
internal sealed class ObjectShape
{
    private static readonly ConcurrentDictionary<Type, ObjectShape?> Shapes = [];

    private readonly ConstructorInfo _constructor;
    private readonly PropertyInfo[] _arguments;
    private readonly PropertyInfo[] _others;

    private ObjectShape(ConstructorInfo constructor, PropertyInfo[] arguments, PropertyInfo[] properties)
    {
        _constructor = constructor;
        _arguments = arguments;
        _others = [.. properties.Except(arguments)];
        Properties = properties;
    }

    /// <summary>What an object is made of.</summary>
    public PropertyInfo[] Properties { get; }

    /// <summary>The shape of a type; null where it has none.</summary>
    public static ObjectShape? Of(Type type) => Shapes.GetOrAdd(type, Find);

    /// <summary>The type of a name, where it has a shape.</summary>
    public static Type? FindType(string name)
    {
        Type? type = typeof(PeerNode).Assembly.GetType(name) ?? typeof(ObjectShape).Assembly.GetType(name);
        return type is not null && Of(type) is not null ? type : null;
    }

    /// <summary>Makes an object.</summary>
    /// <param name="read">The value of a property; <see cref="Missing"/> where there is none.</param>
    public object Create(Func<PropertyInfo, object?> read)
    {
        object made = _constructor.Invoke([.. _arguments.Select(argument => read(argument) is var value && value == Missing ? null : value)]);
        foreach (PropertyInfo property in _others)
        {
            if (read(property) is var value && value != Missing)
            {
                property.SetValue(made, value);
            }
        }

        return made;
    }

    /// <summary>Stands for a value that there is not.</summary>
    public static object Missing { get; } = new();

    private static ObjectShape? Find(Type type)
    {
        bool isOurs = type.Assembly == typeof(PeerNode).Assembly || type.Assembly == typeof(ObjectShape).Assembly;
        if (!isOurs || type.IsEnum || type.IsAbstract || !type.IsPublic || typeof(Exception).IsAssignableFrom(type)
            || typeof(Cmdlet).IsAssignableFrom(type))
        {
            return null;
        }

        PropertyInfo[] all = type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
        PropertyInfo[] settable = [.. all.Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)];
        return settable.Length == 0 ? null : type.GetConstructors()
            .OrderBy(constructor => constructor.GetParameters().Length)
            .Select(constructor => Match(constructor, settable))
            .FirstOrDefault(shape => shape is not null);
    }

    private static ObjectShape? Match(ConstructorInfo constructor, PropertyInfo[] settable)
    {
        PropertyInfo?[] arguments = [.. constructor.GetParameters().Select(parameter => settable.FirstOrDefault(
            property => property.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType))];
        return arguments.Contains(null) ? null : new(constructor, arguments!, settable);
    }
}
