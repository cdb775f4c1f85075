using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Threading.Channels;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// A runspace that nobody types into. Actions of a background node's events run in it, one after the other on a thread
/// of its own, with the module loaded and the node current.
/// </summary>
internal sealed class BackgroundRunspace : IDisposable
{
    // As much as PowerShell gives the threads of its own pipelines.
    private const int StackSize = 10_000_000;

    // How long actions may go on when the node has stopped, and how long a stopped one may take to notice.
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    private BackgroundRunspace(Runspace runspace)
    {
        Runspace = runspace;
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State == RunspaceState.Closing)
            {
                Abandon();
            }
        };
        _thread = new Thread(Pump, StackSize) { IsBackground = true, Name = runspace.Name };
        _thread.Start();
    }

    public Runspace Runspace { get; }

    /// <param name="name">The node's name.</param>
    /// <param name="host">The host that shows what actions write.</param>
    /// <param name="module">Path of the module's manifest.</param>
    public static BackgroundRunspace Open(string name, PSHost host, string module)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([module]);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Name = $"PeerNet {name}";
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        return new BackgroundRunspace(runspace);
    }

    /// <summary>
    /// Does something on the runspace's thread, soon, in a pipeline. PowerShell runs the actions of the events that it
    /// raises before that pipeline ends, so none depends on the pulse that PowerShell gives an idle runspace.
    /// </summary>
    public void Post(Action work) => _work.Writer.TryWrite(work);

    /// <summary>
    /// Closes it when everything posted is done, or when that takes too long. Does not wait, because an action of its
    /// own may have asked for that.
    /// </summary>
    public void Dispose()
    {
        _work.Writer.TryComplete();
        _ = CloseAsync();
    }

    private async Task CloseAsync()
    {
        await Task.WhenAny(_finished.Task, Task.Delay(FarewellTimeout)).ConfigureAwait(false);
        Runspace.Dispose();
    }

    private void Pump()
    {
        try
        {
            foreach (Action work in _work.Reader.ReadAllAsync().ToBlockingEnumerable())
            {
                while (!TryRun(work))
                {
                    Thread.Sleep(RetryInterval);
                }
            }
        }
        catch (Exception) when (Runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            // The runspace is closing, and whatever ran in it ends with it.
        }

        _finished.SetResult();
    }

    // False where somebody else's pipeline is running.
    private bool TryRun(Action work)
    {
        using var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = Runspace;
        shell.AddCommand(InvokeWorkCommand.Info).AddParameter(nameof(InvokeWorkCommand.Work), work);
        try
        {
            shell.Invoke();
        }
        catch (PSInvalidOperationException)
        {
            return false;
        }
        catch (PipelineStoppedException)
        {
            // Somebody stopped that action in a debugger.
        }

        return true;
    }

    // Called before PowerShell stops the pipelines of the runspace. It keeps the event of a stopped action and would
    // run that again, in this thread and for ever, if its subscription did not end first.
    private void Abandon()
    {
        _work.Writer.TryComplete();
        foreach (PSEventSubscriber subscriber in Runspace.Events.Subscribers.Where(EventSource.IsSourceOf))
        {
            Runspace.Events.UnsubscribeEvent(subscriber);
        }

        _ = Task.Run(Interrupt);
    }

    // PowerShell waits until actions stop, at the end of the process too. Those that wait in .NET do not see that.
    private void Interrupt()
    {
        while (!_thread.Join(StopTimeout))
        {
            _thread.Interrupt();
        }
    }
}
