using System.Collections;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Remoting;

/// <summary>A node that another process of the user has.</summary>
internal sealed class RemoteNode(PeerNodeOwner owner)
{
    // A busy machine needs part of it; a process that is suspended answers never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public PeerNodeOwner Owner { get; } = owner;

    public string Name => Owner.Node;

    public bool IsCalled(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A node of another process by its name; null where none has one.</summary>
    public static RemoteNode? Find(string name) => From(PeerNodeChannel.Find(name, statePath: null));

    /// <summary>The node in a state folder; null where no other process has one there.</summary>
    public static RemoteNode? FindAt(string statePath) => From(PeerNodeChannel.Find("", statePath));

    /// <summary>All nodes of other processes. Some may have ended.</summary>
    public static IEnumerable<RemoteNode> FindAll() => PeerNodeChannel.FindAll().Select(From).OfType<RemoteNode>();

    /// <summary>Opens a new channel; null where the process has ended. Nothing is said on it before a node has.</summary>
    /// <exception cref="PeerException">Something else listens there, or could, or does not answer.</exception>
    public ChannelStream? TryConnect() => TryConnect(Patience);

    /// <summary>Whether its process can be reached. The next cmdlet that runs there uses the channel.</summary>
    public bool IsReachable()
    {
        ChannelStream? channel = KeptChannels.Take(Owner) ?? TryConnect();
        if (channel is not null)
        {
            KeptChannels.Put(Owner, channel);
        }

        return channel is not null;
    }

    /// <summary>The error for a process that has ended.</summary>
    public PeerException Gone(Exception? cause = null) => PeerErrors.NotInitialized.Exception(
        $"The node '{Name}' was in {Owner}, which has ended or has stopped the node. The next cmdlet starts a node here.", Name, cause);

    /// <summary>What an argument may be there; nothing where the answer takes too long.</summary>
    public IReadOnlyList<CompletionResult> Complete(string command, string parameter, string word, IDictionary bound, TimeSpan patience)
    {
        try
        {
            using ChannelStream? channel = TryConnect(patience);
            if (channel is null)
            {
                return [];
            }

            using var limit = new Timer(_ => channel.Dispose(), null, patience, Timeout.InfiniteTimeSpan);
            var parameters = new Hashtable { ["Parameter"] = parameter, ["Word"] = word, ["Bound"] = new Hashtable(bound) };
            channel.Write(ChannelFrame.Complete, new CallRequest { Command = command, Parameters = parameters }.Write());
            return channel.TryRead(out ChannelFrame kind, out string text) && kind == ChannelFrame.Completed
                ? [.. (WireObject.Read(text) as object?[] ?? []).OfType<Hashtable>().Select(ReadCompletion)]
                : [];
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or PeerException)
        {
            return [];
        }
    }

    private ChannelStream? TryConnect(TimeSpan patience)
    {
        if (PeerNodeChannel.Connect(Owner) is not { } stream)
        {
            return null;
        }

        var channel = new ChannelStream(stream);
        GreetingResult greeting = channel.ReadGreeting(patience);
        if (greeting == GreetingResult.Heard)
        {
            return channel;
        }

        channel.Dispose();
        return greeting == GreetingResult.Closed ? null : throw Refused(greeting);
    }

    private PeerException Refused(GreetingResult greeting) => PeerErrors.ConnectionFailed.Exception(
        greeting == GreetingResult.Late
            ? $"The node '{Name}' is in {Owner}, which has not answered within {Patience.TotalSeconds:0} seconds; it may be suspended. "
                + "End that process, or use another node ('Start-PeerNode -StatePath')."
            : $"What listens for the node '{Name}' at '{Owner.Channel}' is no node; nothing was sent. End that process ({Owner} as its folder "
                + $"says), or remove the file 'node.channel' from '{Owner.StatePath}'.",
        Name);

    private static CompletionResult ReadCompletion(Hashtable one) => new(
        (string)one["Text"]!, (string)one["List"]!, CompletionResultType.ParameterValue, (string)one["ToolTip"]!);

    private static RemoteNode? From(PeerNodeOwner? owner) =>
        owner is not null && owner.ProcessId != Environment.ProcessId ? new RemoteNode(owner) : null;
}
