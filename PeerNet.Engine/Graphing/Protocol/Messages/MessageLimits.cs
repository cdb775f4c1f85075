using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>How long a message may be, in bytes, as its connection comes along. Strangers get little.</summary>
internal static class MessageLimits
{
    /// <summary>AUTH_INFO.</summary>
    public const int Authenticating = AuthInfoMessage.MaximumLength;

    /// <summary>CONNECT, WELCOME and REFUSE: 255 addresses and two texts.</summary>
    public const int Connecting =
        0x20 + (EndpointArray.MaximumCount * EndpointArray.ElementLength) + (2 * ((MessageText.MaximumUnits * 3) + 1));

    /// <summary>Any message of a connected neighbor: a record, data, or a list.</summary>
    /// <param name="maximumRecordSize">The graph's limit on payload and attributes; 0 for 60 MB.</param>
    /// <param name="maximumList">The limit on lists of hashes and records.</param>
    public static int Connected(uint maximumRecordSize, int maximumList) => (int)Math.Max(
        maximumList,
        FloodMessage.MaximumLength - RecordCodec.MaximumContent + RecordRules.GetLimit(maximumRecordSize));
}
