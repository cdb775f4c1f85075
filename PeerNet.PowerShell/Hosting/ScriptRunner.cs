using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// Runs script blocks, one after the other, in a runspace of their own, each within a time. They see no session: what they
/// need comes as arguments, or as variables that were given beforehand.
/// </summary>
/// <param name="variables">Variables of the runspace, by name.</param>
/// <param name="timeout">How long a block may run.</param>
internal sealed class ScriptRunner(IDictionary variables, TimeSpan timeout) : IDisposable
{
    private readonly Lock _lock = new();
    private Runspace? _runspace;
    private bool _isDisposed;

    /// <summary>Runs a block.</summary>
    /// <returns>The last object that it wrote, without PowerShell's wrapper; null for nothing.</returns>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="RuntimeException">It failed.</exception>
    public object? Run(string script, params object?[] arguments)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            using var shell = System.Management.Automation.PowerShell.Create();
            shell.Runspace = _runspace ??= Open();
            shell.AddScript(script, useLocalScope: true);
            foreach (object? argument in arguments)
            {
                shell.AddArgument(argument);
            }

            return Await(shell);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _runspace?.Dispose();
        }
    }

    private object? Await(System.Management.Automation.PowerShell shell)
    {
        IAsyncResult running = shell.BeginInvoke();
        if (!running.AsyncWaitHandle.WaitOne(timeout))
        {
            Abandon(shell);
            throw new TimeoutException($"The script ran for more than {timeout.TotalSeconds:0} seconds.");
        }

        PSDataCollection<PSObject> output = shell.EndInvoke(running);
        return shell.Streams.Error.Count > 0
            ? throw new RuntimeException(shell.Streams.Error[0].ToString(), shell.Streams.Error[0].Exception)
            : output.Count == 0 ? null
            : output.Count == 1 ? output[0]?.BaseObject
            : output.Select(one => one?.BaseObject).ToArray();
    }

    // A script that waits in .NET does not notice that it is stopped. Its runspace is given up, and the next one is new.
    private void Abandon(System.Management.Automation.PowerShell shell)
    {
        Runspace runspace = _runspace!;
        _runspace = null;
        shell.BeginStop(_ => runspace.Dispose(), null);
    }

    private Runspace Open()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (DictionaryEntry variable in variables)
        {
            state.Variables.Add(new SessionStateVariableEntry(variable.Key.ToString(), variable.Value, ""));
        }

        Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        return runspace;
    }
}
