using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Content.Protocol;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Distribution.Content;

public sealed class SegmentCryptographyTests
{
    [Fact]
    public void What_a_Windows_server_issued_follows_from_its_secret_key()
    {
        Assert.True(ContentInformationCodec.TryRead(ContentVectors.Windows, out PeerContentInformation? information));
        PeerContentSegment segment = Assert.Single(information.Segments);
        ServerSecret secret = ServerSecret.FromKey(ContentVectors.WindowsSecretKey);

        byte[] kp = new byte[32];
        SegmentCryptography.DeriveSecret(
            PeerContentHash.Sha256, secret.Get(PeerContentHash.Sha256), segment.HashOfData, kp);

        Assert.Equal(
            "7e7808bc36d0dd67f344928421614399497f0e85149f6f2bc4dd7b7856acc1a1",
            Convert.ToHexStringLower(secret.Get(PeerContentHash.Sha256)));
        Assert.Equal(segment.Secret.ToArray(), kp);
        Assert.Equal(ContentVectors.WindowsId, segment.Id.Bytes.ToArray());
        Assert.True(SegmentCryptography.Matches(
            PeerContentHash.Sha256, segment.BlockHashes.Span, segment.HashOfData));
    }

    [Fact]
    public void A_passphrase_is_hashed_as_UTF_16_without_NUL()
    {
        ServerSecret fromPassphrase = ServerSecret.FromPassphrase("pä");
        ServerSecret fromKey = ServerSecret.FromKey([0x70, 0x00, 0xE4, 0x00]);

        foreach (PeerContentHash algorithm in Enum.GetValues<PeerContentHash>())
        {
            Assert.Equal(fromKey.Get(algorithm), fromPassphrase.Get(algorithm));
            Assert.Equal(SegmentCryptography.GetHashLength(algorithm), fromKey.Get(algorithm).Length);
        }
    }

    [Fact]
    public void The_secret_of_version_2_is_the_start_of_SHA_512()
    {
        ServerSecret secret = ServerSecret.FromKey(ContentVectors.SecretKey);

        Assert.Equal(
            secret.Get(PeerContentHash.Sha512)[..32],
            secret.Get(PeerContentHash.TruncatedSha512));
    }

    [Fact]
    public void Secrets_without_bytes_are_refused()
    {
        Assert.Same(PeerErrors.InvalidArgument, Assert.Throws<PeerException>(() => ServerSecret.FromKey([])).Error);
        Assert.Same(
            PeerErrors.PasswordDoesNotMeetPolicy,
            Assert.Throws<PeerException>(() => ServerSecret.FromPassphrase("")).Error);
    }

    [Fact]
    public void A_secret_does_not_show_itself()
    {
        Assert.Equal("ServerSecret", ServerSecret.FromPassphrase("hush").ToString());
    }

    [Fact]
    public void Every_new_secret_is_another()
    {
        var random = new SeededRandom(1);

        Assert.NotEqual(ServerSecret.Create(random).Key.ToArray(), ServerSecret.Create(random).Key.ToArray());
    }
}
