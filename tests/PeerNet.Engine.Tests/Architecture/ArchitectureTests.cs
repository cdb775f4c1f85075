using System.Net.Sockets;
using System.Reflection;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Architecture;

public sealed class ArchitectureTests
{
    private static readonly Assembly Engine = typeof(PeerError).Assembly;

    private static readonly CodeUse[] Uses =
        [.. CodeScanner.Scan(Engine.GetTypes().Where(type => ImportRules.FolderOf(type) is not null))];

    [Fact]
    public void Every_folder_of_the_engine_is_one_the_rules_know()
    {
        string[] folders = [.. Engine.GetTypes().Select(ImportRules.FolderOf).OfType<string>().Distinct()];
        Assert.Contains("Core", folders);
        Assert.All(folders, folder => Assert.True(ImportRules.Knows(folder), folder));
    }

    [Fact]
    public void Folders_use_only_what_lies_below_them()
    {
        AssertNone(Uses.Where(use => ImportRules.FolderOf(use.UsedType) is { } used
            && ImportRules.Knows(used)
            && !ImportRules.Allows(ImportRules.FolderOf(use.User)!, used)));
    }

    [Fact]
    public void The_engine_knows_nothing_of_PowerShell()
    {
        Assert.DoesNotContain(
            Engine.GetReferencedAssemblies(),
            name => name.Name!.StartsWith("System.Management.Automation", StringComparison.Ordinal)
                || name.Name.Contains("PowerShell", StringComparison.Ordinal));
    }

    // The composition root is where the system's clock comes in.
    [Fact]
    public void Time_comes_from_a_TimeProvider()
    {
        AssertNone(Uses.Where(use => ForbiddenMembers.IsClock(use.Used)
            && !(use.Used.Name == "get_System" && ImportRules.FolderOf(use.User) == "Node")));
    }

    [Fact]
    public void Chance_comes_from_an_IRandomSource()
    {
        AssertNone(Uses.Where(use => ForbiddenMembers.IsChance(use.Used) && use.User != typeof(SystemRandomSource)));
    }

    [Fact]
    public void Sockets_are_in_Transport_alone()
    {
        AssertNone(Uses.Where(use =>
            ForbiddenMembers.IsSocket(use.Used) && ImportRules.FolderOf(use.User) is not ("Transport" or "Distribution")));
    }

    [Fact]
    public void The_scanner_sees_what_it_is_to_find()
    {
        CodeUse[] uses = [.. CodeScanner.Scan(
            typeof(Offender).GetNestedTypes(BindingFlags.NonPublic).Append(typeof(Offender)))];

        Assert.Contains(uses, use => use.UsedType == typeof(PeerError));
        Assert.Contains(uses, use => use.UsedType == typeof(PeerErrorKind));
        Assert.Equal(
            ["CancelAfter", "Delay", "get_System", "get_UtcNow"],
            uses.Select(use => use.Used).Where(ForbiddenMembers.IsClock).Select(member => member.Name).Distinct()
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["NewGuid", "get_Shared"],
            uses.Select(use => use.Used).Where(ForbiddenMembers.IsChance).Select(member => member.Name).Distinct()
                .Order(StringComparer.Ordinal));
        Assert.Contains(uses, use => ForbiddenMembers.IsSocket(use.Used));
    }

    [Fact]
    public void The_rules_forbid_the_way_up_and_sideways()
    {
        Assert.True(ImportRules.Allows("Pnrp", "Identity"));
        Assert.False(ImportRules.Allows("Identity", "Pnrp"));
        Assert.False(ImportRules.Allows("Security", "Storage"));
        Assert.False(ImportRules.Allows("Core", "Wire"));
        Assert.False(ImportRules.Allows("Pnrp", "Node"));
        Assert.False(ImportRules.Allows("Collaboration", "Distribution"));
        Assert.False(ImportRules.Allows("WsDiscovery", "Transport"));
    }

    private static void AssertNone(IEnumerable<CodeUse> uses)
    {
        string violations = string.Join('\n', uses.Select(use => use.ToString()).Distinct());
        Assert.True(violations.Length == 0, violations);
    }

    // Never run: it breaks each rule once, in the ways that are easy to overlook.
    private sealed class Offender
    {
        public static async Task<DateTimeOffset> RunAsync(CancellationTokenSource source, List<PeerErrorKind[]> kinds)
        {
            source.CancelAfter(kinds.Count);
            await Task.Delay(1, source.Token);
            await Task.Delay(TimeSpan.Zero, TimeProvider.System, source.Token);
            Func<Guid> chance = () => Guid.NewGuid();
            using Socket socket = new(SocketType.Dgram, ProtocolType.Udp);
            object error = chance().Equals(Guid.Empty) ? typeof(PeerError) : Random.Shared;
            return error is null ? default : DateTimeOffset.UtcNow;
        }
    }
}
