using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Secures nothing, but can keep what a node sends from leaving, as if its neighbors did not read.</summary>
internal sealed class GatedProvider : IGraphSecurityProvider
{
    private TaskCompletionSource _gate = new();

    public GatedProvider() => Open();

    public void Close() => Volatile.Write(ref _gate, new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Open() => Volatile.Read(ref _gate).SetResult();

    public Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken) => Task.FromResult(
            new SecuredConnection(
                new GatedStream(stream, () => Volatile.Read(ref _gate).Task), connection.RemotePeerId ?? "", Cipher: null));

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) => default;

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) => RecordVerdict.Valid;
}
