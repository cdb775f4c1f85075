using System.Diagnostics.CodeAnalysis;

namespace PeerNet.Engine.Identity;

/// <summary>A peer name: <c>authority.classifier</c> (MS-PNRP 2.2.4). Case-sensitive.</summary>
public sealed record PeerName
{
    /// <summary>Longest classifier, in UTF-16 code units.</summary>
    public const int MaximumClassifier = 149;

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

    /// <summary>Reads a name; false where the grammar does not allow it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerName? name)
    {
        name = null;
        int dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0)
        {
            return false;
        }

        string authority = text![..dot];
        string classifier = text[(dot + 1)..];
        if (!IsAuthority(authority) || !IsClassifier(classifier))
        {
            return false;
        }

        name = new PeerName(authority, classifier);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsAuthority(string text) =>
        text is "0" || (text.Length == 40 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')));

    private static bool IsClassifier(string text) =>
        text.Length <= MaximumClassifier && !text.Contains('\0', StringComparison.Ordinal);
}
