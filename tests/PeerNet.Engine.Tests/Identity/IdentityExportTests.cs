using System.Security.Cryptography.Pkcs;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Identity;

public sealed class IdentityExportTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly TemporaryFolder _here = new();
    private readonly TemporaryFolder _there = new();
    private readonly IdentityStore _source;
    private readonly IdentityStore _target;
    private readonly PeerIdentity _identity;

    public IdentityExportTests()
    {
        _source = IdentityStore.Open(_here.Location, new SeededRandom(1), new FakeTimeProvider());
        _target = IdentityStore.Open(_there.Location, new SeededRandom(2), new FakeTimeProvider());
        _identity = _source.Create("Zoë <&>", "me", PeerSuite.Modern, makeDefault: false, []);
    }

    [Fact]
    public void An_identity_moves_to_another_store_with_its_key()
    {
        string xml = _source.Export(_identity.PeerName.Value, Password);
        PeerIdentity moved = _target.Import(xml, Password, makeDefault: true, force: false);

        Assert.Equal(_identity.PeerName, moved.PeerName);
        Assert.Equal(_identity.FriendlyName, moved.FriendlyName);
        Assert.Equal(_identity.Certificate.RawData, moved.Certificate.RawData);
        using PeerPrivateKey key = _target.OpenKey(moved.PeerName.Value);
        Assert.Equal(_identity.PublicKey, key.PublicKey);
    }

    [Fact]
    public void An_export_needs_a_password()
    {
        Assert.Equal(
            PeerErrors.PasswordDoesNotMeetPolicy,
            Assert.Throws<PeerException>(() => _source.Export(_identity.PeerName.Value, [])).Error);
    }

    [Fact]
    public void The_export_is_the_document_that_Windows_describes_and_a_digest()
    {
        XElement root = XElement.Parse(_source.Export(_identity.PeerName.Value, Password));

        Assert.Equal("PEERIDENTITYEXPORT", root.Name);
        Assert.Equal("2.0", (string?)root.Attribute("VERSION"));
        Assert.Equal(["PEERNAME", "FRIENDLYNAME", "DATA", "DIGEST"], root.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(_identity.PeerName.Value, (string?)root.Element("PEERNAME"));
        Assert.Equal(
            "bin.base64", (string?)root.Element("DATA")!.Attribute(XName.Get("dt", "urn:schemas-microsoft-com:datatypes")));
        Assert.Equal(
            Pkcs12IntegrityMode.Password,
            Pkcs12Info.Decode(Convert.FromBase64String((string)root.Element("DATA")!), out _).IntegrityMode);
    }

    [Fact]
    public void A_wrong_password_and_a_damaged_document_are_told_apart()
    {
        string xml = _source.Export(_identity.PeerName.Value, Password);
        PeerException wrong = Assert.Throws<PeerException>(() => _target.Import(xml, "wrong", false, false));
        Assert.Equal(PeerErrors.InvalidPassword, wrong.Error);
        Assert.DoesNotContain("wrong", wrong.Message, StringComparison.Ordinal);

        Assert.All(new[] { "PEERNAME", "FRIENDLYNAME", "DATA", "DIGEST" }, name =>
        {
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, name, value => Flip(value)), Password));
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, name, _ => ""), "wrong"));
            Assert.Equal(PeerErrors.InvalidData, Fail(Change(xml, name, _ => "!"), "wrong"));
        });
        Assert.Empty(_target.List());

        static string Flip(string value) => (value[0] == 'a' ? 'b' : 'a') + value[1..];
    }

    [Theory]
    [InlineData("")]
    [InlineData("<PEERIDENTITYEXPORT")]
    [InlineData("<PEERIDENTITYINFO VERSION=\"1.0\"/>")]
    [InlineData("<!DOCTYPE x><PEERIDENTITYEXPORT VERSION=\"2.0\"/>")]
    [InlineData("<PEERIDENTITYEXPORT VERSION=\"2.0\"/>")]
    public void Other_documents_are_no_identities(string xml)
    {
        Assert.Equal(PeerErrors.InvalidData, Fail(xml, Password));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("3.0")]
    [InlineData(null)]
    public void Another_version_is_refused_as_such(string? version)
    {
        XElement root = XElement.Parse(_source.Export(_identity.PeerName.Value, Password));
        root.SetAttributeValue("VERSION", version);
        Assert.Equal(PeerErrors.UnsupportedVersion, Fail(root.ToString(), Password));
    }

    [Fact]
    public void An_identity_that_is_there_is_not_imported_twice()
    {
        string xml = _source.Export(_identity.PeerName.Value, Password);
        _target.Import(xml, Password, makeDefault: false, force: false);
        string keyFile = Assert.Single(Directory.GetFiles(_there.Location, "*.p12"));
        byte[] before = File.ReadAllBytes(keyFile);
        _target.Set(_identity.PeerName.Value, "renamed", makeDefault: false);

        Assert.Equal(PeerErrors.AlreadyExists, Fail(xml, Password));
        Assert.Equal("renamed", Assert.Single(_target.List()).FriendlyName);

        Assert.Equal(_identity.FriendlyName, _target.Import(xml, Password, makeDefault: false, force: true).FriendlyName);
        Assert.Equal(before, File.ReadAllBytes(keyFile));
    }

    [Fact]
    public void A_key_file_that_is_not_the_named_identitys_is_refused()
    {
        PeerIdentity other = _source.Create("other", null, PeerSuite.Modern, makeDefault: false, []);
        using PeerPrivateKey key = _source.OpenKey(other.PeerName.Value);
        byte[] keyFile = KeyFile.Encode(key, other.Certificate.RawData, Password);
        string forged = IdentityExport.Write(new(_identity.PeerName.Value, "x", keyFile));

        Assert.Equal(PeerErrors.InvalidData, Fail(forged, Password));
    }

    [Fact]
    public void The_public_document_holds_the_certificate_and_nothing_else()
    {
        XElement root = XElement.Parse(_source.ExportPublic(_identity.PeerName.Value));
        Assert.Equal("PEERIDENTITYINFO", root.Name);
        Assert.Equal("1.0", (string?)root.Attribute("VERSION"));
        XElement idc = Assert.Single(root.Elements());
        Assert.Equal("IDC", idc.Name);

        SignedCms cms = new();
        cms.Decode(Convert.FromBase64String((string)idc));
        Assert.Equal(_identity.Certificate.RawData, Assert.Single(cms.Certificates).RawData);
    }

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _here.Dispose();
        _there.Dispose();
    }

    private static string Change(string xml, string element, Func<string, string> change)
    {
        XElement root = XElement.Parse(xml);
        XElement one = root.Element(element)!;
        one.Value = change(one.Value);
        return root.ToString();
    }

    private PeerError Fail(string xml, string password) =>
        Assert.Throws<PeerException>(() => _target.Import(xml, password, makeDefault: false, force: false)).Error;
}
