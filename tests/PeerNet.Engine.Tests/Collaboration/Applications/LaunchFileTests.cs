using System.Runtime.Versioning;
using System.Text;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Applications;

[UnsupportedOSPlatform("windows")]
public sealed class LaunchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.Combine("data.bin");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_process_that_no_invitation_has_run_is_told_so()
    {
        TestProgram.AssertRefused(PeerErrors.NotFound, "PEERNET_INVITATION", () => PeerAppLaunchInfo.Read());
        TestProgram.AssertRefused(PeerErrors.NotFound, "PEERNET_INVITATION", () => LaunchFile.Read(""));
    }

    [Fact]
    public void What_was_written_is_read_and_is_JSON_without_the_data()
    {
        string path = Write();
        PeerAppLaunchInfo read = LaunchFile.Read(path);

        PeerAppLaunchInfo expected = TestProgram.Info;
        Assert.Equal(expected.Data, read.Data);
        Assert.Equal(expected with { Data = read.Data }, read);
        string json = File.ReadAllText(path);
        Assert.DoesNotContain("secret", json, StringComparison.Ordinal);
        Assert.Contains("\"DataFile\": \"data.bin\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_gone_damaged_or_too_long_is_not_read()
    {
        AssertLost(_folder.Combine("none"));
        AssertLost("invitation.json");
        File.WriteAllText(Write(), "{");
        AssertLost(_folder.Combine("invitation.json"));
        File.WriteAllText(Write(), "{ \"Version\": 1 }");
        AssertLost(_folder.Combine("invitation.json"));
        File.AppendAllText(Write(), new string(' ', 64 * 1024));
        AssertLost(_folder.Combine("invitation.json"));
        Write();
        File.WriteAllBytes(Data, new byte[(16 * 1024) + 1]);
        AssertLost(_folder.Combine("invitation.json"));
        File.Delete(Data);
        AssertLost(_folder.Combine("invitation.json"));
    }

    [UnixFact]
    public void What_is_no_regular_file_of_one_name_is_not_read()
    {
        string path = Write();
        UnixFiles.Link(Data, _folder.Combine("second"));
        AssertLost(path);

        File.Delete(Data);
        UnixFiles.MakePipe(Data);
        AssertLost(path);
        AssertLost(Data);
    }

    [UnixFact(NeedsRoot = true)]
    public void What_is_another_users_is_not_read()
    {
        string path = Write();
        UnixFiles.GiveAway(path);
        AssertLost(path);

        Write();
        UnixFiles.GiveAway(Data);
        AssertLost(path);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_and_nothing_else()
    {
        byte[] sound = File.ReadAllBytes(Write());
        string path = _folder.Combine("invitation.json");
        var random = new SeededBytes();
        byte[] buffer = new byte[sound.Length + 256];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] mutant = buffer[..random.Mutate(sound, buffer)];
            File.WriteAllBytes(path, mutant);
            try
            {
                LaunchFile.Read(path);
            }
            catch (PeerException refused) when (refused.Error == PeerErrors.NotFound)
            {
                // As it should be.
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Encoding.Latin1.GetString(mutant)}\n{exception}");
            }
        }
    }

    private static void AssertLost(string path) =>
        TestProgram.AssertRefused(PeerErrors.NotFound, "cannot be read", () => LaunchFile.Read(path));

    private string Write() => LaunchFile.Write(_folder.Location, TestProgram.Info);
}
