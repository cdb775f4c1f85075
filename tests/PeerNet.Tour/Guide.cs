using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Tour;

/// <summary>The first process: starts the publisher, finds its name with nothing configured, and checks every byte.</summary>
internal static class Guide
{
    public static async Task<int> RunAsync()
    {
        DirectoryInfo home = Directory.CreateTempSubdirectory("peernet-tour-");
        try
        {
            Console.WriteLine("PeerNet: two processes find each other by name, with nothing configured.");
            return await TourAsync(home.FullName)
                ? 0
                : Narrator.Complain("The tour did not reach its end: see the last step.");
        }
        catch (PeerException exception)
        {
            return Narrator.Complain($"{exception.Error.Symbol}: {exception.Message}");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task<bool> TourAsync(string home)
    {
        await using PublisherProcess publisher = PublisherProcess.Start(Path.Combine(home, "publisher"));
        PeerName? name = await Narrator.StepAsync(
            "A second process starts a node, creates an identity and registers a secured name with 4 KiB of data.",
            () => ReadNameAsync(publisher));
        if (name is null)
        {
            return false;
        }

        await using PeerNode node = await Narrator.StepAsync(
            "This process starts a node of its own.", () => StartNodeAsync(Path.Combine(home, "guide")));
        PeerEndpointInfo? found = await Narrator.StepAsync(
            "It resolves the name: nobody has told it where the other one is.", () => ResolveAsync(node, name));
        if (found is null || !IsAsPublished(found))
        {
            return false;
        }

        await Narrator.StepAsync("It resolves it once more, now that the clouds are known.", () => ResolveAsync(node, name));
        if (!await Narrator.StepAsync("The second process takes leave: the name is revoked.", publisher.StopAsync))
        {
            return false;
        }

        PeerEndpointInfo? gone = await Narrator.StepAsync(
            "The name is resolved again, and must not be found.", () => ResolveAsync(node, name));
        await node.StopAsync(farewell: true, CancellationToken.None);
        return gone is null;
    }

    private static async Task<PeerName?> ReadNameAsync(PublisherProcess publisher)
    {
        string? text = await publisher.ReadAsync(Publisher.NamePrefix);
        string? state = await publisher.ReadAsync(Publisher.StatePrefix);
        if (!PeerName.TryParse(text, out PeerName? name))
        {
            return null;
        }

        Narrator.Say(string.Create(CultureInfo.InvariantCulture, $"process {publisher.Id} has registered {name}"));
        Narrator.Say($"in {state}");
        return name;
    }

    private static async Task<PeerNode> StartNodeAsync(string folder)
    {
        PeerNodeOptions options = TourNode.Options("guide", folder);
        PeerNode node = await PeerNode.StartAsync(options, null, CancellationToken.None);
        await node.StartPnrpAsync(CancellationToken.None);
        PeerNodeStatus status = node.GetStatus();
        Narrator.Say(string.Create(
            CultureInfo.InvariantCulture, $"node '{status.Name}', PNRP {status.Versions["Pnrp"]}, port {status.Ports["Pnrp"]}"));
        foreach (PeerCloud cloud in await node.Pnrp.GetCloudsAsync(includeCache: false, CancellationToken.None))
        {
            Narrator.Say($"cloud {cloud.Name}: {string.Join(", ", cloud.Addresses)}");
        }

        return node;
    }

    private static async Task<PeerEndpointInfo?> ResolveAsync(PeerNode node, PeerName name)
    {
        var request = new PeerResolveRequest { Name = name };
        try
        {
            await foreach (PeerEndpointInfo found in node.Pnrp.ResolveAsync(request, CancellationToken.None))
            {
                Narrator.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"found in {found.Cloud} after {found.Elapsed.TotalMilliseconds:0.0} ms and {found.Path.Length} hops"));
                return found;
            }

            Narrator.Say("not found");
        }
        catch (PeerException unasked) when (unasked.Error == PeerErrors.NoOtherNode)
        {
            Narrator.Say($"not found: {unasked.Message}");
        }

        return null;
    }

    private static bool IsAsPublished(PeerEndpointInfo found)
    {
        (string What, bool IsRight)[] checks =
        [
            ($"signed by {found.Signer}, which the name names", found.IsVerified && found.Signer == found.Name.Authority),
            ($"endpoints {string.Join(", ", found.Endpoints)}", found.Endpoints is [{ Port: Payload.Port }, ..]),
            ($"comment '{found.Comment}'", found.Comment == Payload.Comment),
            ($"{found.Data?.Length ?? 0} bytes of data", found.Data?.AsSpan().SequenceEqual(Payload.Data) == true),
        ];
        foreach ((string what, bool isRight) in checks)
        {
            Narrator.Say($"{(isRight ? "ok" : "WRONG")}: {what}");
        }

        return checks.All(check => check.IsRight);
    }
}
