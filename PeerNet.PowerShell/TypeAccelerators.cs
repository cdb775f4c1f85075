using System.Management.Automation;
using System.Reflection;

namespace PeerNet.PowerShell;

/// <summary>Short names for the types that people write in scripts.</summary>
internal static class TypeAccelerators
{
    // None of these is an engine type: naming one would load the engine on import.
    private static readonly Type[] Types =
    [
        typeof(PeerSuite),
        typeof(PeerProtocol),
        typeof(PeerCloudScope),
        typeof(PeerCloudMode),
        typeof(PeerResolveCriteria),
        typeof(PeerEventType),
    ];

    public static void Add()
    {
        foreach (Type type in Types)
        {
            Invoke("Add", type.Name, type);
        }
    }

    public static void Remove()
    {
        foreach (Type type in Types)
        {
            Invoke("Remove", type.Name);
        }
    }

    // PowerShell has no public way to do this; the type and its methods have been the same since version 2.
    private static void Invoke(string method, params object[] arguments) =>
        typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators")?.InvokeMember(
            method, BindingFlags.InvokeMethod | BindingFlags.Public | BindingFlags.Static, null, null, arguments, null);
}
