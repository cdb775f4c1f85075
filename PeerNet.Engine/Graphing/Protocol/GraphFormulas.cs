using System.Numerics;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The formulas of MS-PPGRH, most of which the specification shows as pictures.</summary>
internal static class GraphFormulas
{
    /// <summary>Contacts that a graph has at least, whatever its size.</summary>
    public const int FewestContacts = 5;

    /// <summary>How many contacts more than the fewest are fine (3.1.7.12).</summary>
    public const int ContactSpread = 5;

    private const double ShortestAuthentication = 20;
    private const double AuthenticationSpread = 280;
    private const double ConnectionScale = 10;
    private const double ShortestSignatureDelay = 0.1;
    private const double SignatureDelaySpread = 29.9;
    private const double SignatureScale = 65536;
    private const int SignatureShift = 48;
    private const int ContactLogarithm = 60;
    private const double UtilityDecay = 31.0 / 32;
    private const double UtilityGain = 128;
    private const double OwnTimeWeight = 0.8;

    /// <summary>How long a connection may take to authenticate (3.1.2): the less, the more connections there are. The
    /// formula runs from 280 seconds to 0, the text wants 300 to 20.</summary>
    /// <param name="connections">The connections in any state, this one included.</param>
    public static TimeSpan AuthenticationTimeout(int connections) => TimeSpan.FromSeconds(
        ShortestAuthentication + (AuthenticationSpread * Math.Exp(-connections / ConnectionScale)));

    /// <summary>How long a node waits before it publishes a signature that nobody has published (3.1.7.11): the lower its
    /// id, the shorter. The text says the top 8 bits of the id, with which all would wait about 0.1 seconds; 16 bits
    /// spread the delays from 0.1 to 19 seconds.</summary>
    public static TimeSpan SignatureDelay(ulong nodeId) => TimeSpan.FromSeconds(
        ShortestSignatureDelay
        + (SignatureDelaySpread * (1 - Math.Exp((nodeId >> SignatureShift) / -SignatureScale))));

    /// <summary>The fewest contacts that a graph should have (3.1.7.12). The lowest of n random ids is about 2^64 / n, so
    /// this grows with log2 n. The formula falls to 0 just below 2^60, where the text has 5: it is never below 5.</summary>
    public static int MinimumContacts(ulong signature) =>
        Math.Max(FewestContacts, ContactLogarithm - (signature == 0 ? 0 : BitOperations.Log2(signature)));

    /// <summary>The utility of a connection after one more record on it (3.1.7.33).</summary>
    public static double Utility(double utility, bool isUseful) =>
        (utility * UtilityDecay) + (isUseful ? UtilityGain : 0);

    /// <summary>How much this node's clock is ahead of peer time, averaged with what a neighbor says (3.1.5.2.2).</summary>
    public static TimeSpan AverageDelta(TimeSpan own, TimeSpan remote) =>
        (own * OwnTimeWeight) + (remote * (1 - OwnTimeWeight));
}
