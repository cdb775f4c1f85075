using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Grouping.Protocol;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Grouping.Storage;

public sealed class GroupFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GroupBuilder _group = new();
    private readonly GroupBuilder _other = new("go");

    public void Dispose()
    {
        _folder.Dispose();
        _group.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_group_is_there_again_when_the_folder_is_opened_again()
    {
        StoredGroup group = Member(_group) with
        {
            // What a reader of JSON could take for a date.
            FriendlyName = "2031-05-06T07:08:09Z",
            Creator = _group.Creator.Name,
            IsActive = true,
        };
        using (GroupFolder folder = Open())
        {
            folder.Save(group);
        }

        using GroupFolder again = Open();
        StoredGroup found = Assert.Single(again.List());
        Assert.Empty(again.Faults);
        AssertSame(group, found);
        AssertSame(group, again.Find(_group.Name, null));
        AssertSame(group, again.Find(_group.Name, group.Identity));
    }

    [Fact]
    public void Who_has_only_a_password_yet_is_kept_without_root_chain_and_creator()
    {
        StoredGroup group = Member(_group) with { Root = null, Chain = null };
        using (GroupFolder folder = Open())
        {
            folder.Save(group);
        }

        using GroupFolder again = Open();
        AssertSame(group, Assert.Single(again.List()));
    }

    [Fact]
    public void What_is_saved_again_takes_the_place_of_what_was_there()
    {
        StoredGroup group = Member(_group);
        using GroupFolder folder = Open();
        folder.Save(group);
        folder.Save(group with { FriendlyName = "Chess club", IsActive = true });

        Assert.Equal(("Chess club", true), (folder.List().Single().FriendlyName, folder.List().Single().IsActive));
        Assert.Single(Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void Several_identities_may_be_in_one_group_and_then_one_must_be_named()
    {
        StoredGroup first = Member(_group, _group.Creator);
        StoredGroup second = Member(_group, _group.Enroll("second", PeerRole.Member));
        using GroupFolder folder = Open();
        folder.Save(first);
        folder.Save(second);
        folder.Save(Member(_other));

        PeerException several = Assert.Throws<PeerException>(() => folder.Find(_group.Name, null));
        Assert.Equal(PeerErrors.InvalidArgument, several.Error);
        Assert.Contains(first.Identity.Value, several.Message, StringComparison.Ordinal);
        Assert.Contains(second.Identity.Value, several.Message, StringComparison.Ordinal);
        AssertSame(second, folder.Find(_group.Name, second.Identity));
        Assert.Equal(3, folder.List().Count);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        using GroupFolder folder = Open();
        folder.Save(Member(_group));

        Assert.Null(folder.Find(_other.Name, null));
        Assert.Null(folder.Find(_group.Name, _other.Creator.Name));
    }

    [Fact]
    public void The_groups_key_is_kept_beside_it()
    {
        StoredGroup group = Member(_group);
        using (GroupFolder folder = Open())
        {
            folder.SaveKey(group, _group.Key);
        }

        using GroupFolder again = Open();
        StoredGroup found = again.Find(_group.Name, null)!;
        Assert.True(found.HasGroupKey);
        using PeerPrivateKey key = again.OpenKey(found);
        Assert.Equal(_group.Key.PublicKey, key.PublicKey);
        byte[] signature = key.SignHash(new byte[32]);
        Assert.Equal(64, signature.Length);
    }

    [Fact]
    public void Who_does_not_have_the_groups_key_is_told_where_it_is()
    {
        StoredGroup group = Member(_group);
        using GroupFolder folder = Open();
        folder.Save(group);

        PeerException refused = Assert.Throws<PeerException>(() => folder.OpenKey(group));
        Assert.Equal(PeerErrors.NoKeyAccess, refused.Error);
        Assert.Contains("creator", refused.Message, StringComparison.Ordinal);
    }

    // Who holds an older copy of the group's state knows nothing of the key.
    [Fact]
    public void A_key_that_is_there_is_not_forgotten_by_saving_the_group()
    {
        StoredGroup group = Member(_group);
        using GroupFolder folder = Open();
        folder.SaveKey(group, _group.Key);
        folder.Save(group with { IsActive = true });

        Assert.True(folder.Find(_group.Name, null)!.HasGroupKey);
        folder.OpenKey(group).Dispose();
    }

    [Fact]
    public void Only_the_groups_own_key_is_kept_for_it()
    {
        using GroupFolder folder = Open();

        Assert.Equal(
            PeerErrors.InvalidArgument,
            Assert.Throws<PeerException>(() => folder.SaveKey(Member(_group), _other.Key)).Error);
        Assert.Equal(
            PeerErrors.InvalidArgument,
            Assert.Throws<PeerException>(() => folder.SaveKey(Member(_group) with { Root = null }, _group.Key)).Error);
        Assert.Empty(Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void A_key_file_that_holds_another_key_or_none_is_damaged()
    {
        StoredGroup group = Member(_group);
        using GroupFolder folder = Open();
        folder.SaveKey(group, _group.Key);
        folder.SaveKey(Member(_other), _other.Key);
        string[] keys = Directory.GetFiles(_folder.Location, "*.p12");
        (byte[] one, byte[] two) = (File.ReadAllBytes(keys[0]), File.ReadAllBytes(keys[1]));
        File.WriteAllBytes(keys[0], two);
        File.WriteAllBytes(keys[1], one);
        AssertDamaged();

        Array.ForEach(keys, key => File.WriteAllBytes(key, [1, 2, 3]));
        AssertDamaged();

        Array.ForEach(keys, key => File.WriteAllBytes(key, new byte[KeyFile.MaximumLength + 1]));
        AssertDamaged();

        Array.ForEach(keys, File.Delete);
        AssertDamaged();

        void AssertDamaged()
        {
            PeerException damaged = Assert.Throws<PeerException>(() => folder.OpenKey(group));
            Assert.Equal(PeerErrors.CertificateStoreCorrupted, damaged.Error);
            Assert.Contains(keys, key => damaged.Message.Contains(key, StringComparison.Ordinal));
        }
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void All_files_are_the_users_alone()
    {
        using GroupFolder folder = Open();
        folder.SaveKey(Member(_group), _group.Key);

        UnixFileMode[] modes = [.. Directory.GetFiles(_folder.Location).Select(File.GetUnixFileMode)];
        Assert.Equal([UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead | UnixFileMode.UserWrite], modes);
    }

    [Fact]
    public void The_groups_key_is_in_its_own_file_alone()
    {
        using GroupFolder folder = Open();
        folder.SaveKey(Member(_group), _group.Key);

        byte[] secret = ((ECDsa)_group.Key.Key).ExportParameters(includePrivateParameters: true).D!;
        string json = File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Location, "*.json")));
        Assert.DoesNotContain(Convert.ToHexStringLower(secret), json, StringComparison.OrdinalIgnoreCase);
        Assert.All(JObject.Parse(json).Properties(), property => Assert.False(
            property.Value.Type == JTokenType.String && Contains(property.Value.ToString(), secret), property.Name));

        static bool Contains(string text, byte[] bytes)
        {
            byte[] content = new byte[text.Length];
            return Convert.TryFromBase64String(text, content, out int length) && content.AsSpan(0, length).IndexOf(bytes) >= 0;
        }
    }

    [Fact]
    public void A_group_that_is_deleted_is_gone_with_its_key()
    {
        using GroupFolder folder = Open();
        folder.SaveKey(Member(_group), _group.Key);
        folder.Save(Member(_other));
        folder.Delete(_group.Name, _group.Creator.Name);

        Assert.Equal(_other.Name, Assert.Single(folder.List()).Group);
        Assert.Single(Directory.GetFiles(_folder.Location));
        folder.Delete(_group.Name, _group.Creator.Name);
    }

    [Fact]
    public void After_its_end_the_folder_is_not_written()
    {
        GroupFolder folder = Open();
        folder.Save(Member(_group));
        folder.Dispose();

        Assert.Equal(PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => folder.Save(Member(_other))).Error);
        Assert.Equal(
            PeerErrors.NotInitialized, Assert.Throws<PeerException>(() => folder.SaveKey(Member(_group), _group.Key)).Error);
        Assert.Equal(
            PeerErrors.NotInitialized,
            Assert.Throws<PeerException>(() => folder.Delete(_group.Name, _group.Creator.Name)).Error);
        Assert.Single(Directory.GetFiles(_folder.Location));
    }

    [Fact]
    public void A_damaged_file_is_reported_and_kept_and_the_others_are_used()
    {
        SaveBoth();
        string file = FileOf(_group);
        File.WriteAllText(file, "{ \"Version\": 1, \"Gro");

        using GroupFolder folder = Open();
        Assert.Equal(_other.Name, Assert.Single(folder.List()).Group);
        Assert.Contains(file, Assert.Single(folder.Faults), StringComparison.Ordinal);
        Assert.NotNull(folder.Find(_other.Name, null));

        // By its name and identity it is that file; by its name alone it may be.
        AssertCorrupted(file, () => folder.Find(_group.Name, _group.Creator.Name));
        AssertCorrupted(file, () => folder.Find(_group.Name, null));
        AssertCorrupted(file, () => folder.Save(Member(_group)));
        AssertCorrupted(file, () => folder.SaveKey(Member(_group), _group.Key));
        Assert.Equal("{ \"Version\": 1, \"Gro", File.ReadAllText(file));

        folder.Delete(_group.Name, _group.Creator.Name);
        Assert.Empty(folder.Faults);
        folder.Save(Member(_group));
        Assert.Equal(2, folder.List().Count);
    }

    [Theory]
    [InlineData("Group", "someone")]
    [InlineData("Group", null)]
    [InlineData("Group", "0.chess")]
    [InlineData("Identity", "0.creator")]
    [InlineData("Identity", null)]
    [InlineData("Creator", "nobody")]
    [InlineData("Creator", "0.nobody")]
    [InlineData("FriendlyName", null)]
    [InlineData("FriendlyName", 256)]
    [InlineData("Cloud", null)]
    [InlineData("Cloud", 127)]
    [InlineData("Root", "AAAA")]
    [InlineData("Root", "not base64")]
    [InlineData("Chain", "AAAA")]
    [InlineData("Chain", "not base64")]
    [InlineData("Version", 0)]
    [InlineData("Version", null)]
    [InlineData("Version", "99999999999999999999")]
    [InlineData("Created", "yesterday")]
    public void A_file_whose_values_make_no_sense_is_damaged(string property, object? value) =>
        AssertDamaged(json => json[property] = value is int length and > 1 ? new string('x', length) : JToken.FromObject(value ?? JValue.CreateNull()));

    [Fact]
    public void The_root_is_the_groups_own()
    {
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(_other.Root.RawData.Span));
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(_group.Creator.Identity.RawData.Span));
    }

    [Fact]
    public void A_certificate_of_the_groups_key_for_something_else_is_no_root()
    {
        DelegationGrant grant = new(_group.Name.Value, PeerRole.Admin, []);
        byte[] member = _group.Certificates.IssueMember(_group.Key, _group.Root, _group.Root, grant, GroupBuilder.Period(1));
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(member));

        byte[] another = _group.Certificates.IssueGroupRoot(
            _group.Key, "Chess", $"{_group.Key.PublicKey}.draughts", GroupBuilder.Period(1));
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(another));
    }

    // RSA-1024 and SHA-1: whoever can break them could forge members.
    [Fact]
    public void Groups_of_the_Windows_suite_are_not_kept()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Windows);
        PeerName name = PeerName.CreateSecure(key.PublicKey, "chess");
        PeerCertificate root = GroupBuilder.Read(
            _group.Certificates.IssueGroupRoot(key, "Chess", name.Value, GroupBuilder.Period(1)));
        StoredGroup group = Member(_group) with { Group = name, Root = root, Chain = null };
        using GroupFolder folder = Open();

        Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => folder.Save(group)).Error);
    }

    // Another's key with this group's name.
    [Fact]
    public void A_root_of_another_key_does_not_count()
    {
        byte[] forged = _other.Certificates.IssueGroupRoot(_other.Key, "Chess", _group.Name.Value, GroupBuilder.Period(400));
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(forged));
    }

    // With the right key in it, and signed by another.
    [Fact]
    public void A_root_that_the_groups_key_did_not_sign_does_not_count()
    {
        byte[] forged = _group.Root.RawData.ToArray();
        forged[^1] ^= 1;
        AssertDamaged(json => json["Root"] = Convert.ToBase64String(forged));
    }

    [Fact]
    public void The_credential_is_the_members_in_this_group()
    {
        AssertDamaged(json => json["Chain"] = Encode(_other.Creator.Chain));
        AssertDamaged(json => json["Chain"] = Encode(_group.Enroll("somebody else", PeerRole.Member).Chain));

        byte[] forged = _group.Creator.Chain.Encoded.ToArray();
        forged[forged.AsSpan().IndexOf(_group.Creator.Chain.Leaf.RawData.Span) + _group.Creator.Chain.Leaf.RawData.Length - 1] ^= 1;
        AssertDamaged(json => json["Chain"] = Convert.ToBase64String(forged));

        static string Encode(MembershipChain chain) => Convert.ToBase64String(chain.Encoded.Span);
    }

    [Fact]
    public void A_file_of_another_group_or_identity_under_this_name_is_damaged()
    {
        SaveBoth();
        File.Copy(FileOf(_other), FileOf(_group), overwrite: true);

        using GroupFolder folder = Open();
        Assert.Equal(_other.Name, Assert.Single(folder.List()).Group);
        Assert.Contains(FileOf(_group), Assert.Single(folder.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_damaged()
    {
        SaveBoth();
        File.AppendAllText(FileOf(_group), new string(' ', StoredGroupFile.MaximumLength));

        using GroupFolder folder = Open();
        AssertCorrupted(FileOf(_group), () => folder.Find(_group.Name, _group.Creator.Name));
    }

    [Fact]
    public void A_file_of_a_later_version_is_told_from_a_damaged_one_and_kept()
    {
        SaveBoth();
        Edit(FileOf(_group), json => json["Version"] = 2);

        using GroupFolder folder = Open();
        PeerException later = Assert.Throws<PeerException>(() => folder.Save(Member(_group)));
        Assert.Equal(PeerErrors.UnsupportedVersion, later.Error);
        Assert.Contains(FileOf(_group), later.Message, StringComparison.Ordinal);
        Assert.Single(folder.List());
    }

    [Fact]
    public void What_could_not_be_read_again_is_not_written()
    {
        using GroupFolder folder = Open();
        StoredGroup group = Member(_group);
        AssertRefused(group with { Root = _other.Root });
        AssertRefused(group with { Chain = _other.Creator.Chain.Encoded.ToArray() });
        AssertRefused(group with { FriendlyName = new string('x', 256) });
        AssertRefused(group with { Identity = PeerName.CreateUnsecured("creator") });
        AssertRefused(group with { Group = PeerName.CreateUnsecured("chess"), Root = null, Chain = null });
        Assert.Empty(Directory.GetFiles(_folder.Location));

        void AssertRefused(StoredGroup bad) =>
            Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => folder.Save(bad)).Error);
    }

    [Fact]
    public void Truncated_and_mutated_files_are_faults_and_nothing_else()
    {
        SaveBoth();
        byte[] sound = File.ReadAllBytes(FileOf(_group));
        var random = new SeededBytes();
        byte[] buffer = new byte[sound.Length + 256];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] content = i < 1000
                ? sound[..(sound.Length * i / 1000)]
                : buffer[..random.Mutate(sound, buffer)];
            try
            {
                StoredGroupFile.Decode(content, "file");
            }
            catch (PeerException exception) when (
                exception.Error == PeerErrors.CertificateStoreCorrupted || exception.Error == PeerErrors.UnsupportedVersion)
            {
                // As it should be.
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Convert.ToHexString(content)}\n{exception}");
            }
        }
    }

    private static StoredGroup Member(GroupBuilder group, GroupBuilder.Member? member = null) => new()
    {
        Group = group.Name,
        Identity = (member ?? group.Creator).Name,
        FriendlyName = "Chess",
        Cloud = "Global_",
        Root = group.Root,
        Chain = (member ?? group.Creator).Chain.Encoded.ToArray(),
        Created = GroupBuilder.Now,
    };

    private static void AssertSame(StoredGroup expected, StoredGroup? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Root?.RawData.ToArray(), actual.Root?.RawData.ToArray());
        Assert.Equal(expected.Chain, actual.Chain);
        Assert.Equal(expected with { Root = null, Chain = null }, actual with { Root = null, Chain = null });
    }

    private static void AssertCorrupted(string file, Action action)
    {
        PeerException damaged = Assert.Throws<PeerException>(action);
        Assert.Equal(PeerErrors.CertificateStoreCorrupted, damaged.Error);
        Assert.Contains(file, damaged.Message, StringComparison.Ordinal);
    }

    private static void Edit(string file, Action<JObject> change)
    {
        JObject json = JObject.Parse(File.ReadAllText(file));
        change(json);
        File.WriteAllText(file, json.ToString());
    }

    private void AssertDamaged(Action<JObject> change)
    {
        SaveBoth();
        Edit(FileOf(_group), change);
        using GroupFolder folder = Open();
        Assert.Equal(_other.Name, Assert.Single(folder.List()).Group);
        AssertCorrupted(FileOf(_group), () => folder.Find(_group.Name, _group.Creator.Name));
        File.Delete(FileOf(_group));
    }

    private void SaveBoth()
    {
        using GroupFolder folder = Open();
        folder.Save(Member(_group));
        folder.Save(Member(_other));
    }

    // The file's name is part of what is on the disk, and so is fixed here.
    private string FileOf(GroupBuilder group)
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes($"{group.Name}\0{group.Creator.Name}"));
        return _folder.Combine(Convert.ToHexStringLower(hash.AsSpan(0, 16)) + ".json");
    }

    private GroupFolder Open() => new(_folder.Location);
}
