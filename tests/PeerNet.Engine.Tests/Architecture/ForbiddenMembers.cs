using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;

namespace PeerNet.Engine.Tests.Architecture;

/// <summary>What the engine may not use, or only in one place.</summary>
internal static class ForbiddenMembers
{
    private static readonly Type[] SocketTypes =
        [typeof(Socket), typeof(UdpClient), typeof(TcpClient), typeof(TcpListener), typeof(NetworkStream)];

    /// <summary>A clock that nobody injected: machine time, timers and waits without a <see cref="TimeProvider"/>.</summary>
    public static bool IsClock(MemberInfo member)
    {
        Type? type = member.DeclaringType;
        return member.Name switch
        {
            "get_UtcNow" or "get_Now" or "get_Today" => type == typeof(DateTime) || type == typeof(DateTimeOffset),
            "get_TickCount" or "get_TickCount64" => type == typeof(Environment),
            "get_System" => type == typeof(TimeProvider),
            "Sleep" or "SpinWait" => type == typeof(Thread),
            "CancelAfter" => type == typeof(CancellationTokenSource),
            "Delay" => type == typeof(Task) && !TakesTimeProvider(member),
            "WaitAsync" => typeof(Task).IsAssignableFrom(type) && Takes(member, typeof(TimeSpan)) && !TakesTimeProvider(member),
            ".ctor" when type == typeof(CancellationTokenSource) =>
                ((ConstructorInfo)member).GetParameters().Length > 0 && !TakesTimeProvider(member),
            ".ctor" when type == typeof(PeriodicTimer) => !TakesTimeProvider(member),
            ".ctor" => type == typeof(Timer) || type == typeof(System.Timers.Timer),
            _ => type == typeof(Stopwatch),
        };
    }

    /// <summary>Chance that nobody injected.</summary>
    public static bool IsChance(MemberInfo member) =>
        member.DeclaringType == typeof(Random)
        || member.DeclaringType == typeof(RandomNumberGenerator)
        || (member.DeclaringType == typeof(Guid) && member.Name is "NewGuid" or "CreateVersion7")
        || (member.DeclaringType == typeof(Path) && member.Name is "GetRandomFileName" or "GetTempFileName");

    /// <summary>A socket.</summary>
    public static bool IsSocket(MemberInfo member) =>
        member.DeclaringType is { } type && SocketTypes.Contains(type) && member is MethodBase;

    private static bool TakesTimeProvider(MemberInfo member) => Takes(member, typeof(TimeProvider));

    private static bool Takes(MemberInfo member, Type type) =>
        ((MethodBase)member).GetParameters().Any(parameter => parameter.ParameterType == type);
}
