using System.Globalization;
using System.Text;

namespace PeerNet.PowerShell.Fleet;

/// <summary>A curve as small as a word.</summary>
internal static class Sparkline
{
    private const int Width = 80;
    private const int Height = 20;
    private const int Margin = 2;

    /// <summary>Draws values over time, as SVG; nothing where there is no more than one.</summary>
    public static string Draw(IReadOnlyList<(DateTimeOffset Time, long Value)> values, Func<long, string> format)
    {
        if (values.Count < 2)
        {
            return "";
        }

        long least = values.Min(one => one.Value);
        long most = values.Max(one => one.Value);
        DateTimeOffset first = values[0].Time;
        double span = Math.Max(1, (values[^1].Time - first).Ticks);
        double range = most > least ? (double)most - least : 1;
        var points = new StringBuilder();
        foreach ((DateTimeOffset time, long value) in values)
        {
            double x = Margin + ((time - first).Ticks / span * (Width - (2 * Margin)));
            double y = most > least ? Height - Margin - (((double)value - least) / range * (Height - (2 * Margin))) : Height / 2.0;
            points.Append(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} ");
        }

        string said = least == most ? format(most) : $"{format(least)} – {format(most)}";
        return string.Create(CultureInfo.InvariantCulture, $"<svg class=\"curve\" viewBox=\"0 0 {Width} {Height}\" role=\"img\">")
            + $"<title>{said}</title><polyline points=\"{points.ToString().TrimEnd()}\"/></svg>";
    }
}
