using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>
/// The identities of a state folder: a file that names each, and one PKCS #12 a key. The holder of the folder's lock is
/// the only one who uses it; within the process it may be used from any thread.
/// </summary>
internal sealed class IdentityStore : IIdentityService, IDisposable
{
    /// <summary>Most identities in a store: all are read when it is opened. Windows has a limit too and does not document it.</summary>
    public const int DefaultMaximum = 10_000;

    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(20 * 365);

    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly CertificateIssuer _issuer;
    private readonly int _maximum;
    private readonly Lock _gate = new();
    private readonly IdentityKeys _keys;
    private readonly PeerSuite _suite;
    private readonly Dictionary<string, StoredIdentity> _identities; // by authority: one key is in the store once
    private PeerName? _default;

    private IdentityStore(string folder, IRandomSource random, TimeProvider clock, int maximum, PeerSuite suite)
    {
        _suite = suite;
        _folder = folder;
        _clock = clock;
        _issuer = new CertificateIssuer(random);
        _maximum = maximum;
        _keys = new IdentityKeys(folder);
        (IReadOnlyCollection<StoredIdentity> identities, _default, Notice) = IdentityIndex.Open(folder);
        _identities = identities.ToDictionary(identity => identity.PeerName.Authority);
    }

    /// <summary>Fails where something of the node uses an identity, which then cannot be removed.</summary>
    public Action<PeerName> RequireUnused { get; set; } = _ => { };

    /// <summary>What its owner has to know of how the store was found; null for nothing.</summary>
    public string? Notice { get; }

    /// <inheritdoc/>
    public PeerIdentity? Default
    {
        get
        {
            lock (_gate)
            {
                return _default is null ? null : ToIdentity(Find(_default.Value));
            }
        }
    }

    /// <summary>Opens the store in a folder, which is empty until an identity is added.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="random">Where serial numbers come from.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="maximum">How many identities it may hold.</param>
    /// <param name="suite">The suite of identities for which none is named.</param>
    /// <exception cref="PeerException">The store is of a later version, or cannot be read.</exception>
    public static IdentityStore Open(
        string folder,
        IRandomSource random,
        TimeProvider clock,
        int maximum = DefaultMaximum,
        PeerSuite suite = PeerSuite.Modern) =>
        new(folder, random, clock, maximum, suite);

