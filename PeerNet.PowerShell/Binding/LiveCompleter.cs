using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes an argument from objects that exist now. It never starts a node, and never fails.</summary>
internal abstract class LiveCompleter : IArgumentCompleter
{
    // The longest a keystroke may wait.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What there is: the value, and what a person reads about it.</summary>
    /// <param name="node">The node that the command would use, where that runs.</param>
    private protected virtual IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => [];

    /// <summary>What there is that fits the other arguments.</summary>
    /// <param name="node">The node that the command would use, where that runs.</param>
    /// <param name="bound">The arguments that are given already.</param>
    private protected virtual IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node, IDictionary bound) =>
        GetCandidates(node);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        try
        {
            if (FindRemote(fakeBoundParameters) is { } remote)
            {
                return remote.Complete(commandName, parameterName, wordToComplete, fakeBoundParameters, Patience);
            }

            return
            [
                .. GetCandidates(FindNode(fakeBoundParameters), fakeBoundParameters)
                    .Where(candidate => candidate.Value.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                        || candidate.ToolTip.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    .Select(candidate => new CompletionResult(
                        ScriptArgument.Quote(candidate.Value),
                        TerminalText.Escape(candidate.Value),
                        CompletionResultType.ParameterValue,
                        TerminalText.Escape(candidate.ToolTip))),
            ];
        }
        catch (PeerException)
        {
            // A node that cannot tell offers nothing; the command itself will say why.
            return [];
        }
    }

    /// <summary>Asks the engine; nothing where the answer takes too long.</summary>
    private protected static IReadOnlyList<T> Ask<T>(Func<CancellationToken, Task<IReadOnlyList<T>>> question)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return question(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>The id of the graph that an argument names; null where none does.</summary>
    private protected static string? GetGraph(IDictionary bound) => (bound["Graph"] is PSObject wrapped ? wrapped.BaseObject : bound["Graph"]) switch
    {
        PeerGraph graph => graph.Id,
        string id => id,
        _ => null,
    };

    /// <summary>The name of the group that an argument gives; null where none does.</summary>
    private protected static string? GetGroup(IDictionary bound) => (bound["Group"] is PSObject wrapped ? wrapped.BaseObject : bound["Group"]) switch
    {
        PeerGroup group => group.PeerName,
        string name => name,
        _ => null,
    };

    /// <summary>Names things by what people call them where only one is called so, else by their peer names.</summary>
    private protected static IEnumerable<(string Value, string ToolTip)> NameByFriendlyName<T>(
        IEnumerable<T> all, Func<T, string> friendlyName, Func<T, string> peerName) =>
        all.GroupBy(friendlyName, StringComparer.OrdinalIgnoreCase).SelectMany(named =>
            named.Select(one => named.Key.Length > 0 && named.Count() == 1
                ? (friendlyName(one), peerName(one))
                : (peerName(one), friendlyName(one))));

    /// <summary>The node of another process that the command would use. One that completes for that has no runspace.</summary>
    private protected virtual RemoteNode? FindRemote(IDictionary bound) => Runspace.DefaultRunspace is { } runspace
        ? NodeRegistry.FindRemote(runspace, bound[nameof(Base.NodeCmdlet.Node)]?.ToString())
        : null;

    private static NodeHost? FindNode(IDictionary bound) => bound[nameof(Base.NodeCmdlet.Node)] is { } named
        ? NodeRegistry.Find(named.ToString()!)
        : NodeRegistry.GetCurrent(Runspace.DefaultRunspace) ?? NodeRegistry.Find(NodeRegistry.DefaultName);
}
