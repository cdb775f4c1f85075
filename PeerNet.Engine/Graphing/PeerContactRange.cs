using System.Globalization;

namespace PeerNet.Engine.Graphing;

/// <summary>How many contacts a graph should have (MS-PPGRH 3.1.7.12).</summary>
/// <param name="Minimum">With fewer, nodes become contacts.</param>
/// <param name="Maximum">With more, contacts withdraw.</param>
public sealed record PeerContactRange(int Minimum, int Maximum)
{
    /// <summary>The range, such as <c>5-10</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minimum}-{Maximum}");
}
