namespace PeerNet.Engine.Security;

/// <summary>When a certificate is valid, both ends included; whole seconds in the certificate.</summary>
internal readonly record struct CertificateValidity(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>How far a certificate reaches back, for hosts whose clocks are behind.</summary>
    public static TimeSpan ClockTolerance => TimeSpan.FromHours(1);

    public static CertificateValidity Starting(DateTimeOffset utc, TimeSpan lifetime) =>
        new(utc - ClockTolerance, utc + lifetime);
}
