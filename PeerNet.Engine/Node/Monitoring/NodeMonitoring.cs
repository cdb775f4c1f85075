namespace PeerNet.Engine.Node.Monitoring;

/// <summary>How one node tells what it does.</summary>
/// <param name="logs">Its log.</param>
internal sealed class NodeMonitoring(NodeLogs logs) : INodeMonitoring
{
    public PeerLogLevel LogLevel
    {
        get => logs.Level;
        set => logs.Level = value;
    }

    public string? LogPath => logs.Location;

    public bool IsLoggedBySystem => logs.HasSystem;

    public void SetLogPath(string? path) => logs.SetFile(path);
}
