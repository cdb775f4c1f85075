using System.Globalization;
using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>
/// Takes time spans with their units, such as <c>00:00:30</c>. A bare number has none: PowerShell would read 30 as ticks of
/// 100 nanoseconds and '30' as days, and nobody means that. Zero is the same in every unit.
/// </summary>
internal sealed class TimeSpanTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return ReadNumber(value) switch
        {
            null => value,
            0 => TimeSpan.Zero,
            { } number => throw BadArgument.Unusable(Describe(number)),
        };
    }

    private static double? ReadNumber(object? value) => value switch
    {
        null or bool or char or DateTime => null,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null,
        IConvertible convertible when value.GetType().IsPrimitive || value is decimal =>
            convertible.ToDouble(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Describe(double number)
    {
        string remedy = number is > 0 and < int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture,
                $"write {TimeSpan.FromSeconds(number):c} for {number} seconds, {TimeSpan.FromDays(Math.Min(number, 10_000)):c} for {Math.Min(number, 10_000)} days")
            : "write 00:00:30 for 30 seconds, 30.00:00:00 for 30 days";
        return string.Create(CultureInfo.InvariantCulture, $"{number} has no unit of time: {remedy}.");
    }
}
