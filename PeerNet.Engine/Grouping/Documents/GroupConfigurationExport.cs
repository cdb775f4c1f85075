using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Documents;

/// <summary>The document in which a member's configuration of a group goes to another machine.</summary>
/// <remarks>
/// Windows has such a document and does not describe it; this one is PeerNet's own. The group's key, where its exporter had
/// it, is a PKCS #12 under the password. MAC is HMAC-SHA256 over all that the document says, with the password stretched by
/// PBKDF2-HMAC-SHA256, so that nobody else can change it; DIGEST tells damage from a wrong password and proves nothing.
/// </remarks>
internal static class GroupConfigurationExport
{
    /// <summary>How often passwords are stretched.</summary>
    public const int Iterations = 600_000;

    private const string RootName = "PEERGROUPCONFIG";
    private const string Version = "1.0";
    private const string IdentityName = "PEERNAME";
    private const string CreatorName = "CREATORPEERNAME";
    private const string CreatedName = "CREATED";
    private const string KeyName = "DATA";
    private const string SaltName = "SALT";
    private const string CodeName = "MAC";
    private const int SaltLength = 16;

    /// <summary>Whether a document is one of these, readable or not, by its root element. Nothing throws.</summary>
    public static bool IsConfiguration(string? xml) => SafeXml.TryRead(xml, out XElement? root) && root.Name == RootName;

    /// <summary>The document. Stretches the password, which takes tenths of a second.</summary>
    /// <param name="group">The group.</param>
    /// <param name="groupKey">The group's own key, where this node has it; still the caller's.</param>
    /// <param name="password">The password.</param>
    /// <exception cref="PeerException">The password is empty.</exception>
    public static string Write(StoredGroup group, PeerPrivateKey? groupKey, ReadOnlySpan<char> password)
    {
        if (password.IsEmpty)
        {
            throw PeerErrors.PasswordDoesNotMeetPolicy.Exception(
                "An exported group needs a password, which keeps others from changing it and from the group's key.",
                group.Group.Value);
        }

        XElement root = new(RootName, new XAttribute("VERSION", Version));
        root.Add(DocumentElements.Create(GroupElements.Group, group.Group.Value));
        root.Add(GroupElements.CreateFriendlyName(group.FriendlyName));
        root.Add(DocumentElements.Create(IdentityName, group.Identity.Value));
        root.Add(DocumentElements.Create(GroupElements.CloudName, group.Cloud));
        root.Add(group.Creator is null ? null : DocumentElements.Create(CreatorName, group.Creator.Value));
        root.Add(new XElement(CreatedName, group.Created.ToString("O", CultureInfo.InvariantCulture)));
        root.Add(group.Root is null ? null : BinaryElement.Create(GroupElements.Root, group.Root));
        root.Add(group.Chain is null ? null : BinaryElement.Create(GroupElements.Chain, group.Chain));
        if (groupKey is not null && group.Root is not null)
        {
            root.Add(BinaryElement.Create(KeyName, KeyFile.Encode(groupKey, group.Root.RawData, password)));
        }

        byte[] salt = new byte[SaltLength];
        SystemRandomSource.Instance.Fill(salt);
        root.Add(BinaryElement.Create(SaltName, salt));
        byte[] content = Collect(root);
        root.Add(BinaryElement.Create(CodeName, CreateCode(content, salt, password)));
        root.Add(DocumentDigest.Create(SHA256.HashData(content)));
        return root.ToString();
    }

