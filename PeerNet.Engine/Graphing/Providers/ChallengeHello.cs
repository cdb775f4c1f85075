using System.Diagnostics.CodeAnalysis;
using System.Text;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>The first message of either side of a <see cref="ChallengeExchange"/>: a version, a challenge, a peer id.</summary>
internal sealed record ChallengeHello(byte[] Challenge, string PeerId)
{
    public const int MaximumLength = IdOffset + (3 * MessageText.MaximumUnits);

    private const byte Version = 2;
    private const int IdOffset = sizeof(byte) + ChallengeExchange.ChallengeLength;

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ChallengeHello? hello)
    {
        hello = null;
        if (bytes.Length <= IdOffset || bytes[0] != Version)
        {
            return false;
        }

        string peerId = Encoding.UTF8.GetString(bytes[IdOffset..]);
        if (!MessageText.IsValid(peerId))
        {
            return false;
        }

        hello = new(bytes[sizeof(byte)..IdOffset].ToArray(), peerId);
        return true;
    }

    public byte[] Encode() => [Version, .. Challenge, .. Encoding.UTF8.GetBytes(PeerId)];
}
