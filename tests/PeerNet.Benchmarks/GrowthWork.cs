using System.Globalization;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Benchmarks;

/// <summary>What <see cref="GrowthFigure"/> has a node do many times.</summary>
internal static class GrowthWork
{
    private const string Cloud = "Loopback_";
    private const string Graph = "graph-0";
    private const int FileLength = 4096;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    public static readonly GrowthOperation[] All =
    [
        new("identities", 100, MakeIdentitiesAsync) { IsKept = true },
        new("identities removed", 100, RemoveIdentitiesAsync) { Prepare = MakeIdentitiesAsync },
        new("names in a cloud", 100, (node, count) => RegisterNamesAsync(node, count, isPersistent: false)),
        new("names withdrawn", 100, WithdrawNamesAsync) { Prepare = (node, count) => RegisterNamesAsync(node, count, isPersistent: false) },
        new("persistent names", 100, (node, count) => RegisterNamesAsync(node, count, isPersistent: true)) { IsKept = true },
        new("persistent names withdrawn", 100, WithdrawNamesAsync) { Prepare = (node, count) => RegisterNamesAsync(node, count, isPersistent: true) },
        new("contacts", 100, AddContactsAsync) { Prepare = MakePeopleAsync, IsKept = true },
        new("graphs", 20, (node, count) => MakeGraphsAsync(node, count, isPersistent: false)),
        new("persistent graphs", 20, (node, count) => MakeGraphsAsync(node, count, isPersistent: true)) { IsKept = true },
        new("records of a graph", 1_000, AddRecordsAsync) { Prepare = (node, _) => MakeGraphsAsync(node, 1, isPersistent: false) },
        new("events of records", 500, HearRecordsAsync) { Prepare = (node, _) => MakeGraphsAsync(node, 1, isPersistent: false) },
        new("groups", 10, MakeGroupsAsync),
        new("publications, cached", 100, PublishAsync) { Prepare = MakeFilesAsync, IsKept = true },
        new("segments in a package", 100, ExportAsync) { Prepare = MakeCacheAsync },
    ];

    private static Task MakeIdentitiesAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            node.Identities.Create(Invariant($"identity {i}"), null, node.Options.Suite, makeDefault: false, []);
        }

        node.Identities.List();
        return Task.CompletedTask;
    }

    private static Task RemoveIdentitiesAsync(PeerNode node, int count)
    {
        foreach (PeerIdentity identity in node.Identities.List())
        {
            node.Identities.Remove(identity.PeerName.Value);
        }

        return Task.CompletedTask;
    }

    private static async Task RegisterNamesAsync(PeerNode node, int count, bool isPersistent)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Pnrp.RegisterAsync(
                new() { Name = PeerName.Parse(Invariant($"0.name-{i}")), Clouds = [Cloud], Port = 80, IsPersistent = isPersistent },
                CancellationToken.None);
        }

        await node.Pnrp.GetRegistrationsAsync(CancellationToken.None);
    }

    private static async Task WithdrawNamesAsync(PeerNode node, int count)
    {
        foreach (PeerNameRegistration registration in await node.Pnrp.GetRegistrationsAsync(CancellationToken.None))
        {
            await node.Pnrp.UnregisterAsync(registration, CancellationToken.None);
        }
    }

    // A node that is nobody's contact makes the people.
    private static async Task MakePeopleAsync(PeerNode node, int count)
    {
        await using PeerNode other = await PeerNode.StartAsync(
            new() { Name = "people", StatePath = Path.Combine(node.Options.StatePath!, "people") }, CancellationToken.None);
        for (int i = 0; i < count; i++)
        {
            PeerIdentity person = other.Identities.Create(Invariant($"person {i}"), null, node.Options.Suite, makeDefault: false, []);
            await File.WriteAllTextAsync(FileOf(node, i), other.Collaboration.GetMe(person.PeerName.Value).Xml);
        }
    }

    private static async Task AddContactsAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Collaboration.AddContactAsync(await File.ReadAllTextAsync(FileOf(node, i)), new(), CancellationToken.None);
        }

        await node.Collaboration.GetContactsAsync(CancellationToken.None);
    }

    private static async Task MakeGraphsAsync(PeerNode node, int count, bool isPersistent)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Graphs.CreateAsync(
                new()
                {
                    GraphId = Invariant($"graph-{i}"),
                    PeerId = "peer",
                    Properties = new() { Scope = PeerGraphScope.Loopback },
                    IsPersistent = isPersistent,
                },
                CancellationToken.None);
        }
    }

    private static async Task AddRecordsAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Graphs.AddRecordAsync(
                Graph,
                new() { Type = Type, Data = new byte[100], Expires = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) },
                CancellationToken.None);
        }
    }

    private static async Task HearRecordsAsync(PeerNode node, int count)
    {
        int left = count;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = node.Subscribe(happened =>
        {
            if (happened.Type == PeerEventType.RecordChanged && Interlocked.Decrement(ref left) == 0)
            {
                all.SetResult();
            }
        });
        await AddRecordsAsync(node, count);
        await all.Task;
    }

    private static async Task MakeGroupsAsync(PeerNode node, int count)
    {
        PeerIdentity identity = node.Identities.Create("founder", null, node.Options.Suite, makeDefault: true, []);
        for (int i = 0; i < count; i++)
        {
            await node.Groups.CreateAsync(
                new() { FriendlyName = Invariant($"group {i}"), Identity = identity.PeerName.Value, Cloud = Cloud },
                default,
                CancellationToken.None);
        }
    }

    private static Task MakeFilesAsync(PeerNode node, int count)
    {
        var random = new Random(1);
        byte[] content = new byte[FileLength];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(content);
            File.WriteAllBytes(FileOf(node, i), content);
        }

        return Task.CompletedTask;
    }

    private static async Task PublishAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Distribution.PublishAsync(
                new PeerPublishRequest { ContentId = Invariant($"content-{i}"), Path = FileOf(node, i), AddToCache = true },
                null,
                CancellationToken.None);
        }

        await node.Distribution.GetPublishedAsync(CancellationToken.None);
    }

    private static async Task MakeCacheAsync(PeerNode node, int count)
    {
        await MakeFilesAsync(node, count);
        await PublishAsync(node, count);
    }

    private static Task ExportAsync(PeerNode node, int count) => node.Distribution.ExportCacheAsync(
        Path.Combine(node.Options.StatePath!, "package"), null, null, overwrite: false, null, CancellationToken.None);

    private static string FileOf(PeerNode node, int index) => Path.Combine(node.Options.StatePath!, Invariant($"file-{index}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
