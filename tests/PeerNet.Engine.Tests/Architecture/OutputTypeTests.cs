using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.Architecture;

/// <summary>What scripts get to see: the public objects that services return and that events carry.</summary>
public sealed class OutputTypeTests
{
    private static readonly Type[] Services =
        [typeof(IPnrpService), typeof(IGraphService), typeof(IDistributionService), typeof(IIdentityService)];

    private static readonly Type[] Outputs = FindOutputs();

    [Fact]
    public void All_that_services_return_and_events_carry_is_looked_at()
    {
        Assert.Superset(
            new HashSet<Type>
            {
                typeof(PeerNodeStatus), typeof(PeerIdentity), typeof(PeerName), typeof(PeerNameRegistration), typeof(PeerEndpointInfo),
                typeof(PeerCloud), typeof(PnrpId), typeof(PeerGraph), typeof(PeerRecord), typeof(PeerRecordChange), typeof(PeerConnection),
                typeof(PeerConnectionChange), typeof(PeerDataItem), typeof(PeerContentInformation), typeof(PeerContentReceipt),
                typeof(PeerCache), typeof(SegmentId), typeof(PeerDistributionStatus),
            },
            Outputs.ToHashSet());
    }

    // Index expressions and strict mode look at the object itself, and what a compiler makes of [] for an interface
    // hides its indexer.
    [Fact]
    public void Lists_have_an_indexer_of_their_own()
    {
        AssertNone(Properties().Where(property => IsList(property.PropertyType) && !HasIndexer(property.PropertyType)));
    }

    [Fact]
    public void Bytes_are_arrays()
    {
        AssertNone(Properties().Where(property => property.PropertyType.IsByRefLike || IsMemory(property.PropertyType)));
    }

    [Fact]
    public void No_object_leads_back_to_its_own_type()
    {
        AssertNone(Properties().Where(property => Reach(property.PropertyType).Contains(property.DeclaringType!)));
    }

    // ConvertTo-Json and Export-Csv see properties alone, and would write {} for a number of 128 bits.
    [Fact]
    public void Ids_say_their_value_in_a_property()
    {
        AssertNone(Properties().Where(property => property.PropertyType == typeof(UInt128)));
        Assert.All(Outputs.Where(type => type.IsValueType), type => Assert.NotEmpty(GetProperties(type)));
    }

    [Fact]
    public void Every_object_has_a_text_of_its_own()
    {
        string[] machineMade =
        [
            .. Outputs.Where(type => !IsList(type) && type.GetMethod(nameof(ToString), Type.EmptyTypes)! is var text
                    && (text.DeclaringType != type || text.IsDefined(typeof(CompilerGeneratedAttribute))))
                .Select(type => type.Name),
        ];
        Assert.True(machineMade.Length == 0, string.Join('\n', machineMade));
    }

    private static Type[] FindOutputs()
    {
        IEnumerable<Type> returned = Services.SelectMany(service => service.GetMethods()).Select(method => method.ReturnType);
        IEnumerable<Type> carried = typeof(NodeEvents).GetMethods()
            .SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType);
        return [.. returned.Concat(carried).Append(typeof(PeerNodeStatus)).SelectMany(Unwrap).Where(IsOutput).SelectMany(type => Reach(type).Append(type)).Distinct()];
    }

    private static IEnumerable<PropertyInfo> Properties() => Outputs.SelectMany(GetProperties);

    private static PropertyInfo[] GetProperties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>The output types that an object of a type leads to.</summary>
    private static HashSet<Type> Reach(Type from)
    {
        HashSet<Type> reached = [];
        var next = new Queue<Type>(Unwrap(from).Where(IsOutput));
        while (next.TryDequeue(out Type? type))
        {
            foreach (Type below in GetProperties(type).SelectMany(property => Unwrap(property.PropertyType)).Where(IsOutput))
            {
                if (reached.Add(below))
                {
                    next.Enqueue(below);
                }
            }
        }

        return reached;
    }

    private static bool IsOutput(Type type) =>
        type is { IsVisible: true, IsEnum: false, IsInterface: false } && type.Assembly == typeof(PeerError).Assembly
        && !typeof(IDisposable).IsAssignableFrom(type);

    private static IEnumerable<Type> Unwrap(Type type) => type.GetElementType() is { } element
        ? Unwrap(element)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap) : [type];

    private static bool IsList(Type type) =>
        type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) && !IsDictionary(type);

    private static bool HasIndexer(Type type) =>
        type.IsArray || (type is { IsVisible: true, IsInterface: false } && type.GetProperty("Item", [typeof(int)]) is not null);

    private static bool IsDictionary(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(IReadOnlyDictionary<,>) || definition == typeof(Dictionary<,>));

    private static bool IsMemory(Type type) => type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>) || type.GetGenericTypeDefinition() == typeof(Memory<>)
            || type.GetGenericArguments().Any(IsMemory));

    private static void AssertNone(IEnumerable<PropertyInfo> properties)
    {
        string found = string.Join('\n', properties.Select(property => $"{property.DeclaringType!.Name}.{property.Name}: {property.PropertyType}"));
        Assert.True(found.Length == 0, found);
    }
}
