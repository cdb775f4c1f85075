namespace PeerNet.Engine.Core;

/// <summary>What one source is sent in answer to its questions.</summary>
/// <param name="BytesPerSecond">Bytes a second, on average.</param>
/// <param name="Burst">Bytes at once after a quiet time.</param>
internal readonly record struct AnswerAllowance(int BytesPerSecond, int Burst)
{
    /// <summary>For sources that have never shown that they receive: what they ask for may be meant to hit somebody else.</summary>
    public static AnswerAllowance Stranger { get; } = new(2 * 1024, 8 * 1024);

    /// <summary>For sources that have.</summary>
    public static AnswerAllowance Known { get; } = new(128 * 1024, 256 * 1024);
}
