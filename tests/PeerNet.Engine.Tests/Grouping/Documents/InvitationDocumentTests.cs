using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Grouping.Documents;

public sealed class InvitationDocumentTests : IDisposable
{
    private readonly InvitationBuilder _invitations = new();

    public void Dispose() => _invitations.Dispose();

    [Fact]
    public void An_identitys_invitation_says_after_reading_what_was_written()
    {
        InvitationDocument written = _invitations.ForIdentity() with { Scope = PeerGraphScope.LinkLocal, IsPrivateCloud = true };
        InvitationDocument read = InvitationBuilder.Read(written.Write());

        Assert.Equal(PeerGroupInvitationKind.Identity, read.Kind);
        Assert.Equal(written.Chain, read.Chain);
        AssertSame(written, read);
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(read));
    }

    [Theory]
    [InlineData(PeerGraphScope.Global)]
    [InlineData(PeerGraphScope.SiteLocal)]
    [InlineData(PeerGraphScope.LinkLocal)]
    [InlineData(PeerGraphScope.Loopback)]
    public void A_passwords_invitation_says_after_reading_what_was_written(PeerGraphScope scope)
    {
        InvitationDocument written = _invitations.ForPassword() with { Scope = scope };
        InvitationDocument read = InvitationBuilder.Read(written.Write());

        Assert.Equal(PeerGroupInvitationKind.Password, read.Kind);
        Assert.Equal(written.Root!.RawData.ToArray(), read.Root!.RawData.ToArray());
        AssertSame(written, read);
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(read));
    }

    [Fact]
    public void The_document_is_the_one_of_the_specification_and_the_groups_names()
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());

        Assert.Equal("PEERINVITATION", root.Name);
        Assert.Equal("2.0", (string?)root.Attribute("VERSION"));
        Assert.Equal(
            ["CLOUDNAME", "SCOPE", "CLOUDFLAGS", "GROUPPEERNAME", "GROUPFRIENDLYNAME", "GMC"],
            root.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(("Global_", "GLOBAL", "0"), (Text("CLOUDNAME"), Text("SCOPE"), Text("CLOUDFLAGS")));
        Assert.Equal("bin.base64", (string?)root.Element("GMC")!.Attribute(XName.Get("dt", "urn:schemas-microsoft-com:datatypes")));
        SignedCms cms = new();
        cms.Decode(Convert.FromBase64String(Text("GMC")));
        Assert.Equal(_invitations.Invitee.Chain.Certificates.Count, cms.Certificates.Count);

        string Text(string name) => root.Element(name)!.Value;
    }

    [Fact]
    public void The_specifications_own_forms_can_be_read()
    {
        XElement identity = XElement.Parse(_invitations.ForIdentity().Write());
        identity.Element("GROUPPEERNAME")!.Remove();
        identity.Element("GROUPFRIENDLYNAME")!.Remove();
        InvitationDocument named = InvitationBuilder.Read(identity);
        Assert.Equal((_invitations.Group.Name, "Chess"), (named.Group, named.GroupFriendlyName));
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(named));

        XElement password = XElement.Parse(_invitations.ForPassword().Write());
        password.Element("GRC")!.Remove();
        InvitationDocument unproven = InvitationBuilder.Read(password);
        Assert.Null(unproven.Root);
        Assert.Equal(InvitationVerdict.Trusted, _invitations.Judge(unproven));
    }

    [Fact]
    public void The_order_of_the_elements_means_nothing()
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());
        XElement[] reversed = [.. root.Elements().Reverse()];
        root.ReplaceNodes(reversed.Cast<object>().ToArray());

        AssertSame(_invitations.ForIdentity(), InvitationBuilder.Read(root));
    }

    [Fact]
    public void What_is_unknown_here_is_kept_and_written_again()
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());
        XNamespace later = "urn:later";
        root.SetAttributeValue("VERSION", "2.7");
        root.SetAttributeValue("colour", "blue");
        root.SetAttributeValue(later + "size", "12");
        root.Element("CLOUDNAME")!.SetAttributeValue("weight", "3");
        root.Element("GMC")!.SetAttributeValue("also", "this");
        root.AddFirst(new XElement("NOTE", "first"), new XElement(later + "A", new XElement(later + "B", "deep")));
        root.Add(new XElement("NOTE", "last"));

        string xml = root.ToString();
        InvitationDocument read = InvitationBuilder.Read(xml);
        Assert.Equal("2.7", read.Version);
        Assert.Equal(xml, read.Write());
        XElement moved = XElement.Parse((read with { Cloud = "LinkLocal_1" }).Write());
        Assert.Equal(("LinkLocal_1", "3"), (moved.Element("CLOUDNAME")!.Value, moved.Element("CLOUDNAME")!.Attribute("weight")!.Value));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not XML")]
    [InlineData("<PEERINVITATION VERSION=\"2.0\">")]
    [InlineData("<!DOCTYPE PEERINVITATION><PEERINVITATION VERSION=\"2.0\"/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><PEERINVITATION VERSION=\"2.0\">&e;</PEERINVITATION>")]
    public void What_is_no_XML_or_has_a_document_type_is_not_read(string? xml) => AssertFault(InvitationFault.NotXml, xml);

    [Fact]
    public void Huge_and_deep_documents_are_not_read()
    {
        string sound = _invitations.ForIdentity().Write();
        AssertFault(InvitationFault.NotXml, sound.Replace(
            "</PEERINVITATION>", $"<X>{new string('x', 2 * 1024 * 1024)}</X></PEERINVITATION>", StringComparison.Ordinal));

        StringBuilder deep = new();
        deep.Insert(0, "<X>", 100_000).Insert(deep.Length, "</X>", 100_000);
        AssertFault(InvitationFault.NotXml, sound.Replace("</PEERINVITATION>", deep + "</PEERINVITATION>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<PEERIDENTITYINFO VERSION=\"1.0\"/>")]
    [InlineData("<peerinvitation VERSION=\"2.0\"/>")]
    [InlineData("<PEERINVITATION xmlns=\"urn:x\" VERSION=\"2.0\"/>")]
    public void Another_document_is_no_invitation(string xml) => AssertFault(InvitationFault.NotInvitation, xml);

    [Theory]
    [InlineData("9.0")]
    [InlineData("3.0")]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("2")]
    [InlineData("2.x")]
    [InlineData("2.-1")]
    [InlineData("2.0.0")]
    [InlineData("2.10000")]
    [InlineData("02.0")]
    [InlineData(" 2.0")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_version_is_refused_as_such(string? version)
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());
        root.SetAttributeValue("VERSION", version);
        AssertFault(InvitationFault.UnsupportedVersion, root.ToString());
    }

    [Theory]
    [InlineData("CLOUDNAME", null)]
    [InlineData("CLOUDNAME", "")]
    [InlineData("CLOUDNAME", "a\tb")]
    [InlineData("SCOPE", null)]
    [InlineData("SCOPE", "ANY")]
    [InlineData("SCOPE", "global")]
    [InlineData("CLOUDFLAGS", null)]
    [InlineData("CLOUDFLAGS", "2")]
    [InlineData("GROUPPEERNAME", "")]
    [InlineData("GROUPPEERNAME", "0.chess")]
    [InlineData("GROUPPEERNAME", "chess")]
    [InlineData("GROUPFRIENDLYNAME", "a\u0085b")]
    [InlineData("GMC", "")]
    [InlineData("GMC", "?")]
    public void A_value_that_makes_no_sense_is_damage(string name, string? value)
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());
        root.SetElementValue(name, value);
        AssertFault(InvitationFault.Malformed, root.ToString());
    }

    [Fact]
    public void Names_have_the_lengths_that_they_have_in_the_group()
    {
        AssertLongest("CLOUDNAME", 126);
        AssertLongest("GROUPFRIENDLYNAME", 255);

        void AssertLongest(string name, int length)
        {
            XElement root = XElement.Parse(_invitations.ForPassword().Write());
            root.SetElementValue(name, new string('x', length));
            InvitationBuilder.Read(root);
            root.SetElementValue(name, new string('x', length + 1));
            AssertFault(InvitationFault.Malformed, root.ToString());
        }
    }

    [Fact]
    public void A_passwords_invitation_names_its_group()
    {
        XElement root = XElement.Parse(_invitations.ForPassword().Write());
        root.Element("GROUPPEERNAME")!.Remove();
        Assert.Equal(_invitations.Group.Name, InvitationBuilder.Read(root).Group);
        root.Element("GRC")!.Remove();
        AssertFault(InvitationFault.Malformed, root.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("?")]
    public void A_root_certificate_that_is_none_is_damage(string value)
    {
        XElement root = XElement.Parse(_invitations.ForPassword().Write());
        root.SetElementValue("GRC", value);
        AssertFault(InvitationFault.Malformed, root.ToString());
    }

    // Of two, one reader might judge the first and another one use the last.
    [Theory]
    [InlineData("CLOUDNAME")]
    [InlineData("SCOPE")]
    [InlineData("CLOUDFLAGS")]
    [InlineData("GROUPPEERNAME")]
    [InlineData("GROUPFRIENDLYNAME")]
    [InlineData("GMC")]
    public void What_is_said_twice_is_damage(string name)
    {
        XElement root = XElement.Parse(_invitations.ForIdentity().Write());
        root.Add(new XElement(root.Element(name)!));
        AssertFault(InvitationFault.Malformed, root.ToString());
    }

    [Fact]
    public void Elements_inside_a_value_are_damage()
    {
        string xml = _invitations.ForIdentity().Write();
        AssertFault(InvitationFault.Malformed, xml.Replace("Global_", "Glo<b/>bal_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_friendly_name_that_XML_cannot_carry_is_written_as_it_is_shown()
    {
        InvitationDocument document = _invitations.ForPassword();
        Assert.Equal("a\\u{1}b", Reread("a\u0001b"));
        Assert.Equal("\\u{d83d}", Reread("\ud83d"));
        Assert.Equal("  ", Reread("  "));
        Assert.Equal(255, Reread(new string('\n', 255)).Length);
        Assert.Equal(254, Reread("\n\n" + string.Concat(Enumerable.Repeat("x😀", 90))).Length);

        string Reread(string name) =>
            InvitationBuilder.Read((document with { GroupFriendlyName = name }).Write()).GroupFriendlyName;
    }

    [Fact]
    public void A_group_whose_name_XML_cannot_carry_invites_nobody()
    {
        InvitationDocument document = _invitations.ForPassword() with { Group = PeerName.Parse($"{_invitations.Group.Name}\u0001") };
        Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(document.Write).Error);
    }

    [Fact]
    public void Truncated_and_mutated_documents_never_throw()
    {
        string[] goldens = [_invitations.ForIdentity().Write(), _invitations.ForPassword().Write()];
        foreach (string golden in goldens)
        {
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.False(InvitationDocument.TryRead(golden[..length], out _, out _));
            }
        }

        var random = new SeededBytes();
        byte[] buffer = new byte[16 * 1024];
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            string xml = Encoding.Latin1.GetString(buffer, 0, random.Mutate(Encoding.Latin1.GetBytes(goldens[i % 2]), buffer));
            try
            {
                read += Use(xml) ? 1 : 0;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {xml}\n{exception}");
            }
        }

        Assert.NotEqual(0, read);
    }

    // The XML is sound, and what it carries is not.
    [Fact]
    public void Mutated_chains_never_throw_and_are_never_trusted()
    {
        byte[] chain = _invitations.Invitee.Chain.Encoded.ToArray();
        var random = new SeededBytes(1);
        byte[] buffer = new byte[16 * 1024];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutant = buffer[..random.Mutate(chain, buffer)];
            InvitationDocument document = _invitations.ForIdentity() with { Chain = mutant };
            try
            {
                InvitationVerdict verdict = _invitations.Judge(document);
                Assert.True(verdict != InvitationVerdict.Trusted || HasSameCertificates(document));
                PeerGroupInvitation.Describe(document, verdict);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Convert.ToHexString(mutant)}\n{exception}");
            }
        }
    }

    private static void AssertFault(InvitationFault expected, string? xml)
    {
        Assert.False(InvitationDocument.TryRead(xml, out InvitationDocument? document, out InvitationFault fault));
        Assert.Equal((expected, null), (fault, document));
    }

    private static void AssertSame(InvitationDocument expected, InvitationDocument actual) => Assert.Equal(
        (expected.Version, expected.Group, expected.GroupFriendlyName, expected.Cloud, expected.Scope, expected.IsPrivateCloud),
        (actual.Version, actual.Group, actual.GroupFriendlyName, actual.Cloud, actual.Scope, actual.IsPrivateCloud));

    // What is around the certificates in a PKCS #7 nobody signs.
    private bool HasSameCertificates(InvitationDocument document) => document.ReadChain()!.Certificates
        .Select(one => Convert.ToHexString(one.RawData.Span))
        .SequenceEqual(_invitations.Invitee.Chain.Certificates.Select(one => Convert.ToHexString(one.RawData.Span)));

    private bool Use(string xml)
    {
        if (!InvitationDocument.TryRead(xml, out InvitationDocument? document, out _))
        {
            return false;
        }

        PeerGroupInvitation.Describe(document, _invitations.Judge(document));
        return true;
    }
}
