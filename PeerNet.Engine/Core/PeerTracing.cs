using System.Diagnostics;

namespace PeerNet.Engine.Core;

/// <summary>What takes its time, for whoever traces it: resolves, downloads, joins of graphs. Costs a comparison where nobody
/// does.</summary>
internal static class PeerTracing
{
    /// <summary>The name of the source, and of the meter.</summary>
    public const string Name = "PeerNet";

    // Who listens decides about the whole process, so there is one for all nodes.
    private static readonly ActivitySource Source = new(Name, typeof(PeerTracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Begins an activity, which ends when it is disposed of; null where nobody listens.</summary>
    /// <param name="name">What is done, such as <c>peernet.resolve</c>.</param>
    /// <param name="key">The name of what it is done with, such as <c>peernet.name</c>.</param>
    /// <param name="value">That.</param>
    public static Activity? Start(string name, string key, string? value) =>
        Source.StartActivity(name, ActivityKind.Client)?.SetTag(key, value);

    /// <summary>Does something within an activity.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="key">The name of what it is done with.</param>
    /// <param name="value">That.</param>
    /// <param name="work">Does it.</param>
    /// <param name="done">Says what has come of it.</param>
    public static async Task<T> RunAsync<T>(string name, string key, string? value, Func<Task<T>> work, Action<Activity, T> done)
    {
        using Activity? activity = Start(name, key, value);
        try
        {
            T result = await work().ConfigureAwait(false);
            if (activity is not null)
            {
                done(activity, result);
            }

            return result;
        }
        catch (Exception failure)
        {
            Fail(activity, failure);
            throw;
        }
    }

    private static void Fail(Activity? activity, Exception failure)
    {
        activity?.SetTag("error.type", failure is PeerException peer ? peer.Error.Symbol : failure.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error, TerminalText.Escape(failure.Message));
    }
}
