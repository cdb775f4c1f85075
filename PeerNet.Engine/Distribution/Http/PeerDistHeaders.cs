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

    private const string Identity = "identity";

    /// <summary>Whether Accept-Encoding lists the coding: not with a weight of 0 or one that is none, and not as less welcome
    /// than the content itself (RFC 9110 12.5.3). A star does not list it: no client means this coding by it.</summary>
    public static bool AcceptsCoding(IEnumerable<string?> acceptEncoding)
    {
        double? own = null;
        double? identity = null;
        foreach (string item in Split(acceptEncoding))
        {
            string[] parts = item.Split(';', StringSplitOptions.TrimEntries);
            if (IsName(parts[0], Coding))
            {
                own ??= ReadWeight(parts);
            }
            else if (IsName(parts[0], Identity))
            {
                identity ??= ReadWeight(parts);
            }
        }

        return own > 0 && own >= (identity ?? 0);
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

    // A weight that cannot be read is 0: then the answer is the content, which is never wrong.
    private static double ReadWeight(string[] parts)
    {
        string? weight = parts.Skip(1).FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        return weight switch
        {
            null => 1,
            _ when double.TryParse(
                weight.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) => value,
            _ => 0,
        };
    }
}

/// <summary>What a server may answer a request with, beside plain content (MS-PCCRTP 3.2.5.1).</summary>
/// <param name="Encoding">The version of the encoding: the client's, 1.0 or 1.1.</param>
/// <param name="Versions">The versions of content information that the client reads, best first.</param>
internal sealed record PeerDistOffer(PeerDistVersion Encoding, IReadOnlyList<PeerContentVersion> Versions)
{
    /// <summary>The highest version in an X-P2P-PeerDistEx header may ask for (MS-PCCRTP 2.2).</summary>
    private static readonly PeerDistVersion Highest = PeerDistVersion.V2;

    /// <summary>Reads a request; null where the answer is plain content and nothing else.</summary>
    /// <param name="acceptEncoding">The values of Accept-Encoding.</param>
    /// <param name="parameters">X-P2P-PeerDist; null for none.</param>
    /// <param name="extended">X-P2P-PeerDistEx; null for none.</param>
    public static PeerDistOffer? Read(
        IReadOnlyCollection<string?> acceptEncoding, PeerDistParameters? parameters, PeerDistExParameters? extended)
    {
        // A hash request as in MS-PCCRTP 4 has no Accept-Encoding, which means that any coding will do.
        bool isAccepted = PeerDistHeaders.AcceptsCoding(acceptEncoding)
            || (acceptEncoding.Count == 0 && extended is { HashRequest: true });
        if (!isAccepted
            || parameters is not { Version.Major: 1, IsMissingDataRequest: false }
            || extended is { IsMalformed: true })
        {
            return null;
        }

        if (!parameters.Version.Value.IsAtLeast(PeerDistVersion.V11))
        {
            return new PeerDistOffer(PeerDistVersion.V1, [PeerContentVersion.V1]);
        }

        PeerContentVersion[] versions = GetVersions(extended);
        return versions.Length == 0 ? null : new PeerDistOffer(PeerDistVersion.V11, versions);
    }

    private static PeerContentVersion[] GetVersions(PeerDistExParameters? extended)
    {
        // Without the header, or without the range in it: version 1.0.
        PeerDistVersion minimum = extended?.MinContentInformation ?? PeerDistVersion.V1;
        PeerDistVersion maximum = extended?.MaxContentInformation ?? minimum;
        bool isKnown = minimum.IsAtLeast(PeerDistVersion.V1) && Highest.IsAtLeast(maximum) && maximum.IsAtLeast(minimum);
        return (isKnown, maximum == PeerDistVersion.V2, minimum == PeerDistVersion.V1) switch
        {
            (true, true, true) => [PeerContentVersion.V2, PeerContentVersion.V1],
            (true, true, false) => [PeerContentVersion.V2],
            (true, false, true) => [PeerContentVersion.V1],
            _ => [],
        };
    }
}
