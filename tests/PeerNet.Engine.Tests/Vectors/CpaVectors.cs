using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Vectors;

/// <summary>The vectors of one suite as values.</summary>
internal sealed record CpaVectors
{
    public static readonly DateTimeOffset NotAfter = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Half a day before they expire.</summary>
    public static readonly DateTimeOffset Now = NotAfter - TimeSpan.FromHours(12);

    public static readonly Bits128 Nonce = UInt128.Parse("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", System.Globalization.NumberStyles.HexNumber, null);

    public const ulong LocationPrefix = 0x20010DB800000001;

    public const ulong LocationSuffix = 0x00000000DEADBEEF;

    public static readonly PnrpEndpoint First = new(new Bits128(0x20010DB800000000, 1), 3540);

    public static readonly PnrpEndpoint Second = new(new Bits128(0, 0x0000FFFFC0000201), 3540);

    public static CpaVectors Windows { get; } = new()
    {
        Suite = SuiteAlgorithms.Windows,
        PrivateKey = WindowsCpaVectors.PrivateKey,
        Authority = WindowsCpaVectors.Authority,
        Secure = HexVector.Parse(WindowsCpaVectors.Secure),
        Unsecured = HexVector.Parse(WindowsCpaVectors.Unsecured),
        Revoke = HexVector.Parse(WindowsCpaVectors.Revoke),
        Utf8Payload = HexVector.Parse(WindowsCpaVectors.Utf8Payload),
        Utf16Payload = HexVector.Parse(WindowsCpaVectors.Utf16Payload),
        BinaryPayload = HexVector.Parse(WindowsCpaVectors.BinaryPayload),
        P2PId = WindowsCpaVectors.P2PId,
    };

    public static CpaVectors Modern { get; } = new()
    {
        Suite = SuiteAlgorithms.Modern,
        PrivateKey = ModernCpaVectors.PrivateKey,
        Authority = ModernCpaVectors.Authority,
        Secure = HexVector.Parse(ModernCpaVectors.Secure),
        Unsecured = HexVector.Parse(ModernCpaVectors.Unsecured),
        Revoke = HexVector.Parse(ModernCpaVectors.Revoke),
        Utf8Payload = HexVector.Parse(ModernCpaVectors.Utf8Payload),
        Utf16Payload = HexVector.Parse(ModernCpaVectors.Utf16Payload),
        BinaryPayload = HexVector.Parse(ModernCpaVectors.BinaryPayload),
        P2PId = ModernCpaVectors.P2PId,
    };

    public required SuiteAlgorithms Suite { get; init; }

    public required string PrivateKey { get; init; }

    public required string Authority { get; init; }

    public required string P2PId { get; init; }

    public required byte[] Secure { get; init; }

    public required byte[] Unsecured { get; init; }

    public required byte[] Revoke { get; init; }

    public required byte[] Utf8Payload { get; init; }

    public required byte[] Utf16Payload { get; init; }

    public required byte[] BinaryPayload { get; init; }

    public PeerName SecureName => Parse($"{Authority}.fish");

    public PnrpId SecureId => new(
        UInt128.Parse(P2PId, System.Globalization.NumberStyles.HexNumber, null),
        new Bits128(LocationPrefix, LocationSuffix));

    public static CpaVectors For(PeerSuite suite) => suite == PeerSuite.Windows ? Windows : Modern;

    public static PeerName Parse(string text) =>
        PeerName.TryParse(text, out PeerName? name) ? name : throw new FormatException(text);

    public PeerPrivateKey OpenKey()
    {
        AsymmetricAlgorithm key = Suite.Suite == PeerSuite.Windows ? RSA.Create() : ECDsa.Create();
        key.ImportPkcs8PrivateKey(HexVector.Parse(PrivateKey), out _);
        return new PeerPrivateKey(key);
    }
}
