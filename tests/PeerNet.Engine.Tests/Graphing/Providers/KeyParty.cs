using System.Security.Cryptography;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Providers;

/// <summary>What a person who thinks of nothing writes: the challenge, under a key that all nodes share.</summary>
internal sealed class KeyParty(byte key) : IChallengeParty
{
    private readonly byte[] _key = [key];

    /// <summary>What this side was made to prove.</summary>
    public List<byte[]> Proven { get; } = [];

    public Task<byte[]> ProveAsync(GraphConnectionContext connection, byte[] challenge, CancellationToken cancellationToken)
    {
        Proven.Add(challenge);
        return Task.FromResult(HMACSHA256.HashData(_key, challenge));
    }

    public Task<string?> JudgeAsync(
        GraphConnectionContext connection, byte[] challenge, byte[] proof, CancellationToken cancellationToken) =>
        Task.FromResult(proof.AsSpan().SequenceEqual(HMACSHA256.HashData(_key, challenge)) ? connection.RemotePeerId : null);
}
