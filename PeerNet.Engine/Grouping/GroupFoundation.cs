using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>What a new group is made of: its key, its root certificate and its properties (MS-PPSEC 3.1.4.1).</summary>
/// <param name="Key">The group's own key; who lays the foundation disposes of it.</param>
/// <param name="Stored">What is kept of it.</param>
/// <param name="Properties">Its properties.</param>
internal sealed record GroupFoundation(PeerPrivateKey Key, StoredGroup Stored, SecurityProperties Properties)
{
    /// <summary>Makes a group, which nobody knows of yet.</summary>
    public static GroupFoundation Lay(
        PeerGroupCreation creation, PeerIdentity identity, string cloud, ReadOnlySpan<char> password, GroupContext context)
    {
        PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        PeerGroupProperties asked = creation.Properties;
        string classifier = asked.Classifier.Length > 0
            ? asked.Classifier
            : context.Random.NextUInt64().ToString("x16", CultureInfo.InvariantCulture);
        PeerName name = PeerName.CreateSecure(key.PublicKey, classifier);
        DateTimeOffset now = context.Time.GetUtcNow();

        // Members publish their chains with the group's name, for everybody to read: what the group is called stays inside.
        byte[] root = new CertificateIssuer(context.Random)
            .IssueGroupRoot(key, classifier, name.Value, CredentialPeriod.OfRoot(now));
        PeerCertificate.TryRead(root, out PeerCertificate? certificate);
        var properties = new SecurityProperties
        {
            MemberDataOptional = asked.MemberDataOptional,
            PresenceDisabled = asked.DisablePresence,
            DefersExpiration = asked.DeferExpiration,
            MembershipLifetime = asked.MemberLifetime,
            PresenceLifetime = asked.PresenceLifetime,
            Comment = asked.Comment,
            Cloud = cloud,
            Group = name,
            Creator = identity.PeerName,
            FriendlyName = creation.FriendlyName,
            AcceptsCredentials = asked.Authentication.HasFlag(PeerGroupAuthentication.Gmc),
            Password = password.IsEmpty
                ? null
                : new(PasswordProof.CreateVerifier(password, name.Value), asked.PasswordRole ?? PeerRole.Member),
        };
        var stored = new StoredGroup
        {
            Group = name,
            Identity = identity.PeerName,
            FriendlyName = creation.FriendlyName,
            Cloud = cloud,
            Root = certificate,
            Chain = null,
            Creator = identity.PeerName,
            HasGroupKey = true,
            Created = now,
        };
        return new(key, stored, properties);
    }

    /// <summary>Issues the creator's credential.</summary>
    /// <returns>The PKCS #7.</returns>
    public byte[] IssueFirst(GroupSecurity security) => security.IssueFirst(Key, Stored.Root!).Encoded.ToArray();

    /// <summary>The graph below the group (MS-PPSEC 3.1.4.1).</summary>
    public PeerGraphCreation Describe(GroupRoom room) => new()
    {
        GraphId = Stored.Group.Value,
        PeerId = Stored.Identity.Value,
        Graph = GroupGraphInfo.Of(Properties),
        SecurityProvider = room.Provider,
        PrioritizedRecordTypes = GroupRecordTypes.First,
        Watcher = room,
        Rendezvous = room.Place,
    };
}
