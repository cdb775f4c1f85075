using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Base;

/// <summary>Cancellation, waiting and error reporting, the same for every cmdlet.</summary>
public abstract class PeerCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Cancelled by Ctrl+C.</summary>
    private protected CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The input that errors name as their target.</summary>
    private protected virtual object? Input => null;

    /// <summary>Checks, before anything is done, parameters against each other that attributes cannot.</summary>
    private protected virtual void CheckParameters()
    {
    }

    /// <summary>Does the work for one input; a <see cref="PeerException"/> becomes an error record.</summary>
    private protected abstract void Process();

    /// <summary>Does what is left when the last input has come.</summary>
    private protected virtual void Finish()
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        SessionViews.Load(MyInvocation.MyCommand.Module);
        PromptNotice.Attach(Runspace.DefaultRunspace, Host);
        try
        {
            CheckParameters();
        }
        catch (PeerException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure, Input));
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        Report(Process);
        WarnOfNode();
    }

    /// <summary>Writes what the node has to say that no command has asked for.</summary>
    private protected virtual void WarnOfNode()
    {
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Report(Finish);

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs an action; what the engine refuses is an error of one input, unless it concerns the whole node.</summary>
    private protected void Report(Action action)
    {
        try
        {
            action();
        }
        catch (PeerException failure)
        {
            ErrorRecord error = ErrorRecords.From(failure, Input);
            if (ErrorRecords.EndsCommand(failure))
            {
                ThrowTerminatingError(error);
            }

            WriteError(error);
        }
    }

    /// <summary>Warns; what is told may quote what others wrote, as in all that follows.</summary>
    private protected new void WriteWarning(string text) => base.WriteWarning(TerminalText.Escape(text));

    /// <summary>Tells with -Verbose.</summary>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(TerminalText.Escape(text));

    /// <summary>Tells with -Debug.</summary>
    private protected new void WriteDebug(string text) => base.WriteDebug(TerminalText.Escape(text));

    /// <summary>Shows progress. AsyncPump calls it.</summary>
    internal new void WriteProgress(ProgressRecord progress)
    {
        progress.Activity = TerminalText.Escape(progress.Activity);
        progress.StatusDescription = TerminalText.Escape(progress.StatusDescription);
        progress.CurrentOperation = progress.CurrentOperation is { } operation ? TerminalText.Escape(operation) : null;
        base.WriteProgress(progress);
    }

    /// <summary>Asks, or with -WhatIf tells.</summary>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(TerminalText.Escape(target), TerminalText.Escape(action));

    /// <summary>Asks.</summary>
    private protected new bool ShouldContinue(string query, string caption) =>
        base.ShouldContinue(TerminalText.Escape(query), TerminalText.Escape(caption));

    /// <summary>Writes a file as Get-Item does, with the properties that later commands of a pipeline look for.</summary>
    private protected void WriteFile(string path) => WriteObject(
        InvokeProvider.Item.Get([$"{OutputFile.ProviderName}::{path}"], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>Asks before something is lost, unless the caller has said beforehand whether to ask.</summary>
    private protected bool IsAccepted(bool force, string question, string caption) =>
        force || MyInvocation.BoundParameters.ContainsKey("Confirm") || ShouldContinue(question, caption);

    /// <summary>Waits for the engine, with Ctrl+C working.</summary>
    private protected void Await(Func<CancellationToken, Task> work, PumpProgress? progress = null) =>
        AsyncPump.Run(this, (_, token) => work(token), progress, Cancellation);

    /// <summary>Waits for the engine's answer, with Ctrl+C working.</summary>
    private protected T Await<T>(Func<CancellationToken, Task<T>> work, PumpProgress? progress = null)
    {
        T result = default!;
        AsyncPump.Run(this, async (_, token) => result = await work(token).ConfigureAwait(false), progress, Cancellation);
        return result;
    }

    /// <summary>Waits for the engine while showing what it delivers as it comes.</summary>
    private protected void Pump(Func<AsyncPump, CancellationToken, Task> work, PumpProgress? progress = null) =>
        AsyncPump.Run(this, work, progress, Cancellation);

    /// <summary>Tells what was found when a node started.</summary>
    private protected void WarnOf(NodeHost started)
    {
        foreach (string notice in started.Engine.Notices)
        {
            WriteWarning(PeerText.Escape(notice));
        }
    }
}
