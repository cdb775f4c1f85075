using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>A peer name: <c>authority.classifier</c> (MS-PNRP 2.2.4). Case-sensitive.</summary>
public sealed record PeerName
{
    /// <summary>Longest classifier, in UTF-16 code units.</summary>
    public const int MaximumClassifier = PeerNameSyntax.MaximumClassifier;

    private const string NoAuthority = "0";

    private PeerName(string authority, string classifier)
    {
        Authority = authority;
        Classifier = classifier;
    }

    /// <summary><c>0</c>, or 40 lower-case hexadecimal digits.</summary>
    public string Authority { get; }

    /// <summary>What the owner calls the thing; may be empty.</summary>
    public string Classifier { get; }

    /// <summary>Whether the name belongs to a key.</summary>
    public bool IsSecure => Authority.Length > 1;

    /// <summary>The whole name.</summary>
    public string Value => $"{Authority}.{Classifier}";

    /// <summary>The host name in <c>pnrp.net</c> that stands for this name, or null where none can.</summary>
    public string? HostName => PeerHostName.TryEncode(this, out string? hostName) ? hostName : null;

    /// <summary>The P2P ID in the Modern suite: 32 lower-case hexadecimal digits (MS-PNRP 1.3.1.2).</summary>
    public string P2PId => GetP2PId(PeerSuite.Modern);

    /// <summary>The P2P ID: where in the number space of a suite's clouds the name is, as 32 lower-case hexadecimal
    /// digits.</summary>
    public string GetP2PId(PeerSuite suite) =>
        P2PIds.Create(SuiteAlgorithms.For(suite), this).ToString();

    /// <summary>A name that only the owner of <paramref name="key"/>, or a delegate, can publish.</summary>
    /// <exception cref="PeerException">The classifier is too long or contains NUL.</exception>
    public static PeerName CreateSecure(PeerPublicKey key, string classifier) =>
        new(key.ToString(), CheckClassifier(classifier));

    /// <summary>A name that anyone can publish.</summary>
    /// <exception cref="PeerException">The classifier is too long or contains NUL.</exception>
    public static PeerName CreateUnsecured(string classifier) => new(NoAuthority, CheckClassifier(classifier));

    /// <summary>Reads a name.</summary>
    /// <exception cref="PeerException">The grammar does not allow it.</exception>
    public static PeerName Parse(string? text) => TryParse(text, out PeerName? name)
        ? name
        : throw PeerErrors.InvalidPeerName.Exception(
            $"'{text}' is no peer name: 0 or 40 lower-case hexadecimal digits, a dot, and at most {MaximumClassifier} "
            + "characters.",
            text);

    /// <summary>Reads a name; false where the grammar does not allow it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerName? name)
    {
        name = null;
        if (!PeerNameSyntax.IsPeerName(text))
        {
            return false;
        }

        int dot = text!.IndexOf('.', StringComparison.Ordinal);
        name = new PeerName(text[..dot], text[(dot + 1)..]);
        return true;
    }

    /// <summary>The host name in <c>pnrp.net</c> that stands for this name.</summary>
    /// <exception cref="PeerException">The classifier has characters or a length that host names cannot have.</exception>
    public string ToHostName() => PeerHostName.TryEncode(this, out string? hostName)
        ? hostName
        : throw PeerErrors.CannotConvertPeerName.Exception(
            $"The peer name '{Value}' has no host name: its classifier must be made of labels of letters, digits and "
            + "inner hyphens, of at most 63 characters once encoded.",
            Value);

    /// <summary>The peer name that a host name in <c>pnrp.net</c> stands for.</summary>
    /// <exception cref="PeerException">The host name stands for none.</exception>
    public static PeerName ParseHostName(string? hostName) => TryParseHostName(hostName, out PeerName? name)
        ? name
        : throw PeerErrors.InvalidPeerHostName.Exception(
            $"'{hostName}' is no host name of a peer: classifier.pnrp.net, or classifier.authority.pnrp.net.", hostName);

    /// <summary>The peer name that a host name in <c>pnrp.net</c> stands for; false where it stands for none.</summary>
    public static bool TryParseHostName([NotNullWhen(true)] string? hostName, [NotNullWhen(true)] out PeerName? name) =>
        PeerHostName.TryDecode(hostName, out name);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string CheckClassifier(string classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        if (classifier.Length > MaximumClassifier)
        {
            throw PeerErrors.ClassifierTooLong.Exception(
                $"The classifier has {classifier.Length} characters; at most {MaximumClassifier} are allowed.", classifier);
        }

        return PeerNameSyntax.IsClassifier(classifier)
            ? classifier
            : throw PeerErrors.InvalidClassifier.Exception("The classifier contains a NUL character.", classifier);
    }
}
