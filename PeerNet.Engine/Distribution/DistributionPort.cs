using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>A port that others reach this node by.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">Its number.</param>
/// <param name="Use">What for.</param>
/// <param name="WhyNot">Why nobody listens there; null where somebody does.</param>
internal readonly record struct DistributionPort(string Protocol, int Port, string Use, string? WhyNot)
{
    /// <summary>As a firewall's administrator wants it, such as <c>TCP 8008 (retrieval)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol} {Port} ({Use})");
}
