using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Grouping.Documents;

public sealed class GroupConfigurationExportTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly GroupBuilder _group = new();
    private readonly GroupBuilder _other = new("go");

    private StoredGroup Stored => new()
    {
        Group = _group.Name,
        Identity = _group.Creator.Name,
        FriendlyName = "Chess <&>",
        Cloud = "LinkLocal_1",
        Root = _group.Root,
        Chain = _group.Creator.Chain.Encoded.ToArray(),
        Creator = _group.Creator.Name,
        IsActive = true,
        Created = GroupBuilder.Now,
    };

    public void Dispose()
    {
        _group.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_members_configuration_goes_to_another_machine()
    {
        (StoredGroup group, PeerPrivateKey? key) = Read(Write());

        Assert.Null(key);
        AssertSame(Stored with { IsActive = false }, group);
    }

    [Fact]
    public void The_creators_goes_with_the_groups_key()
    {
        (StoredGroup group, PeerPrivateKey? key) = Read(Write(_group.Key));
        using PeerPrivateKey? owned = key;

        Assert.Equal(_group.Key.PublicKey, key?.PublicKey);
        AssertSame(Stored with { IsActive = false, HasGroupKey = true }, group);
    }

    [Fact]
    public void Who_has_only_a_password_yet_can_go_too()
    {
        StoredGroup early = Stored with { Root = null, Chain = null, Creator = null };
        AssertSame(early with { IsActive = false }, Read(GroupConfigurationExport.Write(early, null, Password)).Group);
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("")]
    [InlineData(" Chess\u200d ")]
    public void A_friendly_name_stays_what_it_was(string name)
    {
        string xml = GroupConfigurationExport.Write(Stored with { FriendlyName = name }, null, Password);
        Assert.Equal(name, Read(xml).Group.FriendlyName);
    }

    // Nobody who made a group with such a name keeps its members from going.
    [Fact]
    public void A_friendly_name_that_XML_cannot_carry_is_written_as_it_is_shown()
    {
        string xml = GroupConfigurationExport.Write(Stored with { FriendlyName = "a\u0001\rb" }, null, Password);
        Assert.Equal("a\\u{1}\\u{d}b", Read(xml).Group.FriendlyName);
    }

    [Fact]
    public void An_export_needs_a_password()
    {
        Assert.Equal(
            PeerErrors.PasswordDoesNotMeetPolicy,
            Assert.Throws<PeerException>(() => GroupConfigurationExport.Write(Stored, null, [])).Error);
    }

    [Fact]
    public void The_groups_key_is_not_readable_in_it()
    {
        byte[] secret = ((ECDsa)_group.Key.Key).ExportParameters(includePrivateParameters: true).D!;
        XElement root = XElement.Parse(Write(_group.Key));

        Assert.NotNull(root.Element("DATA"));
        Assert.All(root.Elements(), element =>
        {
            Assert.DoesNotContain(Convert.ToHexStringLower(secret), element.Value, StringComparison.OrdinalIgnoreCase);
            byte[] content = new byte[element.Value.Length];
            Assert.False(Convert.TryFromBase64String(element.Value, content, out _) && content.AsSpan().IndexOf(secret) >= 0);
        });
        Assert.DoesNotContain(Password, root.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_and_a_damaged_document_are_told_apart()
    {
        string xml = Write(_group.Key);
        PeerException wrong = Assert.Throws<PeerException>(() => GroupConfigurationExport.Read(xml, "wrong horse"));
        Assert.Equal(PeerErrors.InvalidPassword, wrong.Error);
        Assert.DoesNotContain("wrong horse", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(PeerErrors.InvalidPassword, Fail(xml, ""));

        foreach (XElement element in XElement.Parse(xml).Elements().Where(one => one.Name != "MAC"))
        {
            string name = element.Name.LocalName;
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, root => Flip(root.Element(name)!))));
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, root => root.Element(name)!.Remove())));
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, root => root.Add(new XElement(root.Element(name)!)))));
        }

        Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, root => root.Element("MAC")!.Remove())));
        Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, root => root.Element("MAC")!.Value = "?")));
    }

    // The digest is no secret: who edits a document can make it anew.
    [Theory]
    [InlineData("GROUPFRIENDLYNAME")]
    [InlineData("CLOUDNAME")]
    [InlineData("GROUPPEERNAME")]
    [InlineData("PEERNAME")]
    [InlineData("CREATORPEERNAME")]
    [InlineData("CREATED")]
    [InlineData("GRC")]
    [InlineData("GMC")]
    [InlineData("DATA")]
    public void Nobody_changes_it_without_the_password(string name)
    {
        string xml = Write(_group.Key);
        Assert.Equal(PeerErrors.InvalidPassword, Fail(Change(xml, root =>
        {
            Flip(root.Element(name)!);
            Digest(root);
        })));
        Assert.Equal(PeerErrors.InvalidPassword, Fail(Change(xml, root =>
        {
            root.Element(name)!.Remove();
            Digest(root);
        })));
    }

    [Fact]
    public void A_code_of_another_document_does_not_count()
    {
        XElement another = XElement.Parse(GroupConfigurationExport.Write(Stored with { Cloud = "Global_" }, null, Password));
        Assert.Equal(PeerErrors.InvalidPassword, Fail(Change(Write(), root =>
        {
            root.Element("SALT")!.Value = another.Element("SALT")!.Value;
            root.Element("MAC")!.Value = another.Element("MAC")!.Value;
            Digest(root);
        })));
        Assert.Equal(PeerErrors.InvalidPassword, Fail(Change(Write(), root => root.Element("MAC")!.Value = Convert.ToBase64String([0]))));
    }

    // Whoever knows the password can still make no member.
    [Fact]
    public void Parts_that_do_not_belong_together_are_damage()
    {
        AssertDamaged(Stored with { Root = _other.Root }, null);
        AssertDamaged(Stored with { Chain = _other.Creator.Chain.Encoded.ToArray() }, null);
        AssertDamaged(Stored with { Chain = _group.Enroll("else", PeerRole.Member).Chain.Encoded.ToArray() }, null);
        AssertDamaged(Stored with { Chain = [1, 2, 3] }, null);
        AssertDamaged(Stored with { FriendlyName = new string('x', 256) }, null);

        // Another group's key, with its own certificate.
        XElement owned = XElement.Parse(GroupConfigurationExport.Write(
            Stored with { Group = _other.Name, Root = _other.Root }, _other.Key, Password));
        Assert.Equal(PeerErrors.InvalidData, Fail(Change(Write(_group.Key), root =>
        {
            root.Element("DATA")!.Value = owned.Element("DATA")!.Value;
            Seal(root);
        })));
        Assert.Equal(PeerErrors.InvalidData, Fail(Change(Write(_group.Key), root =>
        {
            root.Element("DATA")!.Value = "AAAA";
            Seal(root);
        })));
        Assert.Equal(PeerErrors.InvalidData, Fail(Change(Write(_group.Key), root =>
        {
            root.Element("GRC")!.Remove();
            Seal(root);
        })));

        void AssertDamaged(StoredGroup group, PeerPrivateKey? key) =>
            Assert.Equal(PeerErrors.InvalidData, Fail(GroupConfigurationExport.Write(group, key, Password)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<PEERGROUPCONFIG")]
    [InlineData("<PEERIDENTITYEXPORT VERSION=\"2.0\"/>")]
    [InlineData("<!DOCTYPE x><PEERGROUPCONFIG VERSION=\"1.0\"/>")]
    [InlineData("<PEERGROUPCONFIG VERSION=\"1.0\"/>")]
    public void Other_documents_are_no_configurations(string? xml) => Assert.Equal(PeerErrors.InvalidData, Fail(xml));

    [Fact]
    public void Huge_and_deep_documents_are_not_read()
    {
        Assert.Equal(PeerErrors.InvalidData, Fail(Change(Write(), root => root.Add(new XElement("X", new string('x', 2 * 1024 * 1024))))));
        StringBuilder deep = new();
        deep.Insert(0, "<X>", 10_000).Insert(deep.Length, "</X>", 10_000);
        Assert.Equal(
            PeerErrors.InvalidData, Fail(Write().Replace("</PEERGROUPCONFIG>", deep + "</PEERGROUPCONFIG>", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("9.0")]
    [InlineData("1.1")]
    [InlineData(null)]
    public void Another_version_is_refused_as_such(string? version) => Assert.Equal(
        PeerErrors.UnsupportedVersion, Fail(Change(Write(), root => root.SetAttributeValue("VERSION", version))));

    [Fact]
    public void A_configuration_is_told_from_an_identity_by_its_root_element()
    {
        Assert.True(GroupConfigurationExport.IsConfiguration(Write()));
        Assert.True(GroupConfigurationExport.IsConfiguration("<PEERGROUPCONFIG VERSION=\"9.0\"/>"));
        Assert.False(GroupConfigurationExport.IsConfiguration("<PEERIDENTITYEXPORT VERSION=\"2.0\"/>"));
        Assert.False(GroupConfigurationExport.IsConfiguration("<!DOCTYPE x><PEERGROUPCONFIG/>"));
        Assert.False(GroupConfigurationExport.IsConfiguration("PEERGROUPCONFIG"));
        Assert.False(GroupConfigurationExport.IsConfiguration(null));
    }

    [Fact]
    public void Truncated_and_mutated_documents_fail_as_they_should()
    {
        string xml = Write(_group.Key);
        var random = new SeededBytes();
        byte[] buffer = new byte[16 * 1024];
        for (int i = 0; i < 1_000; i++)
        {
            string mutant = i < 500
                ? xml[..(xml.Length * i / 500)]
                : Encoding.Latin1.GetString(buffer, 0, random.Mutate(Encoding.Latin1.GetBytes(xml), buffer));
            try
            {
                GroupConfigurationExport.Read(mutant, Password).GroupKey?.Dispose();
            }
            catch (PeerException)
            {
                // As it should be.
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {mutant}\n{exception}");
            }
        }
    }

    private static (StoredGroup Group, PeerPrivateKey? GroupKey) Read(string xml) => GroupConfigurationExport.Read(xml, Password);

    private static PeerError Fail(string? xml, string password = Password) =>
        Assert.Throws<PeerException>(() => GroupConfigurationExport.Read(xml, password)).Error;

    private static string Change(string xml, Action<XElement> change)
    {
        XElement root = XElement.Parse(xml);
        change(root);
        return root.ToString();
    }

    private static void Flip(XElement element) =>
        element.Value = (element.Value[0] == 'a' ? 'b' : 'a') + element.Value[1..];

    // What the document says of itself, written down a second time.
    private static byte[] Content(XElement root) => Encoding.UTF8.GetBytes(string.Join(
        '\0',
        root.Elements().Where(one => one.Name != "MAC" && one.Name != "DIGEST")
            .SelectMany(one => new[] { one.Name.LocalName, one.Value })
            .Prepend("1.0")));

    private static void Digest(XElement root) =>
        root.Element("DIGEST")!.Value = Convert.ToHexStringLower(SHA256.HashData(Content(root)));

    private static void Seal(XElement root)
    {
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(
            Password, Convert.FromBase64String(root.Element("SALT")!.Value), 600_000, HashAlgorithmName.SHA256, 32);
        root.Element("MAC")!.Value = Convert.ToBase64String(HMACSHA256.HashData(key, Content(root)));
        Digest(root);
    }

    private static void AssertSame(StoredGroup expected, StoredGroup actual)
    {
        Assert.Equal(expected.Root?.RawData.ToArray(), actual.Root?.RawData.ToArray());
        Assert.Equal(expected.Chain, actual.Chain);
        Assert.Equal(expected with { Root = null, Chain = null }, actual with { Root = null, Chain = null });
    }

    private string Write(PeerPrivateKey? key = null) => GroupConfigurationExport.Write(Stored, key, Password);
}
