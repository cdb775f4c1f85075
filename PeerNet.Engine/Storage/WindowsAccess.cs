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
    /// <summary>The access list of a file, in the security descriptor definition language.</summary>
    /// <param name="user">The user's security identifier.</param>
    public static string DescribeFile(string user) => $"D:P(A;;FA;;;{user})(A;;FA;;;SY)(A;;FA;;;BA)";

    /// <summary>That of a folder, which whatever is made in it inherits.</summary>
    /// <param name="user">The user's security identifier.</param>
    public static string DescribeFolder(string user) => $"D:P(A;OICI;FA;;;{user})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

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
    private static string GetUser()
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        return user.User!.Value;
    }
}
