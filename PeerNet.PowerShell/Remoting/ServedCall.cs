using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>
/// One cmdlet that runs here for another process. What it writes goes there as it comes; the next input comes when the last one
/// has been worked on, so neither side keeps more than one.
/// </summary>
internal sealed class ServedCall : IDisposable
{
    private static readonly ConditionalWeakTable<Runspace, ServedCall> Running = [];

    private readonly BlockingCollection<(ChannelFrame Kind, string Text)> _said = new(boundedCapacity: 4);
    private readonly CancellationTokenSource _gone = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly ChannelStream _channel;
    private readonly ServedRunspace _runspace;
    private readonly System.Management.Automation.PowerShell _shell;
    private readonly string _command;
    private readonly Action<ServedCall, ChannelFrame, string> _end;

    private ServedCall(
        ChannelStream channel, ServedRunspace runspace, System.Management.Automation.PowerShell shell, string command, PipelineInput input,
        Action<ServedCall, ChannelFrame, string> end)
    {
        Input = input;
        _channel = channel;
        _runspace = runspace;
        _shell = shell;
        _command = command;
        _end = end;
    }

    /// <summary>Where it runs.</summary>
    public ServedRunspace Runspace => _runspace;

    /// <summary>What is known of the cmdlet's input, where it was called.</summary>
    public PipelineInput Input { get; }

    /// <summary>The call that runs in a runspace; null where none does.</summary>
    public static ServedCall? In(Runspace runspace) => Running.TryGetValue(runspace, out ServedCall? call) ? call : null;

    /// <summary>Starts a cmdlet.</summary>
    /// <param name="channel">The channel to who asked.</param>
    /// <param name="runspace">Where it runs.</param>
    /// <param name="command">The cmdlet: one of the module's.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="end">Told, on the cmdlet's thread, when the runspace is free again, and what the other side is to be told.</param>
    public static ServedCall Start(
        ChannelStream channel, ServedRunspace runspace, CmdletInfo command, CallRequest request, Action<ServedCall, ChannelFrame, string> end)
    {
        runspace.Prepare(request);
        var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace.Runspace;
        var call = new ServedCall(channel, runspace, shell, command.Name, request.Input, end);
        shell.AddCommand(command).AddParameters(request.Parameters);
        shell.AddCommand(WriteChannelCommand.Info).AddParameter(nameof(WriteChannelCommand.Call), call);
        call.Attach();
        runspace.Host.Caller = call;
        Running.AddOrUpdate(runspace.Runspace, call);
        shell.BeginInvoke<PSObject, PSObject>(input: null, new PSDataCollection<PSObject>(), settings: null, call.OnEnded, state: null);
        return call;
    }

    /// <summary>Hands on what the other side has said.</summary>
    public void Hear(ChannelFrame kind, string text)
    {
        if (kind == ChannelFrame.Stop)
        {
            Stop();
        }
        else
        {
            _said.TryAdd((kind, text));
        }
    }

    /// <summary>Says something to the other side, while that listens.</summary>
    public void Say(ChannelFrame kind, string text = "")
    {
        try
        {
            _channel.Write(kind, text);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Whoever reads the channel finds out, and stops the cmdlet.
            _gone.Cancel();
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Asks the user there.</summary>
    public string Ask(string question)
    {
        Say(ChannelFrame.Choose, question);
        return Listen(ChannelFrame.Answer).Text;
    }

    /// <summary>Gives a cmdlet the parameters of the next input; false where none comes.</summary>
    /// <param name="cmdlet">The cmdlet, which has worked on the last one.</param>
    public bool TakeNext(PeerCmdlet cmdlet)
    {
        if (!Input.IsExpected || cmdlet.MyInvocation.MyCommand.Name != _command)
        {
            return false;
        }

        Say(ChannelFrame.Next);
        (ChannelFrame kind, string text) = Listen(ChannelFrame.Record, ChannelFrame.End);
        if (kind == ChannelFrame.End)
        {
            return false;
        }

        BoundParameters.Set(cmdlet, WireObject.Read(text) as Hashtable ?? []);
        return true;
    }

    /// <summary>Stops it, and waits until it has.</summary>
    public void Dispose()
    {
        Stop();
        _ended.Wait();
        _shell.Dispose();
        _said.Dispose();
        _gone.Dispose();
        _ended.Dispose();
    }

    private void Stop()
    {
        if (!_ended.IsSet)
        {
            _gone.Cancel();
            _shell.BeginStop(callback: null, state: null);
        }
    }

    private (ChannelFrame Kind, string Text) Listen(params ReadOnlySpan<ChannelFrame> kinds)
    {
        try
        {
            while (true)
            {
                (ChannelFrame Kind, string Text) said = _said.Take(_gone.Token);
                if (kinds.Contains(said.Kind))
                {
                    return said;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Attach()
    {
        PSDataStreams streams = _shell.Streams;
        Forward(streams.Error, ChannelFrame.Error, WireError.Write);
        Forward(streams.Warning, ChannelFrame.Warning, record => record.Message);
        Forward(streams.Verbose, ChannelFrame.Verbose, record => record.Message);
        Forward(streams.Debug, ChannelFrame.Debug, record => record.Message);
        Forward(streams.Information, ChannelFrame.Information, record => WireObject.Write(record.MessageData));
        Forward(streams.Progress, ChannelFrame.Progress, WireProgress.Write);
    }

    // Called on the pipeline's thread, so what is written stays in order.
    private void Forward<T>(PSDataCollection<T> stream, ChannelFrame kind, Func<T, string> write) => stream.DataAdded += (_, _) =>
    {
        foreach (T record in stream.ReadAll())
        {
            Say(kind, write(record));
        }
    };

    private void OnEnded(IAsyncResult result)
    {
        (ChannelFrame kind, string text) = (ChannelFrame.Done, "");
        try
        {
            _shell.EndInvoke(result);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            (kind, text) = (ChannelFrame.Failed, WireError.Write(exception.ErrorRecord));
        }
        catch (Exception exception) when (exception is PipelineStoppedException or IOException or ObjectDisposedException)
        {
            text = ForwardedCall.WasStopped;
        }

        try
        {
            Running.Remove(_runspace.Runspace);
            _end(this, kind, text);
        }
        finally
        {
            _ended.Set();
        }
    }
}
