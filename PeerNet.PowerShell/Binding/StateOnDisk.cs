using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>What the node that cmdlets start when they need one will find, for completion before that.</summary>
internal static class StateOnDisk
{
    public static IReadOnlyList<PeerIdentity> ReadIdentities() => Read()?.Identities ?? [];

    public static IReadOnlyList<string> ReadGraphs() => Read()?.Graphs ?? [];

    public static IReadOnlyList<PeerGroup> ReadGroups() => Read()?.Groups ?? [];

    private static PeerStoredState? Read() => PeerStoredState.Read(NodeRegistry.DefaultName);
}
