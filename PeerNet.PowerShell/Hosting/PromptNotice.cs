using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// One line before the prompt that tells of invitations that have come since the last one. Hosts evaluate the function
/// <c>prompt</c> in a pipeline of its own; the line is written when that ends, so that scripts never see it, nothing is in the
/// middle of what somebody types, and the user's function stays as it is.
/// </summary>
internal static class PromptNotice
{
    private const string PromptFunction = "prompt";

    // Long names would fill the screen.
    private const int LongestName = 40;

    private static readonly ConditionalWeakTable<Runspace, Session> Sessions = [];

    /// <summary>Called by each cmdlet; only the first in a runspace where somebody types does something.</summary>
    public static void Attach(Runspace runspace, PSHost host)
    {
        if (!Sessions.TryGetValue(runspace, out _) && IsInteractive && Sessions.TryAdd(runspace, new Session(host)))
        {
            runspace.AvailabilityChanged += OnAvailabilityChanged;
        }
    }

    /// <summary>Called where a runspace has removed the module.</summary>
    public static void Detach(Runspace runspace)
    {
        if (Sessions.Remove(runspace))
        {
            runspace.AvailabilityChanged -= OnAvailabilityChanged;
        }
    }

    private static bool IsInteractive =>
        Environment.UserInteractive && !Console.IsInputRedirected && !Console.IsOutputRedirected
        && !Environment.GetCommandLineArgs().Any(argument => argument.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    private static void OnAvailabilityChanged(object? sender, RunspaceAvailabilityEventArgs change)
    {
        if (sender is not Runspace runspace || !Sessions.TryGetValue(runspace, out Session? session))
        {
            return;
        }

        if (change.RunspaceAvailability == RunspaceAvailability.Busy)
        {
            session.IsPrompting = RunningCommand.Get(runspace) == PromptFunction;
        }
        else if (change.RunspaceAvailability == RunspaceAvailability.Available && session.IsPrompting)
        {
            session.IsPrompting = false;
            Show(runspace, session);
        }
    }

    private static void Show(Runspace runspace, Session session)
    {
        NodeHost? current = NodeRegistry.GetCurrent(runspace);
        foreach (NodeHost node in NodeRegistry.All.Where(node => node.Owner == runspace || node == current))
        {
            long last = node.Invitations.Last;
            if (session.TakeNews(node, last) is not { } former || node.Invitations.GetAfter(former) is not { Count: > 0 } news)
            {
                continue;
            }

            bool isUsual = node == (current ?? NodeRegistry.Find(NodeRegistry.DefaultName));
            session.Host.UI.WriteLine(PeerText.Escape($"{Describe(news)} (Get-PeerInvitation -Direction Received"
                + $"{(isUsual ? "" : $" -Node {node.Name}")})"));
        }
    }

    private static string Describe(IReadOnlyList<PeerInvitation> news)
    {
        if (news is [var one])
        {
            return Invitations.Describe(one, LongestName);
        }

        string[] names = [.. news.Select(invitation => Invitations.DescribeSender(invitation, LongestName)).Distinct()];
        string others = names.Length switch
        {
            1 => names[0],
            2 => $"{names[0]} and {names[1]}",
            _ => $"{names[0]}, {names[1]} and {names.Length - 2} more",
        };
        return $"{news.Count} invitations from {others}";
    }

    private sealed class Session(PSHost host)
    {
        private readonly ConditionalWeakTable<NodeHost, StrongBox<long>> _shown = [];

        public PSHost Host { get; } = host;

        /// <summary>Whether the prompt is being evaluated.</summary>
        public bool IsPrompting { get; set; }

        /// <summary>The number of the last invitation that was shown; null where that is the newest.</summary>
        public long? TakeNews(NodeHost node, long last)
        {
            StrongBox<long> shown = _shown.GetValue(node, _ => new StrongBox<long>());
            long former = shown.Value;
            shown.Value = last;
            return former < last ? former : null;
        }
    }
}
