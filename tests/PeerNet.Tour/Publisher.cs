using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Tour;

/// <summary>The second process: registers a secured name, says which, and withdraws it when told to stop.</summary>
internal static class Publisher
{
    public const string NamePrefix = "NAME ";
    public const string StatePrefix = "STATE ";
    public const string Stop = "stop";

    public static async Task<int> RunAsync(string folder)
    {
        try
        {
            PeerNodeOptions options = TourNode.Options("publisher", folder);
            await using PeerNode node = await PeerNode.StartAsync(options, null, CancellationToken.None);
            PeerIdentity identity = node.Identities.Create(
                "Publisher", classifier: null, node.Options.Suite, makeDefault: true, password: []);
            string owned = $"{identity.PeerName.Authority}.{Payload.Classifier}";
            PeerName name = PeerName.TryParse(owned, out PeerName? parsed)
                ? parsed
                : throw new InvalidOperationException($"'{owned}' is no peer name.");
            IReadOnlyList<PeerNameRegistration> registrations = await node.Pnrp.RegisterAsync(
                new()
                {
                    Name = name,
                    Port = Payload.Port,
                    Comment = Payload.Comment,
                    Data = Payload.Data,
                },
                CancellationToken.None);
            Console.WriteLine(NamePrefix + name);
            Console.WriteLine(StatePrefix + string.Join(
                ", ", registrations.Select(r => $"{r.Cloud}: {r.State}, {string.Join(' ', r.Endpoints)}")));
            await WaitForStopAsync();
            await node.StopAsync(farewell: true, CancellationToken.None);
            return 0;
        }
        catch (PeerException exception)
        {
            return Narrator.Complain($"{exception.Error.Symbol}: {exception.Message}");
        }
    }

    // The end of the input means that the guide is gone.
    private static async Task WaitForStopAsync()
    {
        string? line;
        do
        {
            line = await Console.In.ReadLineAsync();
        }
        while (line is not (null or Stop));
    }
}
