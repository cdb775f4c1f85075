namespace PeerNet.Engine.Security;

/// <summary>Object identifiers of the certificates (MS-PNRP 2.2.3.5.1, MS-PPSEC 2.2.5, RFC 5280).</summary>
internal static class PeerOids
{
    public const string CertificateType = "1.3.6.1.4.1.311.44.0.1";
    public const string PeerNameValue = "1.3.6.1.4.1.311.44.0.2";
    public const string ClassifierValue = "1.3.6.1.4.1.311.44.0.3";
    public const string CertificateVersion = "1.3.6.1.4.1.311.44.0.4";
    public const string IdentityFlags = "1.3.6.1.4.1.311.44.2.2";
    public const string PeerName = "1.3.6.1.4.1.311.44.3.1";
    public const string GroupFlags = "1.3.6.1.4.1.311.44.3.2";
    public const string Roles = "1.3.6.1.4.1.311.44.3.3";
    public const string PeerAuthentication = "1.3.6.1.4.1.311.44.3.4";
    public const string Classifiers = "1.3.6.1.4.1.311.44.3.5";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string IssuerAlternativeName = "2.5.29.18";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string Pkcs7Data = "1.2.840.113549.1.7.1";
    public const string Pkcs7SignedData = "1.2.840.113549.1.7.2";
}
