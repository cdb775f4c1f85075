namespace PeerNet.Engine.NameService.Systems;

/// <summary>The files of the machine, as far as telling it needs them. Tests replace them.</summary>
internal interface ISystemFiles
{
    /// <summary>Whether there is such a folder.</summary>
    bool HasFolder(string path);

    /// <summary>The files of a folder whose names end so; none where there is no such folder.</summary>
    IReadOnlyList<string> List(string folder, string ending);

    /// <summary>The text of a file; null where there is none.</summary>
    string? Read(string path);

    /// <summary>The files of a folder, with their paths; none where there is no folder, or it is not for this user to see.</summary>
    IReadOnlyList<string> List(string folder);
}

/// <summary>The machine, which can be changed, too.</summary>
internal interface ISystemHost : ISystemFiles
{
    /// <summary>Does a step.</summary>
    /// <exception cref="Core.PeerException">It failed, or the user may not.</exception>
    Task DoAsync(SystemStep step, CancellationToken cancellationToken);
}
