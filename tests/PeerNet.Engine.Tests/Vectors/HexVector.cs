using System.Text;

namespace PeerNet.Engine.Tests.Vectors;

/// <summary>Bytes written by hand: hexadecimal digits with spaces, and a comment from <c>#</c> to the end of the line.</summary>
internal static class HexVector
{
    public static byte[] Parse(string text)
    {
        var digits = new StringBuilder();
        foreach (string line in text.Split('\n'))
        {
            digits.Append(line.Split('#')[0]);
        }

        return Convert.FromHexString(digits.Replace(" ", "").Replace("\r", "").ToString());
    }
}
