using PeerNet.Engine.NameService.Systems;

namespace PeerNet.Engine.Node.Installation;

/// <summary>What starts programs on one operating system.</summary>
internal interface IServiceManager
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Finds out whether it runs here.</summary>
    /// <exception cref="Core.PeerException">It does not; the error says what to do instead.</exception>
    void RequireThere();

    /// <summary>What is to be done so that it starts a node, now and after this.</summary>
    /// <exception cref="Core.PeerException">It cannot be told of such a node.</exception>
    IReadOnlyList<SystemStep> Install(PeerNodeInstallRequest request);

    /// <summary>What is to be done so that it ends a node, and starts it no more.</summary>
    IReadOnlyList<SystemStep> Uninstall(PeerNodeInstallation node);

    /// <summary>Where the state of a node is, unless the request says so.</summary>
    string LocateState(string name, PeerNodeScope scope);

    /// <summary>The nodes that were installed, as far as this user can see.</summary>
    IReadOnlyList<PeerNodeInstallation> FindAll();
}
