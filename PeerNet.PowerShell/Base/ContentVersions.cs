using EngineVersion = PeerNet.Engine.Distribution.PeerContentVersion;

namespace PeerNet.PowerShell.Base;

/// <summary>Versions of content information between scripts and the engine.</summary>
internal static class ContentVersions
{
    /// <summary>The versions that a choice stands for.</summary>
    public static IReadOnlyList<EngineVersion> ToEngine(PeerContentVersion version) => version switch
    {
        PeerContentVersion.V1 => [EngineVersion.V1],
        PeerContentVersion.V2 => [EngineVersion.V2],
        _ => [EngineVersion.V1, EngineVersion.V2],
    };

    /// <summary>The one version that a choice stands for; null where either will do.</summary>
    public static EngineVersion? ToOne(PeerContentVersion version) =>
        ToEngine(version) is [var one] ? one : null;
}
