using System.Globalization;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Values of .NET that a text stands for, between processes.</summary>
internal static class WireValue
{
    private static readonly Dictionary<Type, Func<object, string>> Writers = [];
    private static readonly Dictionary<string, Func<string, object>> Readers = [];

    static WireValue()
    {
        Add<long>();
        Add<uint>();
        Add<ulong>();
        Add<byte>();
        Add<sbyte>();
        Add<short>();
        Add<ushort>();
        Add<float>();
        Add<double>();
        Add<decimal>();
        Add<Guid>();
        Add<TimeSpan>();
        Add(time => time.ToString("O", CultureInfo.InvariantCulture), ReadTime);
        Add(
            time => time.ToString("O", CultureInfo.InvariantCulture),
            text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
        Add(version => version.ToString(), Version.Parse);
        Add(address => address.OriginalString, text => new Uri(text, UriKind.RelativeOrAbsolute));
    }

    /// <summary>The text of a value; null where it is none of these.</summary>
    public static string? Write(object value) => Writers.TryGetValue(value.GetType(), out Func<object, string>? write) ? write(value) : null;

    /// <summary>The value of a text; null where it is of no such kind.</summary>
    /// <param name="kind">The name of its type.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is none.</exception>
    public static object? Read(string kind, string text) => Readers.TryGetValue(kind, out Func<string, object>? read) ? read(text) : null;

    private static DateTime ReadTime(string text) =>
        DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static void Add<T>()
        where T : IParsable<T>, IFormattable =>
        Add(value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));

    private static void Add<T>(Func<T, string> write, Func<string, T> read)
        where T : notnull
    {
        Writers.Add(typeof(T), value => write((T)value));
        Readers.Add(typeof(T).Name, text => read(text));
    }
}
