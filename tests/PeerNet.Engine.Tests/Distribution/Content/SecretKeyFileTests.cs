using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class SecretKeyFileTests
{
    private static readonly byte[] Key = "no more secrets"u8.ToArray();

    // MS-PCCRC 2.5, step by step.
    [Fact]
    public void A_file_made_after_the_specification_is_read()
    {
        byte[] file = Encrypt([.. SHA256.HashData(Key), .. Key], "pässword");

        Assert.Equal(Key, SecretKeyFile.Read(file, "pässword", null).Key.ToArray());
        Assert.Equal(file, SecretKeyFile.Write(ServerSecret.FromKey(Key), "pässword"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(ServerSecret.MaximumKeyLength)]
    public void Keys_of_any_length_come_back(int length)
    {
        byte[] key = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        Assert.Equal(
            key, SecretKeyFile.Read(SecretKeyFile.Write(ServerSecret.FromKey(key), "p"), "p", null).Key.ToArray());
    }

    [Fact]
    public void A_wrong_passphrase_is_recognised()
    {
        byte[] file = SecretKeyFile.Write(ServerSecret.FromKey(Key), "right");

        // Now and then a wrong passphrase leaves sound padding behind; then the digest tells.
        for (int i = 0; i < 2_000; i++)
        {
            Assert.Equal(SecretKeyFileStatus.WrongPassphrase, SecretKeyFile.TryRead(file, $"wrong{i}", out _));
        }

        PeerException exception = Assert.Throws<PeerException>(() => SecretKeyFile.Read(file, "wrong", "keys.bin"));
        Assert.Same(PeerErrors.InvalidPassword, exception.Error);
        Assert.Contains("keys.bin", exception.Message);
    }

    [Fact]
    public void A_digest_that_is_not_the_keys_is_recognised()
    {
        byte[] file = Encrypt([.. SHA256.HashData([1]), .. Key], "p");

        Assert.Equal(SecretKeyFileStatus.WrongPassphrase, SecretKeyFile.TryRead(file, "p", out ServerSecret? secret));
        Assert.Null(secret);
    }

    [Fact]
    public void Empty_passphrases_are_refused()
    {
        byte[] file = SecretKeyFile.Write(ServerSecret.FromKey(Key), "p");

        Assert.Same(
            PeerErrors.PasswordDoesNotMeetPolicy,
            Assert.Throws<PeerException>(() => SecretKeyFile.Write(ServerSecret.FromKey(Key), "")).Error);
        Assert.Same(
            PeerErrors.PasswordDoesNotMeetPolicy,
            Assert.Throws<PeerException>(() => SecretKeyFile.Read(file, "", null)).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(47)]
    [InlineData(100_000)]
    public void Files_of_other_lengths_are_none(int length)
    {
        Assert.Equal(SecretKeyFileStatus.Damaged, SecretKeyFile.TryRead(new byte[length], "p", out _));
        Assert.Same(
            PeerErrors.InvalidData,
            Assert.Throws<PeerException>(() => SecretKeyFile.Read(new byte[length], "p", "file")).Error);
    }

    private static byte[] Encrypt(byte[] plaintext, string passphrase)
    {
        using Aes aes = Aes.Create();
        aes.Key = SHA256.HashData(Encoding.Unicode.GetBytes(passphrase));
        aes.IV = new byte[16];
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.PKCS7;
        using ICryptoTransform transform = aes.CreateEncryptor();
        return transform.TransformFinalBlock(plaintext, 0, plaintext.Length);
    }
}
