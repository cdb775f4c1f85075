using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Base;

/// <summary>Cancellation, waiting and error reporting, the same for every cmdlet.</summary>
public abstract class PeerCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private ForwardedCall? _forwarded;
    private PipelineInput _input = new(IsExpected: false, []);

    /// <summary>Cancelled by Ctrl+C.</summary>
    private protected CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether a parameter gets its values from the pipeline.</summary>
    private protected bool IsPiped(string parameter) => _input.Brings(parameter);

    /// <summary>The input that errors name as their target.</summary>
    private protected virtual object? Input => null;

    /// <summary>Checks, before anything is done, parameters against each other that attributes cannot.</summary>
    private protected virtual void CheckParameters()
    {
    }

    /// <summary>Does the work for one input; a <see cref="PeerException"/> becomes an error record.</summary>
    private protected abstract void Process();

    /// <summary>Whether all that comes through the pipeline is one thing, which is dealt with when the last has come.</summary>
    private protected virtual bool IsInputOne => false;

    /// <summary>Does what is left when the last input has come.</summary>
    private protected virtual void Finish()
    {
    }

    /// <summary>Ends what still runs: the pipeline has ended, whether or not the last input has come.</summary>
    private protected virtual void Abandon()
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        SessionViews.Load(MyInvocation.MyCommand.Module);
        PromptNotice.Attach(Runspace.DefaultRunspace, Host);
        _input = ServedCall.In(Runspace.DefaultRunspace)?.Input ?? PipelineInput.Of(MyInvocation);
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
        if (Sessions is { Length: > 0 } sessions)
        {
            Report(() => RunIn(sessions));
            if (!RunsHereToo)
            {
                return;
            }
        }

        RemoteNode? remote = null;
        if (!Report(() => remote = FindRemote()))
        {
            return;
        }

        if (remote is not null)
        {
            Report(() => Forward(remote));
            return;
        }

        ProcessHere();
        while (ServedCall.In(Runspace.DefaultRunspace)?.TakeNext(this) == true)
        {
            ProcessHere();
        }
    }

    /// <summary>The sessions on other machines where the cmdlet has to run; null where it runs on this one.</summary>
    private protected virtual PSSession[]? Sessions => null;

    /// <summary>Whether it runs on this machine as well, where it runs on others.</summary>
    private protected virtual bool RunsHereToo => false;

    /// <summary>What is written for an object that came from another machine.</summary>
    private protected virtual object? Receive(object? value, string machine) => value;

    /// <inheritdoc cref="Receive"/>
    internal object? ReceiveFrom(object? value, string machine) => Receive(value, machine);

    /// <summary>The node of another process where the cmdlet has to run; null where it runs here.</summary>
    private protected virtual RemoteNode? FindRemote() => null;

    /// <summary>Writes what the cmdlet has written in another process.</summary>
    private protected virtual void WriteHere(object? value)
    {
        if (value is PSObject { BaseObject: FileInfo file })
        {
            WriteFile(file.FullName);
        }
        else
        {
            WriteObject(value);
        }
    }

    /// <inheritdoc cref="WriteHere"/>
    internal void WriteForwarded(object? value) => WriteHere(value);

    /// <summary>Writes what the node has to say that no command has asked for.</summary>
    private protected virtual void WarnOfNode()
    {
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        if (Sessions is null)
        {
            if (_forwarded is null)
            {
                Report(Finish);
                WarnOfNode();
            }
            else
            {
                Report(_forwarded.Finish);
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Abandon();
        _forwarded?.Dispose();
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs an action; what the engine refuses is an error of one input, unless it concerns the whole node.</summary>
    /// <returns>Whether it was done.</returns>
    private protected bool Report(Action action) => Report(action, Input);

    /// <inheritdoc cref="Report(Action)"/>
    /// <param name="action">The action.</param>
    /// <param name="input">The input that errors name as their target.</param>
    internal bool Report(Action action, object? input)
    {
        try
        {
            action();
            return true;
        }
        catch (PeerException failure)
        {
            ErrorRecord error = ErrorRecords.From(failure, input);
            if (ErrorRecords.EndsCommand(failure))
            {
                ThrowTerminatingError(error);
            }

            WriteError(error);
            return false;
        }
    }

    /// <summary>Writes a node of another process.</summary>
    private protected void WriteNode(RemoteNode remote)
    {
        using ForwardedCall call = ForwardedCall.Start(remote, this, "Get-PeerNode", [], _input, Cancellation);
        call.Finish();
    }

    private void RunIn(PSSession[] sessions)
    {
        if (IsInputOne)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "What comes piece by piece through the pipeline cannot go to other machines: give it as one argument.", Input);
        }

        SessionCall.Run(this, sessions);
    }

    private void ProcessHere()
    {
        Report(Process);
        WarnOfNode();
    }

    private void Forward(RemoteNode remote)
    {
        if (_forwarded is { } former && !former.Suits(remote, ParameterSetName))
        {
            former.Finish();
            former.Dispose();
            _forwarded = null;
        }

        if (_forwarded is null)
        {
            _forwarded = ForwardedCall.Start(remote, this, MyInvocation.MyCommand.Name, BoundParameters.Get(this), _input, Cancellation);
        }
        else
        {
            _forwarded.Continue();
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

    /// <summary>Asks, or with -WhatIf tells, with lines of which each is shown as it is.</summary>
    private protected bool ShouldProcess(string target, string action, IReadOnlyList<string> lines) => base.ShouldProcess(
        TerminalText.Escape(target),
        string.Join(Environment.NewLine, [TerminalText.Escape(action), .. lines.Select(TerminalText.Escape)]));

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
