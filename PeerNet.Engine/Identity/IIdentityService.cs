using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>The identities of one state folder. Passwords are character spans that callers wipe. Every failure is a
/// <see cref="Core.PeerException"/>.</summary>
public interface IIdentityService
{
    /// <summary>Longest friendly name, in UTF-16 code units.</summary>
    const int MaximumFriendlyName = 255;

    /// <summary>Creates an identity. The first one becomes the default.</summary>
    /// <param name="friendlyName">What people call it; null for the user's name.</param>
    /// <param name="classifier">The classifier of its own peer name; null for none.</param>
    /// <param name="suite">The suite of its key; null for the node's own.</param>
    /// <param name="makeDefault">Whether it becomes the default also where there is one.</param>
    /// <param name="password">The password of its key file; empty for none.</param>
    PeerIdentity Create(
        string? friendlyName, string? classifier, PeerSuite? suite, bool makeDefault, ReadOnlySpan<char> password);

    /// <summary>All identities, by friendly name.</summary>
    IReadOnlyList<PeerIdentity> List();

    /// <summary>The default identity, or null where there is none.</summary>
    PeerIdentity? Default { get; }

    /// <summary>Changes the friendly name, the default, or both.</summary>
    PeerIdentity Set(string peerName, string? friendlyName, bool makeDefault);

    /// <summary>Deletes an identity and its key for good.</summary>
    void Remove(string peerName);

    /// <summary>Opens the key of an identity that is under a password, for as long as this process runs.</summary>
    void Unlock(string peerName, ReadOnlySpan<char> password);

    /// <summary>The encrypted export: an XML document with the PKCS #12 under <paramref name="password"/>.</summary>
    string Export(string peerName, ReadOnlySpan<char> password);

    /// <summary>The public PEERIDENTITYINFO document.</summary>
    string ExportPublic(string peerName);

    /// <summary>Imports what <see cref="Export"/> wrote.</summary>
    PeerIdentity Import(string xml, ReadOnlySpan<char> password, bool makeDefault, bool force);

    /// <summary>A private key of an unlocked identity, for the caller to dispose of.</summary>
    AsymmetricAlgorithm OpenPrivateKey(string peerName);

    /// <summary>Issues a delegation chain (MS-PNRP 2.2.3.5) that lets <paramref name="subject"/> publish names of
    /// <paramref name="peerName"/>.</summary>
    /// <param name="peerName">The identity that delegates.</param>
    /// <param name="subject">The certificate of the identity that may publish.</param>
    /// <param name="classifiers">The classifiers allowed; empty for all.</param>
    /// <param name="allowSubdelegation">Whether the subject may extend the classifiers and delegate further.</param>
    /// <param name="lifetime">How long the delegation is valid.</param>
    /// <param name="parentChain">The chain by which this identity itself was given the right, if it does not own the name.</param>
    /// <returns>The PKCS #7 chain.</returns>
    byte[] Delegate(
        string peerName,
        X509Certificate2 subject,
        IReadOnlyList<string> classifiers,
        bool allowSubdelegation,
        TimeSpan lifetime,
        ReadOnlyMemory<byte>? parentChain);
}
