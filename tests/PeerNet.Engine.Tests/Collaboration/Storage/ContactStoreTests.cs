using System.Net;
using System.Runtime.Versioning;
using System.Text;
using Newtonsoft.Json.Linq;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Collaboration.Storage;

public sealed class ContactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestPerson _ann = new();
    private readonly TestPerson _bob = new("bob");

    public void Dispose()
    {
        _folder.Dispose();
        _ann.Dispose();
        _bob.Dispose();
    }

    [Fact]
    public void A_contact_is_there_again_when_the_store_is_opened_again()
    {
        // What a reader of JSON could take for a date.
        StoredContact contact = _ann.Contact with { DisplayName = "2031-05-06T07:08:09Z", IsBlocked = true };
        using (ContactStore store = Open())
        {
            store.Add(contact);
        }

        using ContactStore again = Open();
        AssertSame(contact, Assert.Single(again.List()));
        AssertSame(contact, again.Find(_ann.Name)!);
        Assert.Empty(again.Faults);
    }

    [Fact]
    public void A_person_is_the_authority_whatever_the_classifier()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        PeerName another = PeerName.CreateSecure(_ann.Key.PublicKey, "another");

        AssertSame(_ann.Contact, store.Find(another)!);
        Assert.Null(store.Find(_bob.Name));
        PeerException refused = Assert.Throws<PeerException>(() => store.Add(_ann.Contact with { Name = another }));
        Assert.Equal(PeerErrors.AlreadyExists, refused.Error);
        store.Remove(another);
        Assert.Empty(store.List());
    }

    [Fact]
    public void A_contact_is_changed_and_removed_and_each_has_its_own_file()
    {
        using (ContactStore store = Open())
        {
            store.Add(_ann.Contact);
            store.Add(_bob.Contact);
            store.Update(_ann.Contact with { Nickname = "anna" });
            store.Remove(_bob.Name);
        }

        using ContactStore again = Open();
        Assert.Equal("anna", Assert.Single(again.List()).Nickname);
        Assert.Equal(FileOf(_ann), Assert.Single(Directory.GetFiles(_folder.Location)));
    }

    [Fact]
    public void Who_is_no_contact_is_neither_changed_nor_removed()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);

        Assert.Equal(PeerErrors.ContactNotFound, Assert.Throws<PeerException>(() => store.Update(_bob.Contact)).Error);
        Assert.Equal(PeerErrors.ContactNotFound, Assert.Throws<PeerException>(() => store.Remove(_bob.Name)).Error);
        Assert.Single(store.List());
    }

    [Fact]
    public void There_are_at_most_as_many_as_there_may_be()
    {
        using ContactStore store = ContactStore.Open(_folder.Location, maximum: 1);
        store.Add(_ann.Contact);

        Assert.Equal(PeerErrors.NotEnoughQuota, Assert.Throws<PeerException>(() => store.Add(_bob.Contact)).Error);
        store.Update(_ann.Contact with { Nickname = "anna" });
        Assert.Single(Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void Adding_one_writes_one_file()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        DateTime longAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(FileOf(_ann), longAgo);
        store.Add(_bob.Contact);

        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(FileOf(_ann)));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void All_files_are_the_users_alone()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        store.Update(_ann.Contact with { Nickname = "anna" });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOf(_ann)));
    }

    // A writer that is killed has written some of a file beside the contact's, or all of it and not renamed it.
    [Fact]
    public void A_writer_that_was_killed_at_any_step_leaves_the_contact_as_it_was()
    {
        using (ContactStore store = Open())
        {
            store.Add(_ann.Contact);
            store.Add(_bob.Contact);
        }

        byte[] next = new StoredContactFormat().Encode(_ann.Contact with { Nickname = "anna" });
        for (int written = 0; written <= next.Length; written += 97)
        {
            File.WriteAllBytes($"{FileOf(_ann)}.0123456789abcdef.peernet-tmp", next[..written]);
            using ContactStore again = Open();
            Assert.Empty(again.Faults);
            Assert.Equal(2, again.List().Count);
            AssertSame(_ann.Contact, again.Find(_ann.Name)!);
        }
    }

    [Fact]
    public void What_cannot_be_written_leaves_the_contact_as_it_was()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        Directory.CreateDirectory(FileOf(_bob));

        Assert.Throws<PeerException>(() => store.Add(_bob.Contact));
        Assert.Null(store.Find(_bob.Name));
        Assert.Equal([FileOf(_ann)], Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void A_damaged_file_is_reported_and_kept_and_the_others_are_used()
    {
        SaveBoth();
        const string Damage = "{ \"Version\": 1, \"Na";
        File.WriteAllText(FileOf(_ann), Damage);

        using ContactStore store = Open();
        Assert.Equal(_bob.Name, Assert.Single(store.List()).Name);
        Assert.Contains(FileOf(_ann), Assert.Single(store.Faults), StringComparison.Ordinal);
        AssertCorrupted(() => store.Find(_ann.Name));
        AssertCorrupted(() => store.Add(_ann.Contact));
        AssertCorrupted(() => store.Update(_ann.Contact));
        Assert.Equal(Damage, File.ReadAllText(FileOf(_ann)));

        store.Remove(_ann.Name);
        Assert.Empty(store.Faults);
        store.Add(_ann.Contact);
        Assert.Equal(2, store.List().Count);

        void AssertCorrupted(Action action) =>
            Assert.Equal(PeerErrors.CertificateStoreCorrupted, Assert.Throws<PeerException>(action).Error);
    }

    [Theory]
    [InlineData("Name", "someone")]
    [InlineData("Name", null)]
    [InlineData("Name", "0.ann")]
    [InlineData("Certificate", null)]
    [InlineData("Certificate", "AAAA")]
    [InlineData("Certificate", "not base64")]
    [InlineData("Nickname", null)]
    [InlineData("Nickname", "a\tb")]
    [InlineData("Nickname", 256)]
    [InlineData("DisplayName", null)]
    [InlineData("DisplayName", 256)]
    [InlineData("EmailAddress", null)]
    [InlineData("EmailAddress", 256)]
    [InlineData("IsBlocked", "perhaps")]
    [InlineData("Added", "yesterday")]
    [InlineData("LastAddresses", "192.0.2.7:4711")]
    [InlineData("Version", 0)]
    [InlineData("Version", null)]
    [InlineData("Version", "99999999999999999999")]
    public void A_file_whose_values_make_no_sense_is_damaged(string property, object? value) =>
        AssertDamaged(json => json[property] = value is int length and > 1 ? new string('x', length) : JToken.FromObject(value ?? JValue.CreateNull()));

    [Theory]
    [InlineData("nowhere")]
    [InlineData("192.0.2.7")]
    [InlineData(null)]
    public void An_address_that_is_none_is_damage(string? address) =>
        AssertDamaged(json => json["LastAddresses"] = new JArray(new JValue(address)));

    [Fact]
    public void There_are_at_most_four_addresses() =>
        AssertDamaged(json => json["LastAddresses"] = new JArray(Enumerable.Repeat("192.0.2.7:1", 5)));

    [Fact]
    public void The_pinned_certificate_is_the_persons_own()
    {
        AssertDamaged(json => json["Certificate"] = Convert.ToBase64String(_bob.Certificate.RawData.Span));
        byte[] forged = _ann.Certificate.RawData.ToArray();
        forged[^1] ^= 1;
        AssertDamaged(json => json["Certificate"] = Convert.ToBase64String(forged));
    }

    [Fact]
    public void A_file_of_another_contact_under_this_name_is_damaged()
    {
        SaveBoth();
        File.Copy(FileOf(_bob), FileOf(_ann), overwrite: true);

        using ContactStore store = Open();
        Assert.Equal(_bob.Name, Assert.Single(store.List()).Name);
        Assert.Contains(FileOf(_ann), Assert.Single(store.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_damaged()
    {
        SaveBoth();
        File.AppendAllText(FileOf(_ann), new string(' ', new StoredContactFormat().MaximumLength));

        using ContactStore store = Open();
        Assert.Equal(
            PeerErrors.CertificateStoreCorrupted, Assert.Throws<PeerException>(() => store.Find(_ann.Name)).Error);
    }

    [Fact]
    public void A_file_of_a_later_version_is_told_from_a_damaged_one_and_kept()
    {
        SaveBoth();
        Edit(json => json["Version"] = 2);

        using ContactStore store = Open();
        PeerException later = Assert.Throws<PeerException>(() => store.Update(_ann.Contact));
        Assert.Equal(PeerErrors.UnsupportedVersion, later.Error);
        Assert.Contains(FileOf(_ann), later.Message, StringComparison.Ordinal);
        Assert.Single(store.List());
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_written()
    {
        using ContactStore store = Open();
        AssertRefused(_ann.Contact with { Certificate = _bob.Certificate.RawData.ToArray() });
        AssertRefused(_ann.Contact with { Nickname = new string('x', 256) });
        AssertRefused(_ann.Contact with { DisplayName = "\u001b[31m" });
        AssertRefused(_ann.Contact with { EmailAddress = "\ud83d" });
        AssertRefused(_ann.Contact with { LastAddresses = [new IPEndPoint(IPAddress.Loopback, 0)] });
        AssertRefused(_ann.Contact with { LastAddresses = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 1), 5)] });
        AssertRefused(_ann.Contact with { Name = PeerName.CreateUnsecured("ann") });
        AssertRefused(_ann.Contact with { Name = PeerName.CreateSecure(_ann.Key.PublicKey, "a\nb") });
        Assert.Empty(Directory.GetFiles(_folder.Location));

        void AssertRefused(StoredContact bad) =>
            Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => store.Add(bad)).Error);
    }

    [Fact]
    public void A_certificate_that_the_person_has_renewed_is_kept()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        PeerCertificate renewed = _ann.Issue(PeerName.CreateSecure(_ann.Key.PublicKey, "renewed"));
        store.Update(_ann.Contact with { Certificate = renewed.RawData.ToArray() });

        Assert.Equal(renewed.RawData.ToArray(), store.Find(_ann.Name)!.Certificate);
    }

    [Fact]
    public void After_its_end_the_store_is_not_written()
    {
        ContactStore store = Open();
        store.Add(_ann.Contact);
        store.Dispose();

        Assert.Equal(PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => store.Add(_bob.Contact)).Error);
        Assert.Equal(PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => store.Update(_ann.Contact)).Error);
        Assert.Equal(PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => store.Remove(_ann.Name)).Error);
        Assert.Single(Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void Many_threads_may_use_it()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        Parallel.For(0, 64, i =>
        {
            store.Update(_ann.Contact with { Nickname = $"ann {i}" });
            store.List();
            store.Find(_bob.Name);
        });

        using ContactStore again = Open();
        Assert.Equal(store.Find(_ann.Name)!.Nickname, again.Find(_ann.Name)!.Nickname);
    }

    [Fact]
    public void Truncated_and_mutated_files_are_faults_and_nothing_else()
    {
        SaveBoth();
        byte[] sound = File.ReadAllBytes(FileOf(_ann));
        var random = new SeededBytes();
        byte[] buffer = new byte[sound.Length + 256];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] mutant = buffer[..random.Mutate(sound, buffer)];
            File.WriteAllBytes(FileOf(_ann), mutant);
            try
            {
                using ContactStore store = Open();
                Assert.Equal(2, store.List().Count + store.Faults.Count);
                Assert.Contains(store.List(), contact => contact.Name == _bob.Name);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Encoding.Latin1.GetString(mutant)}\n{exception}");
            }
        }
    }

    private static void AssertSame(StoredContact expected, StoredContact actual)
    {
        Assert.Equal(expected.Certificate, actual.Certificate);
        Assert.Equal(expected.LastAddresses, actual.LastAddresses);
        Assert.Equal(expected with { Certificate = actual.Certificate, LastAddresses = actual.LastAddresses }, actual);
    }

    private ContactStore Open() => ContactStore.Open(_folder.Location);

    private string FileOf(TestPerson person) => _folder.Combine($"{person.Name.Authority}.json");

    private void SaveBoth()
    {
        using ContactStore store = Open();
        store.Add(_ann.Contact);
        store.Add(_bob.Contact);
    }

    private void Edit(Action<JObject> change)
    {
        JObject json = JObject.Parse(File.ReadAllText(FileOf(_ann)));
        change(json);
        File.WriteAllText(FileOf(_ann), json.ToString());
    }

    private void AssertDamaged(Action<JObject> change)
    {
        foreach (string file in Directory.GetFiles(_folder.Location))
        {
            File.Delete(file);
        }

        SaveBoth();
        Edit(change);
        using ContactStore store = Open();
        Assert.Equal(_bob.Name, Assert.Single(store.List()).Name);
        PeerException damaged = Assert.Throws<PeerException>(() => store.Find(_ann.Name));
        Assert.Equal(PeerErrors.CertificateStoreCorrupted, damaged.Error);
        Assert.Contains(FileOf(_ann), damaged.Message, StringComparison.Ordinal);
    }
}
