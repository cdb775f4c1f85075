using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>A process that has connected: what it asks for, one thing after the other.</summary>
/// <param name="channel">The channel to it.</param>
/// <param name="node">The node.</param>
/// <param name="runspaces">Where cmdlets run.</param>
/// <param name="mayWait">Whether there is room for it to stay until it asks for something more.</param>
internal sealed class ServedConnection(ChannelStream channel, NodeHost node, ServedRunspaces runspaces, Func<bool> mayWait)
{
    private const int Working = 0;
    private const int Waiting = 1;
    private const int Closing = 2;

    private int _state = Working;
    private volatile ServedCall? _call;

    private static CommandAst EmptyCommand { get; } = (CommandAst)((PipelineAst)Parser.ParseInput("x", out _, out _)
        .EndBlock.Statements[0]).PipelineElements[0];

    /// <summary>Does what is asked for, until the other side closes the channel, or says what nobody says there.</summary>
    public void Serve()
    {
        try
        {
            channel.Greet();
            while (channel.TryRead(out ChannelFrame kind, out string text) && TryHear(kind, text))
            {
                // The next frame is for what runs, or asks for something new.
            }
        }
        finally
        {
            _call?.Dispose();
        }
    }

    /// <summary>Stops the cmdlet that runs, unless it does in a certain runspace.</summary>
    public void Stop(Runspace? except)
    {
        if (_call is { } call && call.Runspace.Runspace != except)
        {
            call.Hear(ChannelFrame.Stop, "");
        }
    }

    /// <summary>Closes it where it has nothing to do. What is asked for meanwhile is not done.</summary>
    public void EndWaiting()
    {
        if (Interlocked.CompareExchange(ref _state, Closing, Waiting) == Waiting)
        {
            channel.Dispose();
        }
    }

    private bool TryHear(ChannelFrame kind, string text)
    {
        switch (kind)
        {
            case ChannelFrame.Call or ChannelFrame.Complete or ChannelFrame.Watch:
                return TryBegin() && TryAnswer(kind, text);
            case ChannelFrame.Record or ChannelFrame.End or ChannelFrame.Stop or ChannelFrame.Answer when _call is { } call:
                call.Hear(kind, text);
                return true;
            default:
                return false;
        }
    }

    private bool TryBegin()
    {
        _call?.Dispose();
        _call = null;
        return Interlocked.CompareExchange(ref _state, Working, Waiting) != Closing;
    }

    private bool TryAnswer(ChannelFrame kind, string text)
    {
        try
        {
            Answer(kind, text);
            return true;
        }
        catch (PeerException failure)
        {
            channel.Write(ChannelFrame.Failed, WireError.Write(ErrorRecords.From(failure, input: null)));
        }
        catch (RuntimeException failure)
        {
            // What the runspace does not take: whoever asked is told.
            channel.Write(ChannelFrame.Failed, WireError.Write(failure.ErrorRecord));
        }

        return false;
    }

    private void Answer(ChannelFrame kind, string text)
    {
        switch (kind)
        {
            case ChannelFrame.Call:
                Call(CallRequest.Read(text));
                break;
            case ChannelFrame.Complete:
                Complete(CallRequest.Read(text));
                break;
            default:
                ServedEvents.Serve(channel, node.Engine, text);
                break;
        }
    }

    private void Call(CallRequest? request)
    {
        CmdletInfo command = ServedCommands.Find(request);
        ServedRunspace runspace = runspaces.Take();
        try
        {
            _call = ServedCall.Start(channel, runspace, command, request!, OnEnded);
        }
        catch
        {
            runspaces.Return(runspace);
            throw;
        }
    }

    // The next cmdlet of that process finds the runspace free, and one of another process does.
    private void OnEnded(ServedCall call, ChannelFrame kind, string text)
    {
        runspaces.Return(call.Runspace);
        bool stays = kind == ChannelFrame.Done && text.Length == 0 && mayWait();
        try
        {
            channel.Write(kind, stays ? ForwardedCall.MoreIsWelcome : text);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Whoever asked has gone.
            stays = false;
        }

        Volatile.Write(ref _state, stays ? Waiting : Closing);
        if (stays && !mayWait())
        {
            EndWaiting();
        }
    }

    private void Complete(CallRequest? request)
    {
        CmdletInfo command = ServedCommands.Find(request);
        string parameter = request!.Parameters["Parameter"] as string ?? "";
        string word = request.Parameters["Word"] as string ?? "";
        var bound = request.Parameters["Bound"] as Hashtable ?? [];
        bound[nameof(NodeCmdlet.Node)] = node.Name;
        Type? completer = command.ImplementingType.GetProperty(parameter)?
            .GetCustomAttributes(typeof(ArgumentCompleterAttribute), inherit: true)
            .Cast<ArgumentCompleterAttribute>().FirstOrDefault()?.Type;
        var found = completer is not null && Activator.CreateInstance(completer, nonPublic: true) is LiveCompleter live
            ? live.CompleteArgument(command.Name, parameter, word, EmptyCommand, bound)
            : [];
        channel.Write(ChannelFrame.Completed, WireObject.Write(found
            .Select(one => new Hashtable { ["Text"] = one.CompletionText, ["List"] = one.ListItemText, ["ToolTip"] = one.ToolTip }).ToArray()));
    }
}
