using System.Globalization;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>People who sign in on a link at the same time.</summary>
/// <param name="People">How many.</param>
/// <param name="Loss">The part of the datagrams that is lost.</param>
/// <param name="AllFound">Seconds until everybody knew everybody; null for not within ten seconds.</param>
/// <param name="NearlyAllFound">Seconds until 99.9 % of all pairs knew each other.</param>
/// <param name="FoundShare">The share of all pairs that knew each other at the end, in percent.</param>
/// <param name="DatagramsEach">Datagrams that each had sent within ten seconds.</param>
internal sealed record NearFigures(int People, double Loss, double? AllFound, double? NearlyAllFound, double FoundShare, double DatagramsEach)
    : IPromise
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public bool IsKept => AllFound <= 2 && DatagramsEach <= 3;

    public static NearFigures Measure(int people, double loss, ulong seed)
    {
        var network = new PeopleNetwork(seed, loss);
        for (int i = 0; i < people; i++)
        {
            network.Add();
        }

        foreach (SimulatedPerson person in network.People)
        {
            network.After(TimeSpan.FromMilliseconds(network.Random.Next(100)), () => person.SignIn(PeerCollaborationScope.NearMe));
        }

        (double? all, double? nearly) = (null, null);
        long pairs = (long)people * (people - 1);
        long found = 0;
        while (network.Elapsed < TimeSpan.FromSeconds(10) && all is null)
        {
            network.RunFor(Step);
            found = network.People.Sum(person => (long)person.Machine.People.Count);
            nearly ??= found >= pairs * 0.999 ? network.Elapsed.TotalSeconds : null;
            all ??= found == pairs ? network.Elapsed.TotalSeconds : null;
        }

        network.RunFor(TimeSpan.FromSeconds(10) - network.Elapsed);
        return new(people, loss, all, nearly, 100.0 * found / pairs, (double)network.Datagrams / people);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"n = {People}, {Loss:0 %} lost: all found after {AllFound:0.00} s, 99.9 % after {NearlyAllFound:0.00} s, {FoundShare:0.000} % in the end, {DatagramsEach:0.00} datagrams each");
}
