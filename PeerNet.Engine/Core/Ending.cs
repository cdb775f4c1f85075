using System.Runtime.ExceptionServices;

namespace PeerNet.Engine.Core;

/// <summary>The end of what has parts: each part ends, whatever has become of those before it.</summary>
internal static class Ending
{
    /// <summary>Ends one part after the other.</summary>
    /// <exception cref="Exception">What the first part that failed has thrown, or all that several have, when all have ended.</exception>
    public static async Task RunAsync(params Func<Task>[] parts)
    {
        List<Exception> failures = [];
        foreach (Func<Task> part in parts)
        {
            try
            {
                await part().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        if (failures is [var only])
        {
            ExceptionDispatchInfo.Throw(only);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>A part that ends at once.</summary>
    public static Func<Task> At(Action end) => () =>
    {
        end();
        return Task.CompletedTask;
    };

    /// <summary>A part that is disposed.</summary>
    public static Func<Task> Of(IAsyncDisposable part) => () => part.DisposeAsync().AsTask();
}
