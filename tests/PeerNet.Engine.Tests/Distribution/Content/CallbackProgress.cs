using PeerNet.Engine.Distribution;

namespace PeerNet.Engine.Tests.Distribution.Content;

/// <summary>Progress that is told at once, on the thread that reports it.</summary>
internal sealed class CallbackProgress(Action<PeerTransferProgress> callback) : IProgress<PeerTransferProgress>
{
    public void Report(PeerTransferProgress value) => callback(value);
}
