using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a byte, or a number that is one, for an array of it: bytes that come one by one through the pipeline are
/// data before anything else takes them for text. Text is for another parameter, even where it is a number.</summary>
internal sealed class ByteTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            byte one => new[] { one },
            int and >= byte.MinValue and <= byte.MaxValue and var number => new[] { (byte)number },
            string text => throw NotForThisParameter.Of(text),
            _ => inputData,
        };
}
