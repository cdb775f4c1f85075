using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node;

public sealed class EscapingLoggerTests
{
    public static TheoryData<string> Hostile => HostileTexts.All;

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_a_node_logs_does_not_drive_a_terminal(string text)
    {
        using var folder = new TemporaryFolder();
        using var loggers = new CollectingLoggerFactory();
        using StateFolder state = StateFolder.Open(folder.Location);
        await using ServiceProvider services =
            NodeComposition.Compose(new PeerNodeOptions { Name = "logging", StatePath = folder.Location }, state, loggers, null);

        NodeLog.ComponentFailed(services.GetRequiredService<ILogger<PeerNode>>(), text, text);

        (_, string message) = Assert.Single(loggers.Messages);
        Assert.Equal($"{TerminalText.Escape(text)}: {TerminalText.Escape(text)}", message);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Nor_does_a_failure_that_nobody_waited_for(string text)
    {
        var events = new NodeEvents(new PeerNodeOptions { Name = "failing" }, TimeProvider.System, NullLogger<NodeEvents>.Instance);
        List<PeerEvent> told = [];
        using EventSubscription subscription = events.Subscribe(told.Add);

        events.Failed("component", text);
        await events.CompleteAsync();

        Assert.Equal(TerminalText.Escape(text), events.LastError);
        Assert.Equal(TerminalText.Escape(text), Assert.Single(told).Detail);
    }
}