    /// <inheritdoc/>
    public PeerIdentity Create(
        string? friendlyName, string? classifier, PeerSuite? suite, bool makeDefault, ReadOnlySpan<char> password)
    {
        friendlyName ??= DefaultFriendlyName();
        CheckFriendlyName(friendlyName);
        using PeerPrivateKey key = PeerPrivateKey.Generate(suite ?? _suite);
        PeerName name = PeerName.CreateSecure(key.PublicKey, classifier ?? "");
        if (!SafeXml.IsText(name.Classifier))
        {
            throw PeerErrors.InvalidClassifier.Exception(
                "The classifier of an identity may not contain control characters or unpaired surrogates.", classifier);
        }

        DateTimeOffset utc = _clock.GetUtcNow();
        byte[] der = _issuer.IssueIdentity(
            key, friendlyName, name.Value, CertificateValidity.Starting(utc, CertificateLifetime));
        StoredIdentity identity = PeerCertificate.TryRead(der, out PeerCertificate? certificate)
            && StoredIdentity.TryCreate(
                name.Value, certificate, friendlyName, utc, !password.IsEmpty, out StoredIdentity? stored)
                ? stored
                : throw new InvalidOperationException("A certificate that was just issued cannot be read.");
        byte[] keyFile = KeyFile.Encode(key, der, password);
        lock (_gate)
        {
            Add(identity, keyFile, makeDefault);
            if (identity.IsPasswordProtected)
            {
                // Whoever has just given the password need not give it again.
                _keys.Keep(identity, key.Copy());
            }

            return ToIdentity(identity);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerIdentity> List()
    {
        lock (_gate)
        {
            return [.. _identities.Values
                .OrderBy(identity => identity.FriendlyName, StringComparer.OrdinalIgnoreCase)
                .ThenBy(identity => identity.PeerName.Value, StringComparer.Ordinal)
                .Select(ToIdentity)];
        }
    }

    /// <inheritdoc/>
    public PeerIdentity Set(string peerName, string? friendlyName, bool makeDefault)
    {
        if (friendlyName is not null)
        {
            CheckFriendlyName(friendlyName);
        }

        lock (_gate)
        {
            StoredIdentity old = Find(peerName);
            StoredIdentity changed = old with { FriendlyName = friendlyName ?? old.FriendlyName };
            if (changed != old)
            {
                Save(changed);
            }

            SaveDefault(makeDefault ? changed.PeerName : _default);
            return ToIdentity(changed);
        }
    }

    /// <inheritdoc/>
    public void Remove(string peerName)
    {
        lock (_gate)
        {
            StoredIdentity identity = Find(peerName);
            RequireUnused(identity.PeerName);
            SaveDefault(identity.PeerName == _default ? null : _default);
            IdentityIndex.Delete(_folder, identity);
            _identities.Remove(identity.PeerName.Authority);
            _keys.Delete(identity);
        }
    }

    /// <inheritdoc/>
    public void Unlock(string peerName, ReadOnlySpan<char> password)
    {
        StoredIdentity identity = FindLocked(peerName);
        if (!identity.IsPasswordProtected)
        {
            return;
        }

        PeerPrivateKey key = _keys.Read(identity, password);
        lock (_gate)
        {
            _keys.Keep(Find(peerName), key);
        }
    }

    /// <inheritdoc/>
    public string Export(string peerName, ReadOnlySpan<char> password)
    {
        if (password.IsEmpty)
        {
            throw PeerErrors.PasswordDoesNotMeetPolicy.Exception(
                "An exported identity holds its private key; it needs a password.", peerName);
        }

        StoredIdentity identity = FindLocked(peerName);
        using PeerPrivateKey key = OpenKey(peerName);
        byte[] keyFile = KeyFile.Encode(key, identity.Certificate.RawData, password);
        return IdentityExport.Write(new(identity.PeerName.Value, identity.FriendlyName, keyFile));
    }

    /// <inheritdoc/>
    public string ExportPublic(string peerName) => IdentityExport.WritePublic(FindLocked(peerName).Certificate);

    /// <inheritdoc/>
    /// <remarks>The key is then kept as a new identity's without password is. With <paramref name="force"/> an identity
    /// that is present takes the document's friendly name; its key is never replaced.</remarks>
    public PeerIdentity Import(string xml, ReadOnlySpan<char> password, bool makeDefault, bool force)
    {
        IdentityExport.Content content = IdentityExport.Read(xml);
        KeyFileStatus status = KeyFile.TryDecode(
            content.KeyFile, password, out PeerPrivateKey? key, out PeerCertificate? certificate);
        using PeerPrivateKey? owned = key;
        if (status == KeyFileStatus.WrongPassword)
        {
            throw PeerErrors.InvalidPassword.Exception(
                "The password is not the one that the identity was exported with.", content.PeerName);
        }

        if (key is null || certificate is null || !StoredIdentity.TryCreate(
            content.PeerName, certificate, content.FriendlyName, _clock.GetUtcNow(), false, out StoredIdentity? identity))
        {
            throw PeerErrors.InvalidData.Exception("The exported identity is damaged: its parts do not belong together.");
        }

        lock (_gate)
        {
            if (!_identities.TryGetValue(identity.PeerName.Authority, out StoredIdentity? present))
            {
                return Add(identity, KeyFile.Encode(key, certificate.RawData, []), makeDefault);
            }

            return force && present.PeerName == identity.PeerName && present.Certificate.PublicKey.Equals(key.PublicKey)
                ? Set(present.PeerName.Value, identity.FriendlyName, makeDefault)
                : throw PeerErrors.AlreadyExists.Exception(
                    $"The identity '{present.PeerName}' exists already; -Force gives it the document's friendly name, and never another key.",
                    content.PeerName);
        }
    }

    /// <inheritdoc/>
    public AsymmetricAlgorithm OpenPrivateKey(string peerName)
    {
        using PeerPrivateKey key = OpenKey(peerName);
        return key.CopyKey();
    }

    /// <summary>A copy of an identity's key, for the caller to dispose of.</summary>
    /// <exception cref="PeerException">There is no such identity, it is locked, or its key file is damaged.</exception>
    public PeerPrivateKey OpenKey(string peerName)
    {
        lock (_gate)
        {
            return _keys.Open(Find(peerName));
        }
    }

    /// <inheritdoc/>
    public byte[] Delegate(
        string peerName,
        X509Certificate2 subject,
        IReadOnlyList<string> classifiers,
        bool allowSubdelegation,
        TimeSpan lifetime,
        ReadOnlyMemory<byte>? parentChain)
    {
        StoredIdentity identity = FindLocked(peerName);
        PeerCertificate delegated = CheckSubject(subject, identity);
        CheckClassifiers(classifiers);
        if (lifetime <= TimeSpan.Zero || lifetime > CertificateLifetime)
        {
            throw PeerErrors.InvalidTimePeriod.Exception("A delegation lasts longer than nothing and at most 20 years.", lifetime);
        }

        DelegationChain? parent = null;
        if (parentChain is { } encoded && !DelegationChain.TryRead(encoded.Span, out parent))
        {
            throw PeerErrors.InvalidData.Exception("The parent chain is no delegation chain.");
        }

        DelegationGrant grant = new(
            identity.PeerName.Value, allowSubdelegation ? PeerRole.Admin : PeerRole.Member, classifiers);
        using PeerPrivateKey key = OpenKey(peerName);
        return DelegationChain.Issue(
            _issuer,
            key,
            identity.Certificate,
            parent,
            delegated,
            grant,
            CertificateValidity.Starting(_clock.GetUtcNow(), lifetime));
    }

    /// <summary>Closes the keys that are open.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _keys.Dispose();
        }
    }

