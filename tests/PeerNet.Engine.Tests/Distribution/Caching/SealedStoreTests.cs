using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Caching;

public sealed class SealedStoreTests : IDisposable
{
    private const int KiB = 1024;
    private readonly StoreFixture _fixture = new();

    [Theory]
    [InlineData(128 * KiB, 16)]
    [InlineData(100, 12)]
    [InlineData(16, 0)]
    public async Task Ciphertext_is_served_as_it_came(int length, int padding)
    {
        TestContent content = TestContent.V2(1, length);
        SealedBlock block = Seal(length + padding);
        Assert.True(await StoreAsync(content, 0, block));
        _fixture.Reopen();

        using HeldBlock? read = await _fixture.Store.ReadBlockAsync(content.Id, 0, default);
        Assert.Equal(BlockCipher.Aes256, read!.Cipher);
        Assert.True(read.Secret.IsEmpty);
        Assert.True(read.Data.Span.SequenceEqual(block.Ciphertext.Span));
        Assert.True(read.InitializationVector.Span.SequenceEqual(block.InitializationVector.Span));
        Assert.True(Assert.Single(_fixture.Store.List(new())).IsSealed);
        Assert.Null(_fixture.Store.Describe(content.Id));
        Assert.False(await _fixture.Store.TryReadAsync(content.Segment, 0, new byte[length], default));
    }

    [Fact]
    public async Task Blocks_of_version_1_are_sealed_one_by_one()
    {
        TestContent content = TestContent.V1(1, 200 * KiB);
        SealedBlock last = Seal((8 * KiB) + 16);
        SealedBlock second = Seal((64 * KiB) + 16);
        Assert.True(await StoreAsync(content, 3, last));
        Assert.True(await StoreAsync(content, 1, second));
        _fixture.Reopen();

        Assert.Equal(second.Ciphertext.ToArray(), await _fixture.ReadAsync(content.Id, 1));
        Assert.Equal(last.Ciphertext.ToArray(), await _fixture.ReadAsync(content.Id, 3));
        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
    }

    [Fact]
    public async Task Plaintext_takes_the_place_of_ciphertext_and_not_the_other_way_round()
    {
        TestContent content = TestContent.V2(1, 100);
        Assert.True(await StoreAsync(content, 0, Seal(112)));
        Assert.True(await _fixture.StoreAsync(content));
        Assert.True(await StoreAsync(content, 0, Seal(112)));
        _fixture.Reopen();

        await _fixture.AssertHeldAsync(content);
        Assert.Equal(1, _fixture.Store.Count);
    }

    [Fact]
    public async Task What_cannot_be_the_block_is_not_kept()
    {
        TestContent content = TestContent.V2(1, 100);
        Assert.False(await StoreAsync(content, 0, Seal(96)));
        Assert.False(await StoreAsync(content, 0, Seal(128)));
        Assert.False(await StoreAsync(content, 0, Seal(111)));
        Assert.False(await StoreAsync(content, 1, Seal(112)));
        Assert.False(await StoreAsync(content, 0, Seal(112) with { Cipher = BlockCipher.None }));
        Assert.False(await StoreAsync(content, 0, Seal(112) with { InitializationVector = new byte[8] }));
        Assert.False(await _fixture.Store.TryStoreSealedAsync(
            new(content.Id, PeerContentVersion.V2, 129 * KiB, default), 0, Seal((129 * KiB) + 16), default));
        Assert.Equal(0, _fixture.Store.Count);
    }

    [Fact]
    public async Task Ciphertext_that_the_disk_has_changed_is_dropped()
    {
        TestContent content = TestContent.V2(1, 100);
        await StoreAsync(content, 0, Seal(112));
        _fixture.Store.Dispose();
        string file = Assert.Single(Directory.GetFiles(_fixture.DataFolder));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        _fixture.Reopen();

        Assert.Null(await _fixture.ReadAsync(content.Id, 0));
        Assert.Null(_fixture.Store.Find(content.Id));
    }

    public void Dispose() => _fixture.Dispose();

    private static SealedBlock Seal(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return new SealedBlock(BlockCipher.Aes256, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }, bytes);
    }

    private ValueTask<bool> StoreAsync(TestContent content, int index, SealedBlock block) =>
        _fixture.Store.TryStoreSealedAsync(
            new(content.Id, content.Segment.Version, content.Segment.Length, default), index, block, default);
}
