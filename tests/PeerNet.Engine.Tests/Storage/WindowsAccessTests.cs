using System.Runtime.Versioning;
using System.Security.AccessControl;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Storage;

public sealed class WindowsAccessTests
{
    private const string User = "S-1-5-21-1-2-3-1001";

    // P: protected, so that nothing is inherited from a folder that lets users read. FA: everything. No OI and CI: a file.
    [Fact]
    public void A_file_is_for_the_user_the_system_and_the_administrators()
    {
        Assert.Equal("D:P(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FA;;;SY)(A;;FA;;;BA)", WindowsAccess.DescribeFile(User));
    }

    [Fact]
    public void A_folder_hands_that_down()
    {
        Assert.Equal(
            "D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", WindowsAccess.DescribeFolder(User));
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void Windows_understands_both()
    {
        foreach (string text in new[] { WindowsAccess.DescribeFile(User), WindowsAccess.DescribeFolder(User) })
        {
            var descriptor = new RawSecurityDescriptor(text);
            Assert.True(descriptor.ControlFlags.HasFlag(ControlFlags.DiscretionaryAclProtected));
            Assert.Equal(3, descriptor.DiscretionaryAcl!.Count);
        }
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void A_folder_and_a_file_get_them()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("private");
        PrivateFile.CreateFolder(path);
        PrivateFile.Create(Path.Combine(path, "file")).Dispose();

        Assert.True(new DirectoryInfo(path).GetAccessControl().AreAccessRulesProtected);
        Assert.True(new FileInfo(Path.Combine(path, "file")).GetAccessControl().AreAccessRulesProtected);
    }
}
