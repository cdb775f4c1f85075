using System.Globalization;
using System.Numerics;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Records;

/// <summary>An attribute of a record, by which it is found. A record can have several of one name.</summary>
public sealed record PeerRecordAttribute
{
    private const int LongDigits = 18;

    internal PeerRecordAttribute(string name, PeerAttributeType type, string text)
    {
        Name = name;
        Type = type;
        Text = text;
    }

    /// <summary>The name: 1 to 40 ASCII letters and digits. Case counts.</summary>
    public string Name { get; }

    /// <summary>What the value is.</summary>
    public PeerAttributeType Type { get; }

    /// <summary>The value as it was written. It comes from another peer.</summary>
    public string Text { get; }

    /// <summary>The value: a <see cref="string"/>, a <see cref="long"/> (a <see cref="BigInteger"/> where it is larger), or a
    /// <see cref="DateTimeOffset"/> in UTC.</summary>
    public object Value => Type switch
    {
        PeerAttributeType.Number when Text.Length <= LongDigits => long.Parse(Text, CultureInfo.InvariantCulture),
        PeerAttributeType.Number => BigInteger.Parse(Text, CultureInfo.InvariantCulture),
        PeerAttributeType.Date when IsoDate.TryRead(Text, out DateTimeOffset date) => date,
        _ => Text,
    };
}
