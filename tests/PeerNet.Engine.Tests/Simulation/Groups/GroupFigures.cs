using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Simulation.Groups;

/// <summary>
/// A group is cut in halves; in both, administrators give members other roles, or take their credentials away, each other's
/// included; and it is healed.
/// </summary>
/// <param name="Members">Members at the beginning.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="Changed">Members that were to have another role.</param>
/// <param name="Revoked">Members that were to be none any more.</param>
/// <param name="Refused">What an administrator wanted and might not, being none any more.</param>
/// <param name="Apart">How many saw others than most when the group was healed.</param>
/// <param name="Living">Members that counted when all was over.</param>
/// <param name="Agreement">Seconds from healing until all of them saw the same members with the same roles and states; null
/// for never.</param>
/// <param name="Differing">How many of them saw others than most when the time was over.</param>
/// <param name="Strangers">Connections that those who count have, a minute later, with somebody who does not.</param>
/// <param name="WallTime">What the simulation took.</param>
internal sealed record GroupFigures(
    int Members,
    ulong Seed,
    int Changed,
    int Revoked,
    int Refused,
    int Apart,
    int Living,
    double? Agreement,
    int Differing,
    int Strangers,
    TimeSpan WallTime) : IPromise
{
    /// <summary>How long the members may take to agree.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    private const double ChangedShare = 0.2;
    private const double RevokedShare = 0.4;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly PeerRole[] Roles = [PeerRole.Member, PeerRole.InvitingMember, PeerRole.Admin];

    /// <inheritdoc/>
    public bool IsKept => Agreement <= Limit.TotalSeconds && Strangers == 0;

    public static GroupFigures Measure(int members, int administrators, ulong seed, TimeSpan split)
    {
        long start = Stopwatch.GetTimestamp();
        using SimulatedGroup group = Populate(members, administrators, seed);
        foreach (SimulatedMember member in group.Members)
        {
            member.Node.Side = group.Graph.Random.Next(2);
        }

        group.Graph.Split();
        (int changed, int revoked, int refused) = Quarrel(group, (int)(members * ChangedShare), split);
        int apart = CountDiffering(group);
        group.Graph.Heal();

        TimeSpan healed = group.Graph.Elapsed;
        double? agreement = null;
        while (agreement is null && group.Graph.Elapsed - healed < Limit)
        {
            group.Graph.RunFor(Step);
            agreement = CountDiffering(group) == 0 ? (group.Graph.Elapsed - healed).TotalSeconds : null;
        }

        int differing = CountDiffering(group);
        group.Graph.RunFor(TimeSpan.FromMinutes(1));
        return new(
            members,
            seed,
            changed,
            revoked,
            refused,
            apart,
            Counting(group).Length,
            agreement,
            differing,
            CountStrangers(group),
            Stopwatch.GetElapsedTime(start));
    }

    /// <summary>A group of so many members that has come to rest.</summary>
    public static SimulatedGroup Populate(int members, int administrators, ulong seed)
    {
        var group = new SimulatedGroup(seed);
        for (int i = 1; i < members; i++)
        {
            group.Join(i < administrators ? PeerRole.Admin : PeerRole.Member);
            group.Graph.RunFor(TimeSpan.FromMilliseconds(500));
        }

        group.Graph.RunFor(TimeSpan.FromMinutes(6));
        return group;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        n = {Members}, seed {Seed}: {Changed} roles changed, {Revoked} revoked, {Refused} refused, {Apart} apart; the {Living} that are left agree after
        {Agreement?.ToString("0", CultureInfo.InvariantCulture) ?? "no"} s, {Differing} differ, {Strangers} strangers; {WallTime.TotalSeconds:0.0} s
        """);

    // In each half an administrator of that half, another one each time.
    private static (int Changed, int Revoked, int Refused) Quarrel(SimulatedGroup group, int count, TimeSpan split)
    {
        (int changed, int revoked, int refused) = (0, 0, 0);
        SimulatedMember[] members = [.. group.Members];
        SimulatedMember[] administrators = [.. members.Where(member => member.Security.Own?.Role == PeerRole.Admin)];
        for (int i = 0; i < count; i++)
        {
            group.Graph.RunFor(split / count);
            SimulatedMember[] here = [.. administrators.Where(one => one.Node.Side == i % 2)];
            if (here.Length == 0)
            {
                // Chance has put all of them on the other side.
                continue;
            }

            SimulatedMember by = here[i / 2 % here.Length];
            SimulatedMember member = members[group.Graph.Random.Next(members.Length)];
            if (member == by || member == group.Creator)
            {
                continue;
            }

            try
            {
                if (group.Graph.Random.Next(100) < 100 * RevokedShare)
                {
                    by.Revoke(member.Name);
                    revoked++;
                }
                else
                {
                    by.ChangeRole(member.Name, Roles[group.Graph.Random.Next(Roles.Length)]);
                    changed++;
                }
            }
            catch (PeerException)
            {
                refused++;
            }
        }

        return (changed, revoked, refused);
    }

    // Those who count in the eyes of the one who always does.
    private static SimulatedMember[] Counting(SimulatedGroup group)
    {
        Dictionary<PeerName, string> list = group.Creator.List();
        return [.. group.Members.Where(member => Enum.TryParse<PeerRole>(list.GetValueOrDefault(member.Name), out _))];
    }

    private static int CountStrangers(SimulatedGroup group)
    {
        SimulatedMember[] counting = Counting(group);
        HashSet<string?> names = [.. counting.Select(member => member.Name.Value)];
        return counting.Sum(member => member.Node.Machine.ListConnections().Count(
            connection => connection.State == LinkState.Connected && !names.Contains(connection.PeerId)));
    }

    private static int CountDiffering(SimulatedGroup group) => Counting(group)
        .CountBy(member => string.Join(' ', member.List().Select(pair => $"{pair.Key}:{pair.Value}").Order(StringComparer.Ordinal)))
        .OrderByDescending(group => group.Value)
        .Skip(1)
        .Sum(group => group.Value);
}
