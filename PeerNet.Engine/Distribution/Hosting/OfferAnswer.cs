using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>What a hosted cache answers to a request, and what it does when the answer is out.</summary>
/// <param name="Code">The answer.</param>
/// <param name="Offers">What to fetch.</param>
internal sealed record OfferAnswer(OfferResponseCode Code, IReadOnlyList<FetchOffer> Offers);
