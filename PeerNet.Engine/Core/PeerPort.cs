using System.Globalization;

namespace PeerNet.Engine.Core;

/// <summary>A port that others reach a node by, and that a firewall must let in.</summary>
/// <param name="Protocol"><c>TCP</c> or <c>UDP</c>.</param>
/// <param name="Port">Its number.</param>
/// <param name="Use">What for.</param>
public sealed record PeerPort(string Protocol, int Port, string Use)
{
    /// <summary>Whether only peers on the link come there, by multicast. Two that differ in this alone are equal.</summary>
    public bool IsMulticast { get; init; }

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PeerPort Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(' ', 3) is [var protocol, var number, ['(', .., ')'] use]
            && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new(protocol, port, use[1..^1])
            : throw new FormatException($"'{text}' is no port; one is written as UDP 3540 (names).");
    }

    /// <inheritdoc/>
    public bool Equals(PeerPort? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>As people read it, such as <c>UDP 3540 (names)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol} {Port} ({Use})");
}
