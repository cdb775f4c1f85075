using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace PeerNet.Engine.Storage;

/// <summary>
/// Who may use what is private on Windows: this user, the system and the administrators. The list is protected: a folder
/// above that lets others read adds nothing to it.
/// </summary>
internal static class WindowsAccess
{
    // GENERIC_ALL and GENERIC_WRITE, which lists may have as they were given.
    private const FileSystemRights GenericRights = (FileSystemRights)0x50000000;

    // NT SERVICE\TrustedInstaller, whose Windows' own files are.
    private const string TrustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

    /// <summary>The access list of a file, in the security descriptor definition language.</summary>
    /// <param name="user">The user's security identifier.</param>
    public static string DescribeFile(string user) => $"D:P(A;;FA;;;{user})(A;;FA;;;SY)(A;;FA;;;BA)";

    /// <summary>That of a folder, which whatever is made in it inherits.</summary>
    /// <param name="user">The user's security identifier.</param>
    public static string DescribeFolder(string user) => $"D:P(A;OICI;FA;;;{user})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

    /// <summary>That of a folder, and what is made in it, which all users may read and administrators alone may change.</summary>
    public static string DescribeSharedFolder() => "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FRFX;;;BU)";

    /// <summary>Makes a folder that all users may read, unless there is one.</summary>
    [SupportedOSPlatform("windows")]
    public static void CreateSharedFolder(string path)
    {
        var folder = new DirectoryInfo(path);
        if (folder.Exists)
        {
            return;
        }

        if (folder.Parent is { Exists: false } above)
        {
            CreateSharedFolder(above.FullName);
        }

        var security = new DirectorySecurity();
        security.SetSecurityDescriptorSddlForm(DescribeSharedFolder(), AccessControlSections.Access);
        folder.Create(security);
    }

    /// <summary>Whether somebody else than this user, the system and the administrators owns a file or folder or may change
    /// it. What may be added to a folder does not count, unless its files are used as they are.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="isAdding">Whether a new file in the folder would be used.</param>
    [SupportedOSPlatform("windows")]
    public static bool IsOthers(string path, bool isAdding)
    {
        bool isFolder = Directory.Exists(path);
        FileSystemSecurity security = isFolder
            ? new DirectoryInfo(path).GetAccessControl(AccessControlSections.Owner | AccessControlSections.Access)
            : new FileInfo(path).GetAccessControl(AccessControlSections.Owner | AccessControlSections.Access);
        FileSystemRights change = FileSystemRights.Delete | FileSystemRights.DeleteSubdirectoriesAndFiles
            | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership | GenericRights
            | (isFolder && !isAdding ? 0 : FileSystemRights.WriteData | FileSystemRights.AppendData);
        return !IsTrusted(security.GetOwner(typeof(SecurityIdentifier)))
            || security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                .OfType<FileSystemAccessRule>()
                .Any(rule => rule.AccessControlType == AccessControlType.Allow
                    && !rule.PropagationFlags.HasFlag(PropagationFlags.InheritOnly)
                    && (rule.FileSystemRights & change) != 0
                    && !IsTrusted(rule.IdentityReference));
    }

    /// <summary>Makes a file that was not there, private from the beginning.</summary>
    [SupportedOSPlatform("windows")]
    public static FileStream CreateFile(string path)
    {
        var security = new FileSecurity();
        security.SetSecurityDescriptorSddlForm(DescribeFile(GetUser()), AccessControlSections.Access);
        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.Read, FileShare.None, 1, FileOptions.None, security);
    }

    /// <summary>Makes a folder, private from the beginning. One that is there stays as it is, unless it is empty.</summary>
    [SupportedOSPlatform("windows")]
    public static void CreateFolder(string path)
    {
        var security = new DirectorySecurity();
        security.SetSecurityDescriptorSddlForm(DescribeFolder(GetUser()), AccessControlSections.Access);
        var folder = new DirectoryInfo(path);
        if (!folder.Exists)
        {
            if (folder.Parent is { } above)
            {
                Directory.CreateDirectory(above.FullName);
            }

            folder.Create(security);
        }
        else if (!folder.EnumerateFileSystemInfos().Any())
        {
            // Whoever made it may have made it for us; with something in it, it may be for others too.
            folder.SetAccessControl(security);
        }
    }

    [SupportedOSPlatform("windows")]
    private static bool IsTrusted(IdentityReference? who) =>
        who is SecurityIdentifier sid
        && (sid.IsWellKnown(WellKnownSidType.LocalSystemSid)
            || sid.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid)
            || sid.Value == TrustedInstaller
            || sid.Value == GetUser());

    [SupportedOSPlatform("windows")]
    private static string GetUser()
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        return user.User!.Value;
    }
}
