namespace PeerNet.Engine.Node.Installation;

/// <summary>A node that the operating system starts.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Scope">For whom it was installed.</param>
/// <param name="StatePath">Its state folder.</param>
/// <param name="IsActive">Whether the operating system says that it runs; null where that is not known.</param>
public sealed record PeerNodeInstallation(string Name, PeerNodeScope Scope, string StatePath, bool? IsActive);
