using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a delegation chain as its bytes or as the path of the file that Export-PeerIdentity -Delegation wrote.</summary>
internal sealed class DelegationChainTransformationAttribute : ArgumentTransformationAttribute
{
    // 25 certificates of a kilobyte, generously.
    private const int MaximumLength = 64 * 1024;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string path => Read(engineIntrinsics, path),
            FileInfo file => Read(file),
            _ => value,
        };
    }

    private static byte[] Read(EngineIntrinsics engine, string path) =>
        Read(new FileInfo(engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)));

    private static byte[] Read(FileInfo file)
    {
        try
        {
            return AtomicFile.Read(file.FullName, MaximumLength)
                ?? throw BadArgument.Unusable($"There is no file '{file.FullName}'.");
        }
        catch (PeerException failure)
        {
            throw BadArgument.Unusable(
                $"'{file.FullName}' is no delegation chain: {failure.Message}", failure);
        }
    }
}
