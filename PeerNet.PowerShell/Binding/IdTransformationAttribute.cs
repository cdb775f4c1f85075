using System.Collections;
using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>
/// Turns an object into the string that names it, so that a parameter takes either. Strings pass as they are: the
/// cmdlet looks them up, because an unknown one must not end the pipeline. Other objects pass too: PowerShell goes on
/// to look for a property that fits.
/// </summary>
internal abstract class IdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// Refuses objects without an id, rather than let PowerShell take their text. For parameters that share the pipeline with
    /// others.
    /// </summary>
    public bool IsExclusive { get; set; }

    /// <summary>The object's id, or null where the parameter does not take it.</summary>
    private protected abstract string? GetId(object value);

    /// <summary>Whether a text is for this parameter, where it shares the pipeline with another one that takes text.</summary>
    private protected virtual bool IsTaken(string text) => true;

    /// <inheritdoc/>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        inputData = DeserializedObject.Restore(inputData);
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            null => null,
            string text => IsTaken(text) ? value : throw NotForThisParameter.Of(value),
            IEnumerable many => many.Cast<object>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
            _ => GetId(value) ?? (IsExclusive ? throw NotForThisParameter.Of(value) : inputData),
        };
    }
}
