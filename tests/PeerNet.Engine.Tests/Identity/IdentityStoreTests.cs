using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Identity;

public sealed class IdentityStoreTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public void An_identity_is_there_again_when_the_store_is_opened_again(PeerSuite suite)
    {
        PeerIdentity created;
        using (IdentityStore store = Open())
        {
            created = store.Create("Zoë", "me", suite, makeDefault: false, []);
        }

        using IdentityStore again = Open();
        PeerIdentity found = Assert.Single(again.List());
        Assert.Equal(created.PeerName, found.PeerName);
        Assert.Equal(created.PublicKey + ".me", found.PeerName.Value);
        Assert.Equal(("Zoë", suite, _clock.GetUtcNow()), (found.FriendlyName, found.Suite, found.Created));
        Assert.Equal((true, false, true), (found.IsDefault, found.IsPasswordProtected, found.IsUnlocked));
        Assert.False(found.Certificate.HasPrivateKey);

        using PeerPrivateKey key = again.OpenKey(found.PeerName.Value);
        Assert.Equal(created.PublicKey, key.PublicKey);
    }

    [Fact]
    public void Key_files_entries_and_index_are_the_users_alone()
    {
        using IdentityStore store = Open();
        store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);

        string[] files = Directory.GetFiles(_folder.Location);
        Assert.Equal(3, files.Length);
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public void The_first_identity_is_the_default_until_another_is_chosen()
    {
        using IdentityStore store = Open();
        Assert.Null(store.Default);
        PeerIdentity first = store.Create("b", null, PeerSuite.Modern, makeDefault: false, []);
        PeerIdentity second = store.Create("A", null, PeerSuite.Modern, makeDefault: false, []);
        Assert.Equal(first.PeerName, store.Default!.PeerName);

        PeerIdentity changed = store.Set(second.PeerName.Value, null, makeDefault: true);
        Assert.True(changed.IsDefault);
        Assert.Equal(second.PeerName, store.Default!.PeerName);
        Assert.Equal([second.PeerName, first.PeerName], store.List().Select(identity => identity.PeerName));

        PeerIdentity third = store.Create("c", null, PeerSuite.Modern, makeDefault: true, []);
        Assert.Equal(third.PeerName, store.Default!.PeerName);
        store.Remove(third.PeerName.Value);
        Assert.Null(store.Default);
    }

    [Fact]
    public void A_new_friendly_name_leaves_the_certificate_as_it_was()
    {
        using IdentityStore store = Open();
        PeerIdentity old = store.Create("old", null, PeerSuite.Modern, makeDefault: false, []);
        PeerIdentity renamed = store.Set(old.PeerName.Value, "new", makeDefault: false);

        Assert.Equal("new", renamed.FriendlyName);
        Assert.Equal("old", renamed.Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal("new", Assert.Single(Open().List()).FriendlyName);
    }

    [Fact]
    public void Without_a_friendly_name_an_identity_still_has_one()
    {
        using IdentityStore store = Open();
        Assert.NotEmpty(store.Create(null, null, PeerSuite.Modern, makeDefault: false, []).FriendlyName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\0")]
    [InlineData("a\nb")]
    public void A_bad_friendly_name_is_refused_and_nothing_is_made(string friendlyName)
    {
        using IdentityStore store = Open();
        PeerException exception = Assert.Throws<PeerException>(
            () => store.Create(friendlyName, null, PeerSuite.Modern, makeDefault: false, []));
        Assert.Equal(PeerErrors.InvalidFriendlyName, exception.Error);
        Assert.Empty(store.List());
        Assert.Empty(Directory.GetFiles(_folder.Location, "*.p12"));
    }

    [Fact]
    public void A_friendly_name_has_at_most_255_characters()
    {
        using IdentityStore store = Open();
        string longest = new('ä', 255);
        PeerIdentity identity = store.Create(longest, null, PeerSuite.Windows, makeDefault: false, []);
        Assert.Equal(longest, identity.Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal(
            PeerErrors.InvalidFriendlyName,
            Assert.Throws<PeerException>(() => store.Set(identity.PeerName.Value, longest + "x", false)).Error);
    }

    [Fact]
    public void A_bad_classifier_is_refused()
    {
        using IdentityStore store = Open();
        Assert.Equal(PeerErrors.ClassifierTooLong, Fail(new string('x', 150)));
        Assert.Equal(PeerErrors.InvalidClassifier, Fail("a\0b"));
        Assert.Equal(PeerErrors.InvalidClassifier, Fail("\ud83d"));
        Assert.Empty(store.List());

        PeerError Fail(string classifier) => Assert.Throws<PeerException>(
            () => store.Create("x", classifier, PeerSuite.Modern, makeDefault: false, [])).Error;
    }

    [Fact]
    public void A_full_store_takes_no_more()
    {
        using IdentityStore store = IdentityStore.Open(_folder.Location, new SeededRandom(1), _clock, maximum: 2);
        store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);
        PeerIdentity second = store.Create("b", null, PeerSuite.Modern, makeDefault: false, []);
        Assert.Equal(
            PeerErrors.TooManyIdentities,
            Assert.Throws<PeerException>(() => store.Create("c", null, PeerSuite.Modern, false, [])).Error);

        store.Remove(second.PeerName.Value);
        store.Create("c", null, PeerSuite.Modern, makeDefault: false, []);
        Assert.Equal(2, Open().List().Count);
    }

    [Fact]
    public void A_removed_identity_and_its_key_are_gone()
    {
        using IdentityStore store = Open();
        PeerIdentity identity = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);
        using (store.OpenKey(identity.PeerName.Value))
        {
            store.Remove(identity.PeerName.Value);
        }

        Assert.Empty(Directory.GetFiles(_folder.Location, "*.p12"));
        Assert.Equal(
            PeerErrors.IdentityNotFound,
            Assert.Throws<PeerException>(() => store.OpenKey(identity.PeerName.Value)).Error);
        Assert.Empty(Open().List());
    }

    [Fact]
    public void An_identity_in_use_stays()
    {
        using IdentityStore store = Open();
        PeerIdentity identity = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);
        store.RequireUnused = name => throw PeerErrors.Busy.Exception($"{name} is in use.");

        Assert.Equal(
            PeerErrors.Busy, Assert.Throws<PeerException>(() => store.Remove(identity.PeerName.Value)).Error);
        Assert.Single(store.List());
    }

    [Fact]
    public void Every_command_names_the_identity_that_is_not_there()
    {
        using IdentityStore store = Open();
        Action<string>[] commands =
        [
            name => store.Set(name, "x", makeDefault: false),
            store.Remove,
            name => store.Unlock(name, "x"),
            name => store.Export(name, "x"),
            name => store.ExportPublic(name),
            name => store.OpenPrivateKey(name),
        ];
        Assert.All(commands, command =>
        {
            PeerException exception = Assert.Throws<PeerException>(() => command("0.nobody"));
            Assert.Equal(PeerErrors.IdentityNotFound, exception.Error);
            Assert.Equal("0.nobody", exception.Target);
        });
    }

    [Fact]
    public void A_key_under_a_password_opens_for_it_alone_and_only_for_this_process()
    {
        string name;
        using (IdentityStore store = Open())
        {
            PeerIdentity made = store.Create("a", null, PeerSuite.Modern, makeDefault: false, Password);
            Assert.True(made.IsUnlocked);
            name = made.PeerName.Value;
        }

        using (IdentityStore store = Open())
        {
            PeerIdentity locked = Assert.Single(store.List());
            Assert.Equal((true, false), (locked.IsPasswordProtected, locked.IsUnlocked));
            Assert.Equal(PeerErrors.NoKeyAccess, Assert.Throws<PeerException>(() => store.OpenKey(name)).Error);
            Assert.Equal(PeerErrors.NoKeyAccess, Assert.Throws<PeerException>(() => store.Export(name, "x")).Error);

            PeerException wrong = Assert.Throws<PeerException>(() => store.Unlock(name, "wrong"));
            Assert.Equal(PeerErrors.InvalidPassword, wrong.Error);
            Assert.DoesNotContain("wrong", wrong.ToString(), StringComparison.Ordinal);

            store.Unlock(name, Password);
            Assert.True(Assert.Single(store.List()).IsUnlocked);
            using AsymmetricAlgorithm key = store.OpenPrivateKey(name);
            Assert.Equal(256, key.KeySize);
        }

        Assert.Equal(PeerErrors.NoKeyAccess, Assert.Throws<PeerException>(() => Open().OpenKey(name)).Error);
    }

    [Fact]
    public void A_key_that_was_handed_out_outlives_the_store()
    {
        IdentityStore store = Open();
        string name = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []).PeerName.Value;
        using PeerPrivateKey key = store.OpenKey(name);
        store.Dispose();

        byte[] signature = new byte[64];
        key.Sign([1, 2, 3], signature);
        Assert.True(key.PublicKey.Verify([1, 2, 3], signature));
    }

    [Fact]
    public void No_secret_is_printed()
    {
        using IdentityStore store = Open();
        PeerIdentity identity = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);
        using PeerPrivateKey key = store.OpenKey(identity.PeerName.Value);

        Assert.Equal(typeof(PeerPrivateKey).FullName, key.ToString());
        Assert.Equal(identity.PeerName.Value, identity.ToString());
        Assert.Equal(typeof(IdentityStore).FullName, store.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"Version\": 1}")]
    [InlineData("{\"Version\": 0, \"Identities\": []}")]
    [InlineData("{\"Version\": 1, \"Default\": \"0.x\", \"Identities\": []}")]
    [InlineData("{\"Version\": 1, \"Identities\": [null]}")]
    [InlineData("{\"Version\": 1, \"Identities\": [{\"PeerName\": \"0.x\", \"FriendlyName\": \"x\", \"Certificate\": \"AAAA\"}]}")]
    [InlineData("{\"Version\": 1, \"Identities\": [{\"Certificate\": \"!\"}]}")]
    [InlineData("{\"Version\": \"x\", \"Identities\": []}")]
    [InlineData("{\"Version\": 2, \"Default\": \"0.x\"}")]
    public void A_damaged_index_is_made_anew_from_the_keys_and_kept_and_its_owner_is_told(string index)
    {
        PeerIdentity[] before = Fill();
        string path = _folder.Combine("index.json");
        File.WriteAllText(path, index);

        using (IdentityStore store = Open())
        {
            Assert.Equal(before.Select(Essence), store.List().Select(Essence));
            Assert.Equal("a", store.Default!.FriendlyName);
            store.OpenKey(before[0].PeerName.Value).Dispose();
            store.Unlock(before[1].PeerName.Value, "password");
            Assert.Contains(path, store.Notice, StringComparison.Ordinal);
            Assert.Contains("2 keys", store.Notice, StringComparison.Ordinal);
        }

        Assert.Equal(index, File.ReadAllText(path + ".damaged"));
        using IdentityStore again = Open();
        Assert.Null(again.Notice);
        Assert.Equal(2, again.List().Count);
    }

    // What people have called an identity since is in the index alone.
    [Fact]
    public void What_can_be_read_of_a_damaged_index_is_kept()
    {
        PeerIdentity[] before = Fill();
        string path = _folder.Combine("index.json");
        using (IdentityStore store = Open())
        {
            store.Set(before[1].PeerName.Value, "renamed", makeDefault: true);
        }

        File.WriteAllText(path, "{");
        string entry = EntryOf(before[0]);
        File.WriteAllText(entry, File.ReadAllText(entry).Replace("\"a\"", "\"\"", StringComparison.Ordinal));

        using IdentityStore repaired = Open();
        Assert.NotNull(repaired.Notice);
        Assert.Equal(["a", "renamed"], repaired.List().Select(identity => identity.FriendlyName));
        Assert.True(File.Exists(path + ".damaged"));
        Assert.True(File.Exists(entry + ".damaged"));
    }

    [Fact]
    public void An_entry_that_is_damaged_is_made_anew_from_its_key_and_no_other_is_touched()
    {
        PeerIdentity[] before = Fill();
        File.WriteAllText(EntryOf(before[1]), "");
        using IdentityStore repaired = Open();

        Assert.Equal(before.Select(Essence), repaired.List().Select(Essence));
        Assert.Equal("a", repaired.Default!.FriendlyName);
        Assert.Contains(EntryOf(before[1]) + ".damaged", repaired.Notice, StringComparison.Ordinal);
        using IdentityStore again = Open();
        Assert.Null(again.Notice);
        Assert.Equal(before.Select(Essence), again.List().Select(Essence));
    }

    [Fact]
    public void An_entry_that_is_damaged_and_has_no_key_is_kept_and_told_of_once()
    {
        PeerIdentity[] before = Fill();
        File.WriteAllText(EntryOf(before[1]), "");
        File.Delete(_folder.Combine(before[1].PeerName.Authority + ".p12"));
        using (IdentityStore repaired = Open())
        {
            Assert.Equal("a", Assert.Single(repaired.List()).FriendlyName);
            Assert.NotNull(repaired.Notice);
        }

        using IdentityStore again = Open();
        Assert.Null(again.Notice);
    }

    [Fact]
    public void The_list_of_the_first_form_is_carried_over_with_names_default_and_keys()
    {
        WriteFirstForm();
        for (int time = 0; time < 2; time++)
        {
            using IdentityStore store = Open();
            Assert.Null(store.Notice);
            Assert.Equal(["first", "renamed"], store.List().Select(identity => identity.FriendlyName));
            Assert.Equal(IdentityListVector.SecondName, store.Default!.PeerName.Value);
            store.OpenKey(IdentityListVector.FirstName).Dispose();
            store.Unlock(IdentityListVector.SecondName, IdentityListVector.Password);
        }

        Assert.Contains("\"Version\": 2", File.ReadAllText(_folder.Combine("index.json")), StringComparison.Ordinal);
    }

    // The index is written last.
    [Fact]
    public void A_list_that_was_carried_over_in_part_is_carried_over_again()
    {
        WriteFirstForm();
        using (Open())
        {
        }

        WriteFirstForm();
        File.Delete(_folder.Combine(IdentityListVector.FirstName + "json"));
        using IdentityStore store = Open();
        Assert.Null(store.Notice);
        Assert.Equal(["first", "renamed"], store.List().Select(identity => identity.FriendlyName));
    }

    [Fact]
    public void What_another_process_adds_meanwhile_is_not_lost()
    {
        using IdentityStore here = Open();
        using IdentityStore there = IdentityStore.Open(_folder.Location, new SeededRandom(2), _clock);
        here.Create("here", null, PeerSuite.Modern, makeDefault: false, []);
        there.Create("there", null, PeerSuite.Modern, makeDefault: false, []);
        here.Create("here again", null, PeerSuite.Modern, makeDefault: false, []);

        using IdentityStore again = Open();
        Assert.Equal(["here", "here again", "there"], again.List().Select(identity => identity.FriendlyName));
    }

    // What is written for each identity does not depend on how many there are.
    [Fact]
    public void A_new_identity_and_a_new_name_write_no_file_of_another_identity()
    {
        PeerIdentity[] before = Fill();
        using IdentityStore store = Open();
        string index = _folder.Combine("index.json");
        foreach (string path in new[] { index, EntryOf(before[0]) })
        {
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        }

        store.Create("c", null, PeerSuite.Modern, makeDefault: false, []);
        store.Set(before[1].PeerName.Value, "renamed", makeDefault: false);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(index));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(EntryOf(before[0])));
    }

    private string EntryOf(PeerIdentity identity) => _folder.Combine(identity.PeerName.Authority + ".json");

    private void WriteFirstForm()
    {
        File.WriteAllText(_folder.Combine("index.json"), IdentityListVector.Index);
        File.WriteAllBytes(
            _folder.Combine(IdentityListVector.FirstName + "p12"), DataProtection.Protect(IdentityListVector.FirstKey));
        File.WriteAllBytes(
            _folder.Combine(PeerName.Parse(IdentityListVector.SecondName).Authority + ".p12"),
            DataProtection.Protect(IdentityListVector.SecondKey));
    }

    private PeerIdentity[] Fill()
    {
        using IdentityStore store = Open();
        PeerIdentity first = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []);
        _clock.Advance(TimeSpan.FromHours(1));
        return [first, store.Create("b", "files", PeerSuite.Modern, makeDefault: false, "password")];
    }

    private static (string Name, string FriendlyName, bool IsProtected) Essence(PeerIdentity identity) =>
        (identity.PeerName.Value, identity.FriendlyName, identity.IsPasswordProtected);

    [Fact]
    public void The_index_of_a_later_version_is_left_alone()
    {
        File.WriteAllText(_folder.Combine("index.json"), "{\"Version\": 3, \"Identities\": []}");
        Assert.Equal(PeerErrors.UnsupportedVersion, Assert.Throws<PeerException>(Open).Error);
    }

    [Fact]
    public void An_entry_of_a_later_version_is_left_alone()
    {
        PeerIdentity[] before = Fill();
        string entry = EntryOf(before[0]);
        File.WriteAllText(entry, File.ReadAllText(entry).Replace("\"Version\": 2", "\"Version\": 3", StringComparison.Ordinal));
        Assert.Equal(PeerErrors.UnsupportedVersion, Assert.Throws<PeerException>(Open).Error);
        Assert.Contains("\"Version\": 3", File.ReadAllText(entry), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_is_gone_is_made_anew_from_the_keys_and_what_is_no_key_is_named()
    {
        PeerIdentity[] before = Fill();
        File.Delete(_folder.Combine("index.json"));
        File.WriteAllText(_folder.Combine("none.p12"), "");

        using IdentityStore store = Open();

        Assert.Equal(before.Select(Essence), store.List().Select(Essence));
        Assert.Contains("none.p12", store.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_whose_key_file_is_empty_or_gone_is_listed_as_damaged()
    {
        PeerIdentity[] before = Fill();
        using IdentityStore store = Open();
        Assert.All(store.List(), identity => Assert.False(identity.IsDamaged));

        File.WriteAllBytes(_folder.Combine(before[0].PeerName.Authority + ".p12"), []);
        File.Delete(_folder.Combine(before[1].PeerName.Authority + ".p12"));

        Assert.All(store.List(), identity => Assert.True(identity.IsDamaged));
        Assert.All(store.List(), identity => Assert.False(identity.IsUnlocked));
    }

    [Fact]
    public void An_entry_with_anothers_certificate_is_made_anew()
    {
        string first, second;
        using (IdentityStore store = Open())
        {
            first = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []).PeerName.Value;
            second = store.Create("b", null, PeerSuite.Modern, makeDefault: false, []).PeerName.Value;
        }

        string path = _folder.Combine(first + "json");
        string entry = File.ReadAllText(path);
        File.WriteAllText(path, entry.Replace(first, second, StringComparison.Ordinal));
        using IdentityStore repaired = Open();
        Assert.NotNull(repaired.Notice);
        Assert.Equal([first, second], repaired.List().Select(identity => identity.PeerName.Value));
    }

    [Fact]
    public void A_missing_or_damaged_key_file_is_reported_and_not_replaced()
    {
        using IdentityStore store = Open();
        string first = store.Create("a", null, PeerSuite.Modern, makeDefault: false, []).PeerName.Value;
        string second = store.Create("b", null, PeerSuite.Modern, makeDefault: false, []).PeerName.Value;
        string firstFile = _folder.Combine(first.TrimEnd('.') + ".p12");
        string secondFile = _folder.Combine(second.TrimEnd('.') + ".p12");
        File.Copy(secondFile, firstFile, overwrite: true);
        File.Delete(secondFile);

        Assert.Equal(
            PeerErrors.CertificateStoreCorrupted, Assert.Throws<PeerException>(() => store.OpenKey(first)).Error);
        Assert.Equal(
            PeerErrors.CertificateStoreCorrupted, Assert.Throws<PeerException>(() => store.OpenKey(second)).Error);
        Assert.False(File.Exists(secondFile));
        Assert.Equal(2, store.List().Count);
    }

    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public void A_delegation_lets_another_identity_publish(PeerSuite suite)
    {
        using IdentityStore store = Open();
        PeerIdentity owner = store.Create("owner", null, suite, makeDefault: false, []);
        PeerIdentity publisher = store.Create("publisher", null, suite, makeDefault: false, []);

        byte[] chain = store.Delegate(
            owner.PeerName.Value, publisher.Certificate, ["files"], false, TimeSpan.FromDays(1), null);

        Assert.Equal(
            DelegationVerdict.Valid,
            DelegationChain.Validate(
                chain, publisher.PublicKey, owner.PublicKey.AuthorityHash, "files", _clock.GetUtcNow().AddHours(23)));
        Assert.Equal(
            DelegationVerdict.OutsideValidity,
            DelegationChain.Validate(
                chain, publisher.PublicKey, owner.PublicKey.AuthorityHash, "files", _clock.GetUtcNow().AddHours(25)));
    }

    [Fact]
    public void A_delegation_that_makes_no_sense_is_refused()
    {
        using IdentityStore store = Open();
        PeerIdentity owner = store.Create("owner", null, PeerSuite.Modern, makeDefault: false, []);
        PeerIdentity windows = store.Create("windows", null, PeerSuite.Windows, makeDefault: false, []);
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 web = new CertificateRequest("CN=web", stranger, HashAlgorithmName.SHA256)
            .CreateSelfSigned(_clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1));

        Assert.Equal(PeerErrors.InvalidCredential, Fail(windows.Certificate, [], TimeSpan.FromDays(1), null));
        Assert.Equal(PeerErrors.InvalidCredential, Fail(web, [], TimeSpan.FromDays(1), null));
        Assert.Equal(PeerErrors.InvalidTimePeriod, Fail(owner.Certificate, [], TimeSpan.Zero, null));
        Assert.Equal(PeerErrors.InvalidTimePeriod, Fail(owner.Certificate, [], TimeSpan.MaxValue, null));
        Assert.Equal(PeerErrors.InvalidClassifier, Fail(owner.Certificate, ["a\0"], TimeSpan.FromDays(1), null));
        Assert.Equal(PeerErrors.InvalidData, Fail(owner.Certificate, [], TimeSpan.FromDays(1), new byte[] { 1, 2 }));

        PeerError Fail(X509Certificate2 subject, string[] classifiers, TimeSpan lifetime, byte[]? parent) =>
            Assert.Throws<PeerException>(() => store.Delegate(
                owner.PeerName.Value, subject, classifiers, false, lifetime, parent)).Error;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PeerSuite.Modern)]
    [InlineData(PeerSuite.Windows)]
    public void An_identity_is_of_the_suite_of_the_node_where_none_is_named(PeerSuite suite)
    {
        using IdentityStore store = IdentityStore.Open(_folder.Location, new SeededRandom(1), _clock, suite: suite);

        Assert.Equal(suite, store.Create("Somebody", null, suite: null, makeDefault: false, []).Suite);
        Assert.Equal(PeerSuite.Modern, store.Create("Modern", null, PeerSuite.Modern, makeDefault: false, []).Suite);
    }

    private IdentityStore Open() => IdentityStore.Open(_folder.Location, new SeededRandom(1), _clock);
}
