using System.Collections.Concurrent;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>A source in memory.</summary>
internal sealed class FakeOrigin(byte[] content) : IContentOrigin
{
    public ConcurrentQueue<(long Offset, int Length)> Reads { get; } = new();

    public TimeSpan? RoundTrip { get; set; }

    /// <summary>Fails reads; null for those that succeed.</summary>
    public Func<long, PeerException?> Fails { get; set; } = _ => null;

    /// <summary>What a read waits for, once it was noted; null for nothing.</summary>
    public Func<Task>? Delay { get; set; }

    public async Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reads.Enqueue((offset, destination.Length));
        await (Delay?.Invoke() ?? Task.CompletedTask);
        if (Fails(offset) is { } failure)
        {
            throw failure;
        }

        content.AsMemory((int)offset, destination.Length).CopyTo(destination);
    }
}
