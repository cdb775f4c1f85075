using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Runs cmdlets of this module with a node of this process for other processes of the user, and nothing else.</summary>
internal sealed class ChannelServer(NodeHost node) : IDisposable
{
    private readonly ServedRunspaces _runspaces = new(node);
    private readonly ConcurrentDictionary<Runspace, ServedCall> _running = [];

    /// <summary>Serves one process that has connected, on a thread of its own.</summary>
    public Task ServeAsync(Stream stream) => Task.Factory.StartNew(
        () => Serve(new ChannelStream(stream)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Stops what runs, but for the cmdlet that has stopped the node, and closes the runspaces that wait for one.</summary>
    public void Dispose()
    {
        foreach ((Runspace runspace, ServedCall call) in _running)
        {
            if (runspace != Runspace.DefaultRunspace)
            {
                call.Hear(ChannelFrame.Stop, "");
            }
        }

        _runspaces.Dispose();
    }

    private void Serve(ChannelStream channel)
    {
        if (!channel.TryRead(out ChannelFrame kind, out string text))
        {
            return;
        }

        try
        {
            switch (kind)
            {
                case ChannelFrame.Call:
                    Call(channel, CallRequest.Read(text));
                    break;
                case ChannelFrame.Complete:
                    Complete(channel, CallRequest.Read(text));
                    break;
                case ChannelFrame.Watch:
                    ServedEvents.Serve(channel, node.Engine, text);
                    break;
                default:
                    break;
            }
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
    }

    private void Call(ChannelStream channel, CallRequest? request)
    {
        CmdletInfo command = Find(request);
        (Runspace runspace, ServedHost host) = _runspaces.Take();
        try
        {
            using ServedCall call = ServedCall.Start(channel, runspace, host, command, request!);
            Listen(channel, runspace, call);
        }
        finally
        {
            _runspaces.Return(runspace, host);
        }
    }

    private void Listen(ChannelStream channel, Runspace runspace, ServedCall call)
    {
        _running[runspace] = call;
        try
        {
            while (channel.TryRead(out ChannelFrame kind, out string text))
            {
                call.Hear(kind, text);
            }
        }
        finally
        {
            _running.TryRemove(runspace, out _);
        }
    }

    private void Complete(ChannelStream channel, CallRequest? request)
    {
        CmdletInfo command = Find(request);
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

    private static CommandAst EmptyCommand { get; } = (CommandAst)((PipelineAst)Parser.ParseInput("x", out _, out _)
        .EndBlock.Statements[0]).PipelineElements[0];

    private static CmdletInfo Find(CallRequest? request)
    {
        if (request is null)
        {
            throw PeerErrors.InvalidData.Exception("What the other process has asked for cannot be read.");
        }

        if (request.Version != CallRequest.ModuleVersion)
        {
            throw PeerErrors.UnsupportedVersion.Exception(
                $"The node is in a process with version {CallRequest.ModuleVersion} of PeerNet, and this one has {request.Version}. "
                + "Start the older one anew.");
        }

        return ServedCommands.Find(request.Command) ?? throw PeerErrors.InvalidArgument.Exception(
            $"'{PeerText.Escape(request.Command)}' is no cmdlet that works with a node.", request.Command);
    }
}
