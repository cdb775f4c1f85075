using System.Management.Automation;
using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes the type of a cache from what Get-PeerCache wrote.</summary>
internal sealed class CacheTypeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            Engine.Distribution.PeerCacheType type => type.ToString(),
            PeerCache cache => cache.Type.ToString(),
            _ => inputData,
        };
    }
}
