using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PeerNet.Engine.Identity;

/// <summary>
/// Punycode (RFC 3492) without name preparation: peer names are case-sensitive, so nothing may be folded.
/// </summary>
internal static class Punycode
{
    // RFC 3492 5.
    private const int Base = 36;
    private const int MinimumThreshold = 1;
    private const int MaximumThreshold = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 0x80;
    private const int MaximumCodePoint = 0x10FFFF;
    private const char Delimiter = '-';

    /// <summary>Encodes well-formed Unicode of the length of a classifier.</summary>
    public static string Encode(IReadOnlyList<Rune> text)
    {
        StringBuilder output = new();
        foreach (Rune rune in text.Where(rune => rune.IsAscii))
        {
            output.Append((char)rune.Value);
        }

        int basic = output.Length;
        if (basic > 0)
        {
            output.Append(Delimiter);
        }

        int n = InitialN;
        int delta = 0;
        int bias = InitialBias;
        for (int handled = basic; handled < text.Count; n++, delta++)
        {
            int next = text.Where(rune => rune.Value >= n).Min(rune => rune.Value);
            delta += (next - n) * (handled + 1);
            n = next;
            foreach (Rune rune in text)
            {
                if (rune.Value < n)
                {
                    delta++;
                }
                else if (rune.Value == n)
                {
                    AppendNumber(output, delta, bias);
                    bias = Adapt(delta, handled + 1, isFirst: handled == basic);
                    delta = 0;
                    handled++;
                }
            }
        }

        return output.ToString();
    }

    /// <summary>Decodes a label; false where it is not Punycode of well-formed Unicode.</summary>
    public static bool TryDecode(string label, [NotNullWhen(true)] out string? text)
    {
        text = null;
        int basic = Math.Max(label.LastIndexOf(Delimiter), 0);
        List<int> output = [.. label[..basic].Select(c => (int)c)];
        int position = basic > 0 ? basic + 1 : 0;
        int n = InitialN;
        int index = 0;
        int bias = InitialBias;
        while (position < label.Length)
        {
            int previous = index;
            if (!TryReadNumber(label, ref position, bias, ref index))
            {
                return false;
            }

            bias = Adapt(index - previous, output.Count + 1, isFirst: previous == 0);
            n += index / (output.Count + 1);
            index %= output.Count + 1;
            if (n > MaximumCodePoint || !Rune.IsValid(n))
            {
                return false;
            }

            output.Insert(index, n);
            index++;
        }

        text = string.Concat(output.Select(value => new Rune(value).ToString()));
        return true;
    }

    private static void AppendNumber(StringBuilder output, int number, int bias)
    {
        int quotient = number;
        for (int k = Base; ; k += Base)
        {
            int threshold = GetThreshold(k, bias);
            if (quotient < threshold)
            {
                output.Append(ToDigit(quotient));
                return;
            }

            output.Append(ToDigit(threshold + ((quotient - threshold) % (Base - threshold))));
            quotient = (quotient - threshold) / (Base - threshold);
        }
    }

    private static bool TryReadNumber(string label, ref int position, int bias, ref int index)
    {
        long value = index;
        long weight = 1;
        for (int k = Base; position < label.Length; k += Base)
        {
            int digit = FromDigit(label[position++]);
            int threshold = GetThreshold(k, bias);
            value += digit * weight;
            weight *= Base - threshold;
            if (digit < 0 || value > int.MaxValue || weight > int.MaxValue)
            {
                return false;
            }

            if (digit < threshold)
            {
                index = (int)value;
                return true;
            }
        }

        return false;
    }

    private static int Adapt(int delta, int points, bool isFirst)
    {
        delta /= isFirst ? Damp : 2;
        delta += delta / points;
        int k = 0;
        for (; delta > (Base - MinimumThreshold) * MaximumThreshold / 2; k += Base)
        {
            delta /= Base - MinimumThreshold;
        }

        return k + ((Base - MinimumThreshold + 1) * delta / (delta + Skew));
    }

    private static int GetThreshold(int k, int bias) => Math.Clamp(k - bias, MinimumThreshold, MaximumThreshold);

    private static char ToDigit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);

    private static int FromDigit(char c) => c switch
    {
        >= 'a' and <= 'z' => c - 'a',
        >= 'A' and <= 'Z' => c - 'A',
        >= '0' and <= '9' => c - '0' + 26,
        _ => -1,
    };
}
