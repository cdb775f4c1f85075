namespace PeerNet.Engine.NameService.Systems;

/// <summary>The machine, as far as telling it needs it. Tests replace it.</summary>
internal interface ISystemHost
{
    /// <summary>Whether there is such a folder.</summary>
    bool HasFolder(string path);

    /// <summary>The text of a file; null where there is none.</summary>
    string? Read(string path);

    /// <summary>Does a step.</summary>
    /// <exception cref="Core.PeerException">It failed, or the user may not.</exception>
    Task DoAsync(SystemStep step, CancellationToken cancellationToken);
}
