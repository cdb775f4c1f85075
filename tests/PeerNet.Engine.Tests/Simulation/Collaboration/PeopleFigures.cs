using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>
/// People with contacts, of whom a tenth goes and comes back each minute (signs out, crashes, loses power), on a network that
/// loses a twentieth; then they are cut in halves, and the network is healed.
/// </summary>
/// <param name="People">How many.</param>
/// <param name="Contacts">How many contacts each has, about.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="Watched">Changes times those who watched, all the time.</param>
/// <param name="Missed">How many of them did not know the change after five seconds.</param>
/// <param name="Apart">Views that were out of date when the network was healed.</param>
/// <param name="Agreement">Seconds from healing until all views were right; null for never.</param>
/// <param name="WallTime">What the simulation took.</param>
internal sealed record PeopleFigures(
    int People, int Contacts, ulong Seed, int Watched, int Missed, int Apart, double? Agreement, TimeSpan WallTime)
    : IPromise
{
    /// <summary>How long all views may take after healing.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const double Loss = 0.05;
    private const double GoneEachMinute = 0.1;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    /// <summary>The share, in percent, that did not know a change in time.</summary>
    public double MissedShare => 100.0 * Missed / Watched;

    /// <inheritdoc/>
    public bool IsKept => MissedShare <= 1 && Agreement <= Limit.TotalSeconds;

    public static PeopleFigures Measure(int people, int contacts, ulong seed, TimeSpan churn, TimeSpan split)
    {
        long start = Stopwatch.GetTimestamp();
        PeopleNetwork network = Populate(people, contacts, seed);
        (int watched, int missed) = (0, 0);
        for (TimeSpan end = network.Elapsed + churn; network.Elapsed < end;)
        {
            Churn(network);
            SimulatedPerson[] changed = [.. Enumerable.Range(0, Math.Max(1, people / 30)).Select(_ => network.People[network.Random.Next(people)])
                .Where(person => person.IsAlive).Distinct()];
            string text = network.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            foreach (SimulatedPerson person in changed)
            {
                person.Say(text);
            }

            (SimulatedPerson Person, SimulatedPerson Watcher)[] pairs =
            [
                .. changed.SelectMany(person => person.Contacts.Where(watcher => IsSettled(network, watcher) && IsSettled(network, person))
                    .Select(watcher => (person, watcher))),
            ];
            network.After(Known, () =>
            {
                foreach ((SimulatedPerson person, SimulatedPerson watcher) in pairs.Where(pair =>
                    IsSettled(network, pair.Person) && IsSettled(network, pair.Watcher)))
                {
                    watched++;
                    missed += IsKnown(watcher.Sees(person), text) ? 0 : 1;
                }
            });
            network.RunFor(Step);
        }

        network.RunFor(TimeSpan.FromMinutes(1));
        (int apart, double? agreement) = SplitAndHeal(network, split);
        return new(people, contacts, seed, watched, missed, apart, agreement, Stopwatch.GetElapsedTime(start));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{People} people, {Contacts} contacts each, seed {Seed}: {Missed} of {Watched} did not know within 5 s ({MissedShare:0.000} %); {Apart} views apart, all right after {Agreement?.ToString("0", CultureInfo.InvariantCulture) ?? "no"} s; {WallTime.TotalSeconds:0.0} s");

    private static PeopleNetwork Populate(int people, int contacts, ulong seed)
    {
        var network = new PeopleNetwork(seed, Loss);
        for (int i = 0; i < people; i++)
        {
            network.Add();
        }

        foreach (SimulatedPerson one in network.People)
        {
            for (int i = 0; i < contacts / 2; i++)
            {
                SimulatedPerson other = network.People[network.Random.Next(people)];
                if (other != one)
                {
                    one.Know(other);
                    other.Know(one);
                }
            }
        }

        foreach (SimulatedPerson one in network.People)
        {
            one.SignIn();
            network.RunFor(TimeSpan.FromMilliseconds(100));
        }

        network.RunFor(TimeSpan.FromMinutes(1));
        return network;
    }

    private static void Churn(PeopleNetwork network)
    {
        foreach (SimulatedPerson person in network.People.Where(person => person.IsAlive).ToArray())
        {
            if (network.Random.NextDouble() >= GoneEachMinute / 60)
            {
                continue;
            }

            switch (network.Random.Next(3))
            {
                case 0:
                    person.SignOut();
                    break;
                case 1:
                    person.Crash();
                    break;
                default:
                    person.LosePower();
                    break;
            }

            network.After(TimeSpan.FromSeconds(5 + network.Random.Next(30)), () => person.SignIn());
        }
    }

    private static (int Apart, double? Agreement) SplitAndHeal(PeopleNetwork network, TimeSpan split)
    {
        foreach (SimulatedPerson person in network.People)
        {
            person.Side = network.Random.Next(2);
        }

        network.IsPartitioned = true;
        network.RunFor(split);
        foreach (SimulatedPerson person in network.People)
        {
            person.Say("while apart");
        }

        network.RunFor(TimeSpan.FromSeconds(30));
        int apart = CountApart(network);
        network.IsPartitioned = false;
        TimeSpan healed = network.Elapsed;
        while (network.Elapsed - healed < Limit * 5)
        {
            network.RunFor(Step);
            if (CountApart(network) == 0)
            {
                return (apart, (network.Elapsed - healed).TotalSeconds);
            }
        }

        return (apart, null);
    }

    private static int CountApart(PeopleNetwork network) => network.People.Sum(
        watcher => watcher.Contacts.Count(person => watcher.Sees(person) != "while apart"));

    private static bool IsSettled(PeopleNetwork network, SimulatedPerson person) =>
        person.IsAlive && network.Elapsed - person.Since >= Settled;

    private static bool IsKnown(string? seen, string text) =>
        double.TryParse(seen, CultureInfo.InvariantCulture, out double time) && time >= double.Parse(text, CultureInfo.InvariantCulture);
}