    /// <summary>Reads a document. Stretches the password, which takes tenths of a second.</summary>
    /// <param name="xml">The document.</param>
    /// <param name="password">The password that it was written with.</param>
    /// <returns>The group, closed, and its own key for the caller to dispose of, where it is in the document.</returns>
    /// <exception cref="PeerException">It is none, has another version, is damaged, or the password is another.</exception>
    public static (StoredGroup Group, PeerPrivateKey? GroupKey) Read(string? xml, ReadOnlySpan<char> password)
    {
        XElement root = Parse(xml);
        byte[] content = Collect(root);
        if (!DocumentDigest.TryRead(root, out byte[] digest)
            || !CryptographicOperations.FixedTimeEquals(SHA256.HashData(content), digest)
            || !DocumentElements.TryReadBytes(root, SaltName, out byte[]? salt) || salt is not { Length: SaltLength }
            || !DocumentElements.TryReadBytes(root, CodeName, out byte[]? code) || code is null)
        {
            throw Damaged("its digest does not match");
        }

        if (!CryptographicOperations.FixedTimeEquals(CreateCode(content, salt, password), code))
        {
            throw PeerErrors.InvalidPassword.Exception(
                "The password is not the one that the group's configuration was exported with, or somebody has changed the "
                + "document without knowing it.");
        }

        StoredGroup group = ReadGroup(root) ?? throw Damaged("its parts cannot be read");
        return group.FindFault() is { } fault ? throw Damaged(fault)
            : group.HasGroupKey ? (group, ReadKey(root, group, password))
            : (group, null);
    }

    private static XElement Parse(string? xml)
    {
        if (!SafeXml.TryRead(xml, out XElement? root) || root.Name != RootName)
        {
            throw PeerErrors.InvalidData.Exception($"The document is no exported configuration of a group ({RootName}).");
        }

        string? version = (string?)root.Attribute("VERSION");
        return version == Version
            ? root
            : throw PeerErrors.UnsupportedVersion.Exception(
                $"The exported configuration of a group has version '{version}'; version {Version} can be read.", version);
    }

    private static StoredGroup? ReadGroup(XElement root) =>
        DocumentElements.TryReadName(root, GroupElements.Group, out PeerName? group) && group is not null
        && DocumentElements.TryReadText(root, GroupElements.FriendlyName, int.MaxValue, out string? friendlyName)
        && DocumentElements.TryReadName(root, IdentityName, out PeerName? identity) && identity is not null
        && DocumentElements.TryReadText(root, GroupElements.CloudName, int.MaxValue, out string? cloud)
        && DocumentElements.TryReadName(root, CreatorName, out PeerName? creator)
        && DocumentElements.TryReadText(root, CreatedName, int.MaxValue, out string? text)
        && DateTimeOffset.TryParseExact(
            text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset created)
        && DocumentElements.TryReadCertificate(root, GroupElements.Root, out PeerCertificate? certificate)
        && DocumentElements.TryReadBytes(root, GroupElements.Chain, out byte[]? chain)
            ? new StoredGroup
            {
                Group = group,
                Identity = identity,
                FriendlyName = friendlyName ?? "",
                Cloud = cloud ?? "",
                Root = certificate,
                Chain = chain,
                Creator = creator,
                HasGroupKey = root.Element(KeyName) is not null,
                Created = created,
            }
            : null;

    private static PeerPrivateKey ReadKey(XElement root, StoredGroup group, ReadOnlySpan<char> password)
    {
        PeerPrivateKey? key = null;
        if (DocumentElements.TryReadBytes(root, KeyName, out byte[]? file))
        {
            KeyFile.TryDecode(file, password, out key, out _);
        }

        if (key?.PublicKey.ToString() == group.Group.Authority)
        {
            return key;
        }

        key?.Dispose();
        throw Damaged("it does not hold the group's key");
    }

    private static byte[] CreateCode(byte[] content, byte[] salt, ReadOnlySpan<char> password)
    {
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(
            password, salt, Iterations, HashAlgorithmName.SHA256, HMACSHA256.HashSizeInBytes);
        try
        {
            return HMACSHA256.HashData(key, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // XML text has no NUL, so that NUL keeps the parts apart, and the version from them.
    private static byte[] Collect(XElement root)
    {
        StringBuilder all = new(Version);
        foreach (XElement element in root.Elements().Where(one => one.Name != CodeName && one.Name != DocumentDigest.Name))
        {
            all.Append('\0').Append(element.Name).Append('\0').Append(element.Value);
        }

        return Encoding.UTF8.GetBytes(all.ToString());
    }

    private static PeerException Damaged(string reason) => PeerErrors.InvalidData.Exception(
        $"The exported configuration of a group is damaged: {reason}. Have it exported again.");
}
