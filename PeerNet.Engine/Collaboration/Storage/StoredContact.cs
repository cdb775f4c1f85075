using System.Net;
using PeerNet.Engine.Collaboration.Documents;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>A person whom the user knows. Who it is says the authority of the name, whatever its classifier.</summary>
internal sealed record StoredContact
{
    /// <summary>Longest text, in UTF-16 code units.</summary>
    public const int MaximumText = ContactDocument.MaximumText;

    /// <summary>Most addresses that are kept.</summary>
    public const int MaximumAddresses = 4;

    /// <summary>The person's peer name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The person's own certificate (IDC), in DER: whoever says to be this person has its key.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>What the person is called near by; may be empty.</summary>
    public string Nickname { get; init; } = "";

    /// <summary>What the person is called in the list of contacts; may be empty.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The person's email address; may be empty.</summary>
    public string EmailAddress { get; init; } = "";

    /// <summary>Whether the user wants to see what the person shows.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether the person sees nothing of what the user shows.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>When the contact was added.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>Where the person was reached last, best first.</summary>
    public IReadOnlyList<IPEndPoint> LastAddresses { get; init; } = [];

    /// <summary>A contact as it is in a file.</summary>
    /// <param name="document">The file's content.</param>
    /// <param name="added">The time.</param>
    public static StoredContact From(ContactDocument document, DateTimeOffset added) => new()
    {
        Name = document.Name,
        Certificate = document.Certificate.RawData.ToArray(),
        Nickname = document.Nickname,
        DisplayName = document.DisplayName,
        EmailAddress = document.EmailAddress,
        Added = added,
    };

    /// <summary>What others may know of the contact.</summary>
    /// <exception cref="PeerException">The certificate is not the contact's.</exception>
    public ContactDocument ToDocument() => new()
    {
        Name = Name,
        Certificate = ReadCertificate() ?? throw PeerErrors.InvalidCredential.Exception(
            $"The certificate of the contact '{Name}' is not that person's.", Name.Value),
        Nickname = Nickname,
        DisplayName = DisplayName,
        EmailAddress = EmailAddress,
    };

    /// <summary>What does not fit together; null where all does.</summary>
    public string? FindFault() =>
        !SafeXml.IsText(Name.Value) ? "the name has control characters"
        : ReadCertificate() is null ? "the certificate is not that person's"
        : !IsText(Nickname) ? "the nickname is too long, or has control characters"
        : !IsText(DisplayName) ? "the display name is too long, or has control characters"
        : !IsText(EmailAddress) ? "the email address is too long, or has control characters"
        : LastAddresses.Count > MaximumAddresses || LastAddresses.Any(address => address.Port == 0)
            ? "there are too many addresses, or one without a port"
        : null;

    private static bool IsText(string text) => text.Length <= MaximumText && SafeXml.IsText(text);

    private PeerCertificate? ReadCertificate() =>
        IdentityCertificate.TryRead(Certificate, out PeerCertificate? certificate)
        && certificate.PublicKey.ToString() == Name.Authority
            ? certificate
            : null;
}
