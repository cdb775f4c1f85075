using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// Why a search has found nothing. "Nobody has registered it" can only be said where somebody was asked and what he
/// answered could be judged.
/// </summary>
internal sealed class SearchReport
{
    /// <summary>The clouds that were searched; none where all are closed.</summary>
    public IReadOnlyList<CloudSearch> Clouds { get; set; } = [];

    /// <summary>What has kept the search from an answer; null where there is an answer: nobody has the name.</summary>
    /// <param name="name">What was searched for.</param>
    /// <param name="utc">The time by this machine's clock.</param>
    public PeerException? Explain(PeerName name, DateTimeOffset utc)
    {
        int expired = Clouds.Sum(cloud => cloud.Tally.Expired);
        if (expired > 0)
        {
            return PeerErrors.TimeSkew.Exception(
                Invariant($"Answers for '{name}' that are not valid at this machine's time, {utc:u}: {expired}. ")
                + "Check the clock here, and that of the machine that has registered the name.",
                name.Value);
        }

        if (Clouds.Any(cloud => cloud.Tally.Answers > 0))
        {
            return null;
        }

        (PeerError error, string why) = ExplainSilence(utc);
        return error.Exception($"{why} So nobody could be asked for '{name}'.", name.Value);
    }

    private (PeerError Error, string Why) ExplainSilence(DateTimeOffset utc)
    {
        if (Clouds.Count == 0)
        {
            return (PeerErrors.PnrpCloudDisabled, "All clouds are closed; open one with Set-PeerCloud -State Open.");
        }

        CloudSearch[] connected = [.. Clouds.Where(cloud => cloud.State != PeerCloudState.NoNetwork)];
        if (connected.Length == 0)
        {
            return (
                PeerErrors.PnrpCloudIsDead,
                $"This machine has no address in {Names(Clouds)}: connect it to a network, or ask in another cloud.");
        }

        int doubts = connected.Max(cloud => cloud.ClockDoubts);
        if (doubts > 0)
        {
            return (
                PeerErrors.TimeSkew,
                Invariant($"What other nodes of {Names(connected)} certify is not valid at this machine's time, ")
                + Invariant($"{utc:u} ({doubts} answers in a row). Check the clock."));
        }

        string[] seeds = [.. connected.SelectMany(cloud => cloud.Seeds).Distinct()];
        int silences = connected.Sum(cloud => cloud.Tally.Silences);
        return seeds.Length > 0
            ? (
                PeerErrors.HostUnreachable,
                $"No seed of {Names(connected.Where(cloud => cloud.Seeds.Count > 0))} has answered "
                + $"({string.Join(", ", seeds)}). Test-PeerEndpoint -Seed tells more, Set-PeerCloud -Seed changes them.")
            : silences > 0
                ? (
                    PeerErrors.HostUnreachable,
                    Invariant($"The other nodes known in {Names(connected)} have not answered {silences} questions."))
                : (
                    PeerErrors.NoOtherNode,
                    $"No other node is known in {Names(connected)}. Where the link lets no multicast through, "
                    + "Set-PeerCloud -Seed names one.");
    }

    private static string Names(IEnumerable<CloudSearch> clouds) =>
        string.Join(", ", clouds.Select(cloud => $"'{cloud.Cloud}'"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a search for a name in one cloud has come to.</summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="State">Its state at the end.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Tally">Who was asked.</param>
/// <param name="ClockDoubts">Answers to anything, in a row, that do not fit this machine's clock.</param>
internal sealed record CloudSearch(
    string Cloud, PeerCloudState State, IReadOnlyList<string> Seeds, ResolveTally Tally, int ClockDoubts);
