using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>One search of a cloud for a name, on behalf of a caller. Belongs to the cloud's loop.</summary>
internal sealed class CloudResolve(Action<CertifiedName, IReadOnlyList<ResolveHop>> found)
{
    /// <summary>Its number in the machine, or −1 while it has none.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Told of each registration found.</summary>
    public Action<CertifiedName, IReadOnlyList<ResolveHop>> Found { get; } = found;

    /// <summary>Completed with what it has come to.</summary>
    public TaskCompletionSource<ResolveTally> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
