using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>What came back for an offer.</summary>
/// <param name="Code">The answer; null where there is none.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct OfferReply(OfferResponseCode? Code, string? Failure)
{
    public static OfferReply Of(OfferResponseCode code) => new(code, null);

    public static OfferReply Without(string failure) => new(null, failure);
}
