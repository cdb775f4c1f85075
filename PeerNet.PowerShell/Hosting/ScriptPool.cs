using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.PowerShell.Hosting;

/// <summary>Runs script blocks for strangers: a few at a time, each in a runspace of its own, and in fair turns for all
/// sources.</summary>
internal sealed class ScriptPool : IDisposable
{
    private readonly AuthenticationTurns _turns;
    private readonly ScriptRunner[] _runners;
    private readonly ConcurrentQueue<ScriptRunner> _idle;

    /// <param name="places">How many at a time.</param>
    /// <param name="variables">Variables of the runspaces, by name.</param>
    /// <param name="timeout">How long a block may run.</param>
    public ScriptPool(int places, IDictionary variables, TimeSpan timeout)
    {
        _turns = new(places);
        _runners = [.. Enumerable.Range(0, places).Select(_ => new ScriptRunner(variables, timeout))];
        _idle = new(_runners);
    }

    /// <summary>Runs a block when it is its source's turn.</summary>
    /// <inheritdoc cref="ScriptRunner.Run" path="/returns|/exception"/>
    public async Task<object?> RunAsync(
        IPAddress? source, string script, object?[] arguments, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _turns.EnterAsync(source, cancellationToken).ConfigureAwait(false);

        // There are as many as turns.
        _ = _idle.TryDequeue(out ScriptRunner? runner);
        try
        {
            return runner!.Run(script, arguments);
        }
        finally
        {
            _idle.Enqueue(runner!);
        }
    }

    public void Dispose() => Array.ForEach(_runners, runner => runner.Dispose());
}
