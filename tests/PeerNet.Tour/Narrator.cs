using System.Diagnostics;
using System.Globalization;

namespace PeerNet.Tour;

/// <summary>Tells what happens, step by step, and how long each step took.</summary>
internal static class Narrator
{
    private static int _step;

    /// <summary>Announces a step, takes it, and says how long it took.</summary>
    public static async Task<T> StepAsync<T>(string title, Func<Task<T>> action)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++_step}. {title}"));
        long start = Stopwatch.GetTimestamp();
        T result = await action();
        Say(string.Create(
            CultureInfo.InvariantCulture, $"took {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms"));
        return result;
    }

    /// <summary>A detail of the step.</summary>
    public static void Say(string text) => Console.WriteLine($"   {text}");

    /// <summary>Says what went wrong.</summary>
    /// <returns>The exit code.</returns>
    public static int Complain(string text)
    {
        Console.Error.WriteLine(text);
        return 1;
    }
}
