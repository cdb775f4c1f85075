namespace PeerNet.Engine.Tests.Graphing.Connections;

/// <summary>Gives its bytes a few at a time, as a slow network does.</summary>
internal sealed class DrippingStream(byte[] content, int step) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
}
