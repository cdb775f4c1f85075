using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Collaboration.Documents;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Collaboration.Documents;

public sealed class ContactDocumentTests : IDisposable
{
    private const int Mutations = 1_000_000;

    private readonly TestPerson _person = new();
    private readonly TestPerson _other = new("bob");

    public void Dispose()
    {
        _person.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_contact_says_after_reading_what_was_written()
    {
        ContactDocument written = _person.Document;
        ContactDocument read = ContactDocument.Read(written.Write());

        Assert.Equal(written with { Certificate = read.Certificate }, read);
        Assert.Equal(written.Certificate.RawData.ToArray(), read.Certificate.RawData.ToArray());
        Assert.Equal(written.Write(), read.Write());
    }

    [Fact]
    public void Its_elements_are_named_as_the_fields_of_the_API()
    {
        XElement root = XElement.Parse(_person.Document.Write());

        Assert.Equal(("PEERCONTACT", "1.0"), (root.Name.LocalName, (string?)root.Attribute("VERSION")));
        Assert.Equal(
            ["PEERNAME", "NICKNAME", "DISPLAYNAME", "EMAILADDRESS", "CREDENTIALS"], root.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(
            "bin.base64", (string?)root.Element("CREDENTIALS")!.Attribute(XName.Get("dt", "urn:schemas-microsoft-com:datatypes")));
    }

    [Fact]
    public void It_holds_no_secret()
    {
        string xml = _person.Document.Write();
        byte[] secret = ((ECDsa)_person.Key.Key).ExportParameters(includePrivateParameters: true).D!;
        byte[] credentials = Convert.FromBase64String(XElement.Parse(xml).Element("CREDENTIALS")!.Value);

        Assert.Equal(-1, credentials.AsSpan().IndexOf(secret));
        Assert.DoesNotContain(Convert.ToHexString(secret), xml, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Names_and_address_may_be_missing_and_what_is_unknown_is_ignored()
    {
        XElement root = XElement.Parse(_person.Document.Write());
        root.Element("NICKNAME")!.Remove();
        root.Element("DISPLAYNAME")!.Remove();
        root.Element("EMAILADDRESS")!.Remove();
        root.Add(new XElement("FAVOURITECOLOUR", new XElement("X", "blue")));
        root.SetAttributeValue("size", "12");

        ContactDocument read = ContactDocument.Read(root.ToString());
        Assert.Equal(("", "", ""), (read.Nickname, read.DisplayName, read.EmailAddress));
        Assert.Equal(_person.Name, read.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not XML")]
    [InlineData("<PEERCONTACT VERSION=\"1.0\">")]
    [InlineData("<!DOCTYPE PEERCONTACT><PEERCONTACT VERSION=\"1.0\"/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><PEERCONTACT VERSION=\"1.0\">&e;</PEERCONTACT>")]
    public void What_is_no_XML_or_has_a_document_type_is_not_read(string? xml) =>
        AssertFault(ContactFault.NotXml, PeerErrors.InvalidData, xml);

    [Fact]
    public void Huge_and_deep_documents_are_not_read()
    {
        string sound = _person.Document.Write();
        AssertFault(ContactFault.NotXml, PeerErrors.InvalidData, sound.Replace(
            "</PEERCONTACT>", $"<X>{new string('x', SafeXml.MaximumCharacters)}</X></PEERCONTACT>", StringComparison.Ordinal));

        StringBuilder deep = new();
        deep.Insert(0, "<X>", 100_000).Insert(deep.Length, "</X>", 100_000);
        AssertFault(
            ContactFault.NotXml,
            PeerErrors.InvalidData,
            sound.Replace("</PEERCONTACT>", deep + "</PEERCONTACT>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<PEERIDENTITYINFO VERSION=\"1.0\"/>")]
    [InlineData("<peercontact VERSION=\"1.0\"/>")]
    [InlineData("<PEERCONTACT xmlns=\"urn:x\" VERSION=\"1.0\"/>")]
    public void Another_document_is_no_contact(string xml) => AssertFault(ContactFault.NotContact, PeerErrors.InvalidData, xml);

    [Theory]
    [InlineData("2.0")]
    [InlineData("1.1")]
    [InlineData(" 1.0")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_version_is_refused_as_such(string? version)
    {
        XElement root = XElement.Parse(_person.Document.Write());
        root.SetAttributeValue("VERSION", version);
        AssertFault(ContactFault.UnsupportedVersion, PeerErrors.UnsupportedVersion, root.ToString());
    }

    [Theory]
    [InlineData("PEERNAME", null)]
    [InlineData("PEERNAME", "")]
    [InlineData("PEERNAME", "ann")]
    [InlineData("PEERNAME", "0.ann")]
    [InlineData("NICKNAME", "a\tb")]
    [InlineData("DISPLAYNAME", "a\u0085b")]
    [InlineData("EMAILADDRESS", "a\nb")]
    [InlineData("CREDENTIALS", null)]
    [InlineData("CREDENTIALS", "")]
    [InlineData("CREDENTIALS", "?")]
    [InlineData("CREDENTIALS", "AAAA")]
    public void A_value_that_makes_no_sense_is_damage(string name, string? value)
    {
        XElement root = XElement.Parse(_person.Document.Write());
        root.SetElementValue(name, value);
        AssertFault(ContactFault.Malformed, PeerErrors.InvalidData, root.ToString());
    }

    [Theory]
    [InlineData("NICKNAME")]
    [InlineData("DISPLAYNAME")]
    [InlineData("EMAILADDRESS")]
    public void A_text_has_at_most_255_characters(string name)
    {
        XElement root = XElement.Parse(_person.Document.Write());
        root.SetElementValue(name, new string('x', 255));
        ContactDocument.Read(root.ToString());
        root.SetElementValue(name, new string('x', 256));
        AssertFault(ContactFault.Malformed, PeerErrors.InvalidData, root.ToString());
    }

    // Of two, one reader might judge the first and another one use the last.
    [Theory]
    [InlineData("PEERNAME")]
    [InlineData("NICKNAME")]
    [InlineData("DISPLAYNAME")]
    [InlineData("EMAILADDRESS")]
    [InlineData("CREDENTIALS")]
    public void What_is_said_twice_is_damage(string name)
    {
        XElement root = XElement.Parse(_person.Document.Write());
        root.Add(new XElement(root.Element(name)!));
        AssertFault(ContactFault.Malformed, PeerErrors.InvalidData, root.ToString());
    }

    // Whoever swaps the certificate would be taken for somebody else.
    [Fact]
    public void The_certificates_key_is_the_one_that_the_name_belongs_to()
    {
        string swapped = (_person.Document with { Certificate = _other.Certificate }).Write();
        PeerException refused = AssertFault(ContactFault.OtherKey, PeerErrors.InvalidCredential, swapped);
        Assert.Contains("does not belong to the key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_classifier_may_be_another_one_than_in_the_certificate()
    {
        PeerName renamed = PeerName.CreateSecure(_person.Key.PublicKey, "another");
        Assert.Equal(renamed, ContactDocument.Read((_person.Document with { Name = renamed }).Write()).Name);
    }

    [Fact]
    public void A_certificate_that_its_own_key_did_not_sign_is_no_identitys()
    {
        byte[] forged = _person.Certificate.RawData.ToArray();
        forged[^1] ^= 1;
        PeerException refused = AssertFault(
            ContactFault.NotIdentity,
            PeerErrors.InvalidCredential,
            (_person.Document with { Certificate = TestPerson.Read(forged) }).Write());
        Assert.Contains("not one that an identity has made for itself", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_groups_certificate_is_no_identitys()
    {
        byte[] root = new CertificateIssuer(new SeededRandom(7)).IssueGroupRoot(
            _person.Key, "Chess", _person.Name.Value, new(TestPerson.Now, TestPerson.Now.AddDays(1)));
        AssertFault(
            ContactFault.NotIdentity,
            PeerErrors.InvalidCredential,
            (_person.Document with { Certificate = TestPerson.Read(root) }).Write());
    }

    // RSA-1024 and SHA-1: whoever can break them could be that person.
    [Fact]
    public void An_identity_of_the_Windows_suite_is_no_contact()
    {
        using TestPerson old = new("old", PeerSuite.Windows);
        AssertFault(ContactFault.NotIdentity, PeerErrors.InvalidCredential, old.Document.Write());
    }

    [Fact]
    public void What_XML_cannot_carry_is_not_written()
    {
        foreach (string text in (string[])["a\u0001b", "\ud83d"])
        {
            ContactDocument document = _person.Document with { DisplayName = text };
            Assert.Equal(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(document.Write).Error);
        }
    }

    [Fact]
    public void Truncated_documents_are_not_read()
    {
        string golden = _person.Document.Write();
        for (int length = 0; length < golden.Length; length++)
        {
            Assert.False(ContactDocument.TryRead(golden[..length], out _, out _));
        }
    }

    // Whatever is changed: what is read is the person's own certificate, or it is not read.
    [Fact]
    public void Mutated_documents_never_throw_and_never_bind_the_name_to_another_certificate()
    {
        byte[] golden = Encoding.Latin1.GetBytes(_person.Document.Write());
        var random = new SeededBytes();
        byte[] buffer = new byte[8 * 1024];
        int read = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string xml = Encoding.Latin1.GetString(buffer, 0, random.Mutate(golden, buffer));
            try
            {
                if (ContactDocument.TryRead(xml, out ContactDocument? document, out _))
                {
                    read++;
                    Assert.Equal(_person.Name.Authority, document.Name.Authority);
                    Assert.True(document.Certificate.RawData.Span.SequenceEqual(_person.Certificate.RawData.Span));
                }
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {xml}\n{exception}");
            }
        }

        Assert.NotEqual(0, read);
    }

    // The XML is sound, and the certificate is not.
    [Fact]
    public void No_mutation_of_the_certificate_stands_for_the_person()
    {
        byte[] golden = _person.Certificate.RawData.ToArray();
        var random = new SeededBytes(1);
        byte[] buffer = new byte[4 * 1024];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] mutant = buffer[..random.Mutate(golden, buffer)];
            Assert.True(
                !IdentityCertificate.TryRead(mutant, out PeerCertificate? certificate)
                || certificate.PublicKey.ToString() != _person.Name.Authority
                || mutant.AsSpan().SequenceEqual(golden),
                $"Seed {random.Seed}, input {i}: {Convert.ToHexString(mutant)}");
        }
    }

    private static PeerException AssertFault(ContactFault expected, PeerError error, string? xml)
    {
        Assert.False(ContactDocument.TryRead(xml, out ContactDocument? document, out ContactFault fault));
        Assert.Equal((expected, null), (fault, document));
        PeerException refused = Assert.Throws<PeerException>(() => ContactDocument.Read(xml));
        Assert.Equal(error, refused.Error);
        return refused;
    }
}
