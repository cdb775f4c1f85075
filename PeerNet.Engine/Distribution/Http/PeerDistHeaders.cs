using System.Globalization;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>The headers of MS-PCCRTP 2.2. Reading never fails: what is not understood is as if it were not there.</summary>
internal static class PeerDistHeaders
{
    /// <summary>The content coding, as it is sent. It is read in any case.</summary>
    public const string Coding = "peerdist";

    /// <summary>Carries <see cref="PeerDistParameters"/>.</summary>
    public const string Parameters = "X-P2P-PeerDist";

    /// <summary>Carries <see cref="PeerDistExParameters"/>.</summary>
    public const string ExParameters = "X-P2P-PeerDistEx";

    /// <summary>Whether Accept-Encoding lists the coding, and not with a weight of 0. A star does not: no client means
    /// this coding by it.</summary>
    public static bool AcceptsCoding(IEnumerable<string?> acceptEncoding)
    {
        foreach (string item in Split(acceptEncoding))
        {
            string[] parts = item.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(Coding, StringComparison.OrdinalIgnoreCase))
            {
                return !parts.Skip(1).Any(IsZeroWeight);
            }
        }

        return false;
    }

    /// <summary>Whether Content-Encoding is the coding, and no other beside it.</summary>
    public static bool IsCoding(IEnumerable<string?> contentEncoding)
    {
        string[] codings = [.. Split(contentEncoding)];
        return codings is [var coding] && coding.Equals(Coding, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The parameters of a header: <c>name=value</c>, separated by commas.</summary>
    internal static IEnumerable<(string Name, string Value)> ReadParameters(IEnumerable<string?> values)
    {
        foreach (string item in Split(values))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return (item[..equals].TrimEnd(), item[(equals + 1)..].TrimStart());
            }
        }
    }

    /// <summary>Whether two names of parameters are the same.</summary>
    internal static bool IsName(string name, string expected) => name.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Split(IEnumerable<string?> values) => values
        .OfType<string>()
        .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static bool IsZeroWeight(string parameter) =>
        parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight)
        && weight == 0;
}
