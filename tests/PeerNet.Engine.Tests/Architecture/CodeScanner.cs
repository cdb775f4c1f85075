using System.Reflection;
using System.Reflection.Emit;

namespace PeerNet.Engine.Tests.Architecture;

/// <summary>One member or type that a type of the engine uses.</summary>
internal sealed record CodeUse(Type User, MemberInfo Used)
{
    /// <summary>The type used, or the one that declares the member used.</summary>
    public Type UsedType => Used as Type ?? Used.DeclaringType ?? typeof(object);

    public override string ToString() => $"{User.FullName} uses {UsedType.FullName}.{Used.Name}";
}

/// <summary>
/// Finds what compiled types use: signatures, base types, and every type, field and method that their code names. What
/// compilers fold away (constants, nameof, documentation) is not seen and does not count.
/// </summary>
internal static class CodeScanner
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const byte TwoByteOpCode = 0xFE;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(opCode => opCode.Value);

    public static IEnumerable<CodeUse> Scan(IEnumerable<Type> types) =>
        types.SelectMany(type => Scan(type).Select(used => new CodeUse(type, used)));

    /// <summary>What the methods of one name use.</summary>
    public static IEnumerable<CodeUse> Scan(IEnumerable<Type> types, string method) =>
        from type in types
        from member in type.GetMember(method, Everything).OfType<MethodInfo>()
        from used in ScanMethod(member)
        select new CodeUse(type, used);

    private static List<MemberInfo> Scan(Type type)
    {
        List<MemberInfo> used = [.. type.GetInterfaces().SelectMany(Flatten)];
        if (type.BaseType is { } baseType)
        {
            used.AddRange(Flatten(baseType));
        }

        used.AddRange(type.GetFields(Everything).SelectMany(field => Flatten(field.FieldType)));
        IEnumerable<MethodBase> methods = type.GetMethods(Everything);
        used.AddRange(methods.Concat(type.GetConstructors(Everything)).SelectMany(ScanMethod));
        return used;
    }

    private static IEnumerable<MemberInfo> ScanMethod(MethodBase method) =>
    [
        .. method.GetParameters().SelectMany(parameter => Flatten(parameter.ParameterType)),
        .. method is MethodInfo info ? Flatten(info.ReturnType) : [],
        .. ScanBody(method),
    ];

    private static IEnumerable<MemberInfo> ScanBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        IEnumerable<MemberInfo> locals = body.LocalVariables.SelectMany(local => Flatten(local.LocalType));
        IEnumerable<MemberInfo> named = ReadTokens(body.GetILAsByteArray() ?? [])
            .SelectMany(token => Resolve(method, token));
        return locals.Concat(named);
    }

    private static IEnumerable<MemberInfo> Resolve(MethodBase method, int token)
    {
        Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? ofMethod = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        MemberInfo member = method.Module.ResolveMember(token, ofType, ofMethod)!;
        if (member is Type used)
        {
            return Flatten(used);
        }

        IEnumerable<MemberInfo> arguments = member is MethodInfo { IsGenericMethod: true } generic
            ? generic.GetGenericArguments().SelectMany(Flatten)
            : [];
        return [member, .. member.DeclaringType is { } declaring ? Flatten(declaring) : [], .. arguments];
    }

    private static IEnumerable<Type> Flatten(Type type)
    {
        if (type.GetElementType() is { } element)
        {
            return Flatten(element);
        }

        return type.IsGenericType
            ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Flatten)]
            : [type];
    }

    private static IEnumerable<int> ReadTokens(byte[] code)
    {
        for (int position = 0; position < code.Length;)
        {
            short value = code[position] == TwoByteOpCode
                ? unchecked((short)((TwoByteOpCode << 8) | code[position + 1]))
                : code[position];
            OpCode opCode = OpCodesByValue[value];
            position += opCode.Size;
            if (opCode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, position);
            }

            position += GetOperandLength(opCode, code, position);
        }
    }

    private static int GetOperandLength(OpCode opCode, byte[] code, int position) => opCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => sizeof(int) * (1 + BitConverter.ToInt32(code, position)),
        _ => 4,
    };
}
