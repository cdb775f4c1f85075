using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>How a transformation leaves an object from the pipeline to another parameter.</summary>
internal static class NotForThisParameter
{
    /// <summary>The failure that PowerShell goes on from: it takes an invalid cast inside for "the next parameter, please".</summary>
    public static ArgumentTransformationMetadataException Of(object? value)
    {
        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return Create($"A {plain?.GetType().Name} is not what this parameter takes.");
    }

    /// <summary>The same, with what an administrator reads who names the parameter.</summary>
    public static ArgumentTransformationMetadataException Create(string message) =>
        BadArgument.Unusable(message, new PSInvalidCastException(message));
}
