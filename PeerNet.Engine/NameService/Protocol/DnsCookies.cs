using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>
/// What tells an asker that has received answers at an address from one that only pretends to be there: eight bytes of the
/// asker's, then the version, when the cookie was made, and eight bytes that only this server could make of all that and the
/// address (RFC 7873 4, RFC 9018 4). A secret serves for a day, and for the next day's questions.
/// </summary>
internal sealed class DnsCookies(IRandomSource random)
{
    /// <summary>Both parts of a cookie.</summary>
    public const int Length = 24;

    private const int ClientLength = 8;
    private const int TimePosition = 12;
    private const int HashPosition = 16;
    private const int SecretLength = 32;

    private static readonly TimeSpan SecretTime = TimeSpan.FromDays(1);
    private static readonly TimeSpan CookieTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(5);

    private byte[]? _secret;
    private byte[]? _former;
    private TimeSpan _made;

    /// <summary>Whether this server has given <paramref name="cookie"/> to an asker at <paramref name="address"/>.</summary>
    public bool IsOurs(ReadOnlySpan<byte> cookie, DatagramAddress address, Moment now)
    {
        if (cookie.Length != Length || _secret is null)
        {
            return false;
        }

        uint made = BinaryPrimitives.ReadUInt32BigEndian(cookie[TimePosition..]);
        var age = TimeSpan.FromSeconds((int)(Seconds(now) - made));
        return age <= CookieTime && age >= -ClocksApart
            && (IsHash(_secret, cookie, address) || (_former is not null && IsHash(_former, cookie, address)));
    }

    /// <summary>Makes a cookie.</summary>
    /// <param name="client">The asker's part.</param>
    /// <param name="address">Where it asks from.</param>
    /// <param name="now">When.</param>
    /// <param name="cookie">Gets both parts.</param>
    public void Make(ReadOnlySpan<byte> client, DatagramAddress address, Moment now, Span<byte> cookie)
    {
        if (_secret is null || now.Elapsed - _made >= SecretTime)
        {
            _former = _secret;
            random.Fill(_secret = new byte[SecretLength]);
            _made = now.Elapsed;
        }

        client.CopyTo(cookie);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[ClientLength..], 1u << 24);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[TimePosition..], Seconds(now));
        Hash(_secret, cookie[..HashPosition], address, cookie[HashPosition..]);
    }

    private static uint Seconds(Moment now) => (uint)now.Utc.ToUnixTimeSeconds();

    private static bool IsHash(byte[] secret, ReadOnlySpan<byte> cookie, DatagramAddress address)
    {
        Span<byte> hash = stackalloc byte[Length - HashPosition];
        Hash(secret, cookie[..HashPosition], address, hash);
        return CryptographicOperations.FixedTimeEquals(hash, cookie[HashPosition..]);
    }

    private static void Hash(byte[] secret, ReadOnlySpan<byte> start, DatagramAddress address, Span<byte> hash)
    {
        Span<byte> told = stackalloc byte[HashPosition + 16];
        start.CopyTo(told);
        address.Address.Write(told[HashPosition..]);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, told, whole);
        whole[..hash.Length].CopyTo(hash);
    }
}
