using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Security.Principal;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Who comes to a pipe on Windows: the same user, and nobody in a tab with fewer rights. The user's own identifier is in the
/// elevated tab as in the other one, so a node of a plain tab is reached from both. A node of an elevated tab runs cmdlets with the
/// rights of an administrator, and a plain tab that reached it would have those without having been asked: it lets in
/// administrators, who are such in elevated tabs alone. Those of other users could take the process over in any case, as root
/// could on Unix; their cmdlets do not come, since each end goes by the owner, which is the user and never the group.
/// </summary>
internal static class PipeAccess
{
    /// <summary>The access list of a pipe, in the security descriptor definition language.</summary>
    /// <param name="user">The user's security identifier.</param>
    /// <param name="isElevated">Whether the process has the rights of an administrator.</param>
    /// <remarks>An owner could change the list from any tab, unless it says what owners may (OW): read it, to know it.</remarks>
    public static string Describe(string user, bool isElevated) =>
        isElevated ? $"O:{user}D:P(A;;RC;;;OW)(A;;FA;;;BA)" : $"O:{user}D:P(A;;RC;;;OW)(A;;FA;;;{user})";

    /// <summary>Whether a pipe with a certain owner is the user's own.</summary>
    /// <param name="owner">The owner, as the system says.</param>
    /// <param name="user">The user's security identifier.</param>
    public static bool IsOwn(string? owner, string user) => owner == user;

    /// <summary>The access of a pipe of this process.</summary>
    [SupportedOSPlatform("windows")]
    public static PipeSecurity Create()
    {
        var security = new PipeSecurity();
        security.SetSecurityDescriptorSddlForm(Describe(ReadUser(), Environment.IsPrivilegedProcess));
        return security;
    }

    /// <summary>Whether the pipe at whose other end we are is a process of this user's.</summary>
    /// <exception cref="UnauthorizedAccessException">It lets nobody see whose it is.</exception>
    [SupportedOSPlatform("windows")]
    public static bool IsOwn(PipeStream pipe) =>
        IsOwn(pipe.GetAccessControl().GetOwner(typeof(SecurityIdentifier))?.Value, ReadUser());

    [SupportedOSPlatform("windows")]
    private static string ReadUser()
    {
        using WindowsIdentity identity = WindowsIdentity.GetCurrent();
        return identity.User!.Value;
    }
}
