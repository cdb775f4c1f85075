using System.Runtime.Versioning;
using System.Text;
using Newtonsoft.Json.Linq;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Collaboration.Applications;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class ApplicationStoreTests : IDisposable
{
    private static readonly Guid Other = new("99999999-2222-3333-4444-555555555555");

    private readonly TemporaryFolder _folder = new();

    private string Own => _folder.Combine("own");

    private string Shared => _folder.Combine(Path.Combine("etc", "applications"));

    private string OwnFile => Path.Combine(Own, $"{TestProgram.Id}.json");

    private string SharedPath => Path.Combine(Shared, $"{TestProgram.Id}.json");

    private static StoredApplication Chess => TestProgram.Register("/bin/sh", "-c", "echo \"$0\"", "2031-05-06T07:08:09Z");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void An_application_is_there_again_when_the_store_is_opened_again()
    {
        foreach (bool isForAllUsers in (bool[])[false, true])
        {
            StoredApplication written = Chess with { IsForAllUsers = isForAllUsers };
            using (ApplicationStore store = Open())
            {
                store.Register(written, isForced: false);
            }

            using ApplicationStore again = Open();
            AssertSame(written, again.List().Single(application => application.IsForAllUsers == isForAllUsers));
            Assert.Empty(again.Faults);
        }
    }

    [UnixFact]
    public void What_is_registered_already_is_replaced_only_by_force()
    {
        foreach (bool isForAllUsers in (bool[])[false, true])
        {
            using ApplicationStore store = Open();
            StoredApplication first = Chess with { IsForAllUsers = isForAllUsers };
            store.Register(first, isForced: false);
            Assert.Equal(
                PeerErrors.AlreadyExists,
                Assert.Throws<PeerException>(() => store.Register(first with { Name = "Go" }, isForced: false)).Error);
            Assert.Equal("Chess", store.List().Single(one => one.IsForAllUsers == isForAllUsers).Name);
            store.Register(first with { Name = "Go" }, isForced: true);
            Assert.Equal("Go", store.List().Single(one => one.IsForAllUsers == isForAllUsers).Name);
        }
    }

    [UnixFact]
    public void The_users_own_comes_before_that_of_all_users()
    {
        using ApplicationStore store = Open();
        store.Register(Chess with { Name = "Theirs", IsForAllUsers = true }, isForced: false);
        Assert.Equal("Theirs", store.Find(TestProgram.Id)!.Name);
        store.Register(Chess with { Name = "Own" }, isForced: false);

        Assert.Equal("Own", store.Find(TestProgram.Id)!.Name);
        Assert.Equal(["Own", "Theirs"], store.List().Select(application => application.Name));
        Assert.Null(store.Find(Other));
    }

    [UnixFact]
    public void What_another_node_registers_for_all_users_is_there_at_once()
    {
        using ApplicationStore one = Open();
        using ApplicationStore two = ApplicationStore.Open(TestProgram.MakeFolder(_folder.Combine("own2")), Shared);
        Assert.Empty(two.List());
        one.Register(Chess with { IsForAllUsers = true }, isForced: false);
        Assert.Single(two.List());
        two.Unregister(TestProgram.Id, isForAllUsers: true);
        Assert.Empty(one.List());
    }

    [UnixFact]
    public void An_application_is_unregistered_where_it_is_registered()
    {
        using ApplicationStore store = Open();
        store.Register(Chess, isForced: false);
        AssertUnknown(isForAllUsers: true);
        store.Unregister(TestProgram.Id, isForAllUsers: false);
        AssertUnknown(isForAllUsers: false);
        Assert.Empty(store.List());
        Assert.Empty(Directory.GetFiles(Own));

        void AssertUnknown(bool isForAllUsers) => Assert.Equal(
            PeerErrors.NotFound,
            Assert.Throws<PeerException>(() => store.Unregister(TestProgram.Id, isForAllUsers)).Error);
    }

    [UnixFact]
    public void A_program_that_is_not_fit_is_not_registered()
    {
        string program = TestProgram.Write(_folder.Combine("program"));
        TestProgram.Allow(program, UnixFileMode.OtherWrite);
        using ApplicationStore store = Open();

        foreach ((string path, PeerError error) in (ReadOnlySpan<(string, PeerError)>)
            [(program, PeerErrors.InvalidArgument), ("sh", PeerErrors.InvalidArgument), ("/none", PeerErrors.NotFound)])
        {
            Assert.Equal(error, Assert.Throws<PeerException>(() => store.Register(Chess with { Path = path }, isForced: true)).Error);
        }

        Assert.Empty(Directory.GetFiles(Own));
    }

    [UnixFact]
    public void What_could_not_be_read_again_is_not_written()
    {
        using ApplicationStore store = Open();
        AssertRefused(Chess with { Id = Guid.Empty });
        AssertRefused(Chess with { Name = " " });
        AssertRefused(Chess with { Name = new string('x', 256) });
        AssertRefused(Chess with { Name = "a\u001bb" });
        AssertRefused(Chess with { Description = new string('x', 256) });
        AssertRefused(Chess with { Arguments = [.. Enumerable.Repeat("x", 65)] });
        AssertRefused(Chess with { Arguments = [new string('x', 4097)] });
        AssertRefused(Chess with { Arguments = ["a\0b"] });
        AssertRefused(Chess with { Arguments = ["\ud83d"] });
        AssertRefused(Chess with { Data = new byte[(16 * 1024) + 1] });
        AssertRefused(Chess with { Scope = (PeerCollaborationScope)4 });
        Assert.Empty(Directory.GetFiles(Own));

        void AssertRefused(StoredApplication bad) => Assert.Equal(
            PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => store.Register(bad, isForced: false)).Error);
    }

    [UnixFact]
    public void What_is_at_every_limit_is_kept()
    {
        StoredApplication large = Chess with
        {
            Name = new string('n', 255),
            Description = new string('d', 255),
            Arguments = [.. Enumerable.Repeat(new string('"', 4096), 64)],
            Data = new byte[16 * 1024],
        };
        using (ApplicationStore store = Open())
        {
            store.Register(large, isForced: false);
        }

        using ApplicationStore again = Open();
        AssertSame(large, Assert.Single(again.List()));
    }

    [UnixFact]
    public void There_are_at_most_sixty_four()
    {
        using ApplicationStore store = Open();
        for (int i = 1; i <= ApplicationStore.MaximumApplications; i++)
        {
            store.Register(Chess with { Id = new Guid(i, 0, 0, new byte[8]) }, isForced: false);
        }

        Assert.Equal(
            PeerErrors.NotEnoughQuota, Assert.Throws<PeerException>(() => store.Register(Chess, isForced: false)).Error);
        store.Register(Chess with { IsForAllUsers = true }, isForced: false);
    }

    [UnixFact]
    public void The_users_files_are_the_users_alone_and_the_others_are_for_all_to_read()
    {
        using ApplicationStore store = Open();
        store.Register(Chess, isForced: false);
        store.Register(Chess with { IsForAllUsers = true }, isForced: false);

        Assert.Equal("600", Octal(OwnFile));
        Assert.Equal("644", Octal(SharedPath));
        Assert.Equal("755", Octal(Shared));
        Assert.Equal("755", Octal(Path.GetDirectoryName(Shared)!));

        static string Octal(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
    }

    // Whoever can write there could have his own program run in this user's name.
    [UnixFact]
    public void What_others_can_change_does_not_count_for_all_users()
    {
        AssertDoesNotCount(SharedPath, UnixFileMode.OtherWrite);
        AssertDoesNotCount(SharedPath, UnixFileMode.GroupWrite);
        AssertDoesNotCount(Shared, UnixFileMode.OtherWrite);
        AssertDoesNotCount(Shared, UnixFileMode.GroupWrite);
        AssertDoesNotCount(Path.GetDirectoryName(Shared)!, UnixFileMode.OtherWrite);

        void AssertDoesNotCount(string path, UnixFileMode others)
        {
            using ApplicationStore store = Open();
            store.Register(Chess with { IsForAllUsers = true }, isForced: true);
            UnixFileMode mode = File.GetUnixFileMode(path);
            TestProgram.Allow(path, others);

            Assert.Empty(store.List());
            Assert.Contains($"other users can change '{path}'", Assert.Single(store.Faults), StringComparison.Ordinal);
            Assert.Equal(PeerErrors.AccessDenied, Assert.Throws<PeerException>(() => store.Find(TestProgram.Id)).Error);
            Assert.Equal(
                PeerErrors.AccessDenied,
                Assert.Throws<PeerException>(() => store.Register(Chess with { IsForAllUsers = true }, isForced: true)).Error);

            // The user's own does.
            store.Register(Chess, isForced: true);
            Assert.Equal("Chess", store.Find(TestProgram.Id)!.Name);
            store.Unregister(TestProgram.Id, isForAllUsers: false);
            File.SetUnixFileMode(path, mode);
        }
    }

    [UnixFact(NeedsRoot = true)]
    public void What_is_another_users_does_not_count_for_all_users()
    {
        using ApplicationStore store = Open();
        store.Register(Chess with { IsForAllUsers = true }, isForced: false);
        UnixFiles.GiveAway(SharedPath);

        Assert.Empty(store.List());
        Assert.Contains($"'{SharedPath}' belongs to another user", Assert.Single(store.Faults), StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_link_to_a_file_that_others_can_change_does_not_count_for_all_users()
    {
        using ApplicationStore store = Open();
        store.Register(Chess with { IsForAllUsers = true }, isForced: false);
        string open = TestProgram.MakeFolder(_folder.Combine("open"), UnixFileMode.OtherWrite);
        File.Move(SharedPath, Path.Combine(open, "x.json"));
        File.CreateSymbolicLink(SharedPath, Path.Combine(open, "x.json"));

        Assert.Empty(store.List());
        Assert.Contains(open, Assert.Single(store.Faults), StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_damaged_file_is_reported_and_kept_and_the_others_are_used()
    {
        foreach (bool isForAllUsers in (bool[])[false, true])
        {
            using (ApplicationStore first = Open())
            {
                first.Register(Chess with { IsForAllUsers = isForAllUsers }, isForced: false);
                first.Register(Chess with { Id = Other, Name = "Go", IsForAllUsers = isForAllUsers }, isForced: false);
            }

            string file = isForAllUsers ? SharedPath : OwnFile;
            const string Damage = "{ \"Version\": 1, \"I";
            File.WriteAllText(file, Damage);

            using ApplicationStore store = Open();
            Assert.Equal(["Go"], store.List().Select(application => application.Name));
            Assert.Contains(file, Assert.Single(store.Faults), StringComparison.Ordinal);
            AssertCorrupted(() => store.Find(TestProgram.Id));
            AssertCorrupted(() => store.Register(Chess with { IsForAllUsers = isForAllUsers }, isForced: true));
            Assert.Equal(Damage, File.ReadAllText(file));

            store.Unregister(TestProgram.Id, isForAllUsers);
            store.Unregister(Other, isForAllUsers);
            Assert.Empty(store.Faults);
        }

        static void AssertCorrupted(Action action) =>
            Assert.Equal(PeerErrors.CertificateStoreCorrupted, Assert.Throws<PeerException>(action).Error);
    }

    [UnixFact]
    public void A_file_whose_values_make_no_sense_is_damaged()
    {
        foreach ((string property, JToken value) in (ReadOnlySpan<(string, JToken)>)
            [
                ("Id", Other.ToString()), ("Id", "chess"), ("Name", JValue.CreateNull()), ("Name", ""), ("Name", new string('x', 256)),
                ("Description", JValue.CreateNull()), ("Description", new string('x', 256)), ("Path", JValue.CreateNull()),
                ("Path", "sh"), ("Path", "/bin/../bin/sh"), ("Arguments", JValue.CreateNull()), ("Arguments", "x"),
                ("Arguments", new JArray(JValue.CreateNull())), ("Arguments", new JArray(Enumerable.Repeat("x", 65))),
                ("Arguments", new JArray(new string('x', 4097))), ("Data", "not base64"), ("Data", JValue.CreateNull()),
                ("Data", Convert.ToBase64String(new byte[(16 * 1024) + 1])), ("Scope", 4), ("Scope", -1), ("Scope", "everybody"),
                ("Version", 0), ("Version", JValue.CreateNull()),
            ])
        {
            using ApplicationStore store = Edit(json => json[property] = value);
            PeerException damaged = Assert.Throws<PeerException>(() => store.Find(TestProgram.Id));
            Assert.True(damaged.Error == PeerErrors.CertificateStoreCorrupted, $"{property}: {damaged.Message}");
            Assert.Contains(OwnFile, damaged.Message, StringComparison.Ordinal);
        }
    }

    [UnixFact]
    public void A_file_of_a_later_version_is_told_from_a_damaged_one()
    {
        using ApplicationStore store = Edit(json => json["Version"] = 2);
        Assert.Equal(PeerErrors.UnsupportedVersion, Assert.Throws<PeerException>(() => store.Find(TestProgram.Id)).Error);
    }

    [UnixFact]
    public void A_writer_that_was_killed_at_any_step_leaves_the_application_as_it_was()
    {
        using (ApplicationStore store = Open())
        {
            store.Register(Chess, isForced: false);
            store.Register(Chess with { IsForAllUsers = true }, isForced: false);
        }

        byte[] next = new StoredApplicationFormat(false).Encode(Chess with { Name = "Go" });
        for (int written = 0; written <= next.Length; written += 13)
        {
            File.WriteAllBytes($"{OwnFile}.0123456789abcdef.peernet-tmp", next[..written]);
            File.WriteAllBytes($"{SharedPath}.0123456789abcdef.peernet-tmp", next[..written]);
            using ApplicationStore again = Open();
            Assert.Empty(again.Faults);
            Assert.Equal(["Chess", "Chess"], again.List().Select(application => application.Name));
        }
    }

    [UnixFact]
    public void After_its_end_the_store_is_not_written()
    {
        ApplicationStore store = Open();
        store.Register(Chess, isForced: false);
        store.Dispose();

        Assert.Equal(
            PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => store.Register(Chess, isForced: true)).Error);
        Assert.Equal(
            PeerErrors.NotInitialized,
            Assert.Throws<PeerException>(() => store.Unregister(TestProgram.Id, isForAllUsers: false)).Error);
        Assert.Single(Directory.GetFiles(Own));
    }

    [UnixFact]
    public void Truncated_and_mutated_files_are_faults_and_nothing_else()
    {
        using (ApplicationStore store = Open())
        {
            store.Register(Chess, isForced: false);
        }

        byte[] sound = File.ReadAllBytes(OwnFile);
        var random = new SeededBytes();
        byte[] buffer = new byte[sound.Length + 256];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] mutant = buffer[..random.Mutate(sound, buffer)];
            File.WriteAllBytes(OwnFile, mutant);
            try
            {
                using ApplicationStore store = Open();
                Assert.Equal(1, store.List().Count + store.Faults.Count);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Encoding.Latin1.GetString(mutant)}\n{exception}");
            }
        }
    }

    private static void AssertSame(StoredApplication expected, StoredApplication actual)
    {
        Assert.Equal(expected.Arguments, actual.Arguments);
        Assert.Equal(expected.Data, actual.Data);
        Assert.Equal(expected with { Arguments = actual.Arguments, Data = actual.Data }, actual);
    }

    private ApplicationStore Open() => ApplicationStore.Open(TestProgram.MakeFolder(Own), Shared);

    private ApplicationStore Edit(Action<JObject> change)
    {
        if (File.Exists(OwnFile))
        {
            File.Delete(OwnFile);
        }

        using (ApplicationStore store = Open())
        {
            store.Register(Chess, isForced: false);
        }

        JObject json = JObject.Parse(File.ReadAllText(OwnFile));
        change(json);
        File.WriteAllText(OwnFile, json.ToString());
        return Open();
    }
}
