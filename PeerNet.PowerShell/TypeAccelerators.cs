using System.Management.Automation;

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
        typeof(PeerGraphScope),
        typeof(PeerGroupRole),
        typeof(PeerGroupAuthentication),
        typeof(PeerConnectionKind),
        typeof(PeerEndpointProtocol),
        typeof(PeerFirewall),
        typeof(PeerLogLevel),
        typeof(PeerEventType),
        typeof(PeerContentVersion),
        typeof(PeerCacheType),
        typeof(PeerDistributionMode),
        typeof(PeerDistributionSection),
        typeof(PeerDistributionAuthentication),
        typeof(PeerSignInScope),
        typeof(PeerCollaborationScope),
        typeof(PeerPresenceStatus),
        typeof(PeerWatchPermission),
        typeof(PeerInvitationDirection),
        typeof(PeerInvitationState),
        typeof(PeerInvitationResponse),
    ];

    // PowerShell has no public way to do this; the type and its methods have been the same since version 2.
    private static readonly Type? Table = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators");

    public static void Add()
    {
        var add = Table?.GetMethod("Add")?.CreateDelegate<Action<string, Type>>();
        foreach (Type type in Types)
        {
            add?.Invoke(type.Name, type);
        }
    }

    public static void Remove()
    {
        var remove = Table?.GetMethod("Remove")?.CreateDelegate<Func<string, bool>>();
        foreach (Type type in Types)
        {
            remove?.Invoke(type.Name);
        }
    }
}