    private static string DefaultFriendlyName() =>
        StoredIdentity.IsFriendlyName(Environment.UserName) ? Environment.UserName : "Peer";

    private static void CheckFriendlyName(string friendlyName)
    {
        if (!StoredIdentity.IsFriendlyName(friendlyName))
        {
            throw PeerErrors.InvalidFriendlyName.Exception(
                $"A friendly name has 1 to {IIdentityService.MaximumFriendlyName} characters, none of them a control character.",
                friendlyName);
        }
    }

    private static PeerCertificate CheckSubject(X509Certificate2 subject, StoredIdentity identity)
    {
        if (!PeerCertificate.TryRead(subject.RawData, out PeerCertificate? certificate)
            || certificate.Type != PeerCertificateType.Identity
            || !certificate.IsSignedBy(certificate.PublicKey))
        {
            throw PeerErrors.InvalidCredential.Exception("The certificate is not an identity's own.", subject.Subject);
        }

        return certificate.PublicKey.Algorithms == identity.Certificate.PublicKey.Algorithms
            ? certificate
            : throw PeerErrors.InvalidCredential.Exception(
                "A delegation needs two identities of one suite.", subject.Subject);
    }

    private static void CheckClassifiers(IReadOnlyList<string> classifiers)
    {
        foreach (string classifier in classifiers)
        {
            PeerName name = PeerName.CreateUnsecured(classifier);
            if (!SafeXml.IsText(name.Classifier))
            {
                throw PeerErrors.InvalidClassifier.Exception(
                    "A delegated classifier may not contain control characters or unpaired surrogates.", classifier);
            }
        }
    }

    private PeerIdentity Add(StoredIdentity identity, byte[] keyFile, bool makeDefault)
    {
        if (_identities.Count >= _maximum)
        {
            throw PeerErrors.TooManyIdentities.Exception(
                $"The store holds {_identities.Count} identities, as many as it may; remove one first.");
        }

        // An index before all, because keys without one are what a lost index leaves. The key next: an entry without key
        // would be a damaged store, a key without entry is only unused.
        bool isDefault = makeDefault || _identities.Count == 0;
        if (_identities.Count == 0)
        {
            IdentityIndex.SaveDefault(_folder, null);
        }

        _keys.Write(identity, keyFile);
        Save(identity);
        SaveDefault(isDefault ? identity.PeerName : _default);
        return ToIdentity(identity);
    }

    private void Save(StoredIdentity identity)
    {
        IdentityIndex.Save(_folder, identity);
        _identities[identity.PeerName.Authority] = identity;
    }

    private void SaveDefault(PeerName? name)
    {
        if (name != _default)
        {
            IdentityIndex.SaveDefault(_folder, name);
            _default = name;
        }
    }

    private StoredIdentity FindLocked(string peerName)
    {
        lock (_gate)
        {
            return Find(peerName);
        }
    }

    private StoredIdentity Find(string peerName) =>
        _identities.TryGetValue(peerName.Split('.')[0], out StoredIdentity? identity) && identity.PeerName.Value == peerName
            ? identity
            : throw PeerErrors.IdentityNotFound.Exception($"There is no identity '{peerName}'.", peerName);

    private PeerIdentity ToIdentity(StoredIdentity identity)
    {
        bool isSound = _keys.IsSound(identity);
        bool isUnlocked = _keys.IsOpen(identity) || (isSound && !identity.IsPasswordProtected);
        return identity.ToIdentity(identity.PeerName == _default, isUnlocked) with { IsDamaged = !isSound };
    }
}
