using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>
/// A cmdlet that was called here and runs where its node is. What it writes there is written here, on the pipeline's thread and
/// in order, and what it asks is asked here.
/// </summary>
internal sealed class ForwardedCall : IDisposable
{
    /// <summary>What comes with the end of a cmdlet where the channel stays open for the next one.</summary>
    public const string MoreIsWelcome = "+";

    /// <summary>What comes with the end of a cmdlet that was stopped.</summary>
    public const string WasStopped = "-";

    // How long a stopped cmdlet may take to end there; its process ends it in any case.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly RemoteNode _node;
    private volatile ChannelStream _channel;
    private readonly PeerCmdlet _cmdlet;
    private readonly string _parameterSet;
    private readonly CancellationTokenRegistration _stopping;
    private Timer? _limit;
    private bool _hasEnded;
    private bool _isReusable;

    // As long as nothing has come on a channel that a former cmdlet has used: its process may have closed it meanwhile.
    private string? _repeatable;

    private ForwardedCall(RemoteNode node, ChannelStream? kept, PeerCmdlet cmdlet, CancellationToken stopping)
    {
        _node = node;
        _channel = kept ?? node.TryConnect() ?? throw node.Gone();
        _cmdlet = cmdlet;
        _parameterSet = cmdlet.ParameterSetName;
        _stopping = stopping.Register(Stop);
    }

    /// <summary>Has a cmdlet run for its first input.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cmdlet">The cmdlet that writes what comes.</param>
    /// <param name="command">The cmdlet to run: the same, as a rule.</param>
    /// <param name="parameters">What its first input has bound.</param>
    /// <param name="input">What is known of its input.</param>
    /// <param name="stopping">Ctrl+C.</param>
    /// <exception cref="PeerException">The process has ended, or a parameter cannot be handed on.</exception>
    public static ForwardedCall Start(RemoteNode node, PeerCmdlet cmdlet, string command, Hashtable parameters, PipelineInput input, CancellationToken stopping)
    {
        string request = (Describe(cmdlet, command, parameters) with { Input = input }).Write();
        ChannelStream? kept = KeptChannels.Take(node.Owner);
        var call = new ForwardedCall(node, kept, cmdlet, stopping) { _repeatable = kept is null ? null : request };
        try
        {
            call.Ask(request);
            call.Listen(input.IsExpected ? ChannelFrame.Next : ChannelFrame.Done);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Whether another input is for this call: it is for the same node, and means the same.</summary>
    public bool Suits(RemoteNode node, string parameterSet) => node == _node && parameterSet == _parameterSet;

    /// <summary>Has it work on one more input.</summary>
    public void Continue()
    {
        string record = WireObject.Write(BoundParameters.Get(_cmdlet));
        Say(ChannelFrame.Record, record);
        Listen(ChannelFrame.Next);
    }

    /// <summary>Lets it end: no more input comes.</summary>
    public void Finish()
    {
        if (!_hasEnded)
        {
            Say(ChannelFrame.End);
            Listen(ChannelFrame.Done);
        }
    }

    /// <summary>Ends it where it has not ended.</summary>
    public void Dispose()
    {
        if (!_hasEnded)
        {
            Stop();
            DrainToEnd();
        }

        _stopping.Dispose();
        if (_isReusable && _limit is null)
        {
            KeptChannels.Put(_node.Owner, _channel);
        }
        else
        {
            _limit?.Dispose();
            _channel.Dispose();
        }
    }

    private static CallRequest Describe(PeerCmdlet cmdlet, string command, Hashtable parameters) => new()
    {
        Command = command,
        Parameters = BoundParameters.AddPreferences(cmdlet, parameters),
        Location = cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath,
        Drives = new Hashtable(cmdlet.SessionState.Drive.GetAllForProvider(OutputFile.ProviderName)
            .Where(drive => drive.Root.Length > 1).ToDictionary(drive => drive.Name, drive => drive.Root)),
        ConfirmPreference = cmdlet.SessionState.PSVariable.GetValue(nameof(CallRequest.ConfirmPreference))?.ToString() ?? "",
    };

    private void Ask(string request)
    {
        try
        {
            _channel.Write(ChannelFrame.Call, request);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            AskAnew(exception);
        }
    }

    // What a channel was closed before is not done there.
    private void AskAnew(Exception? cause)
    {
        string request = _repeatable ?? throw Lost(cause);
        _repeatable = null;
        _channel.Dispose();
        _channel = _node.TryConnect() ?? throw Lost(cause);
        Say(ChannelFrame.Call, request);
        ThrowWhereStopped();
    }

    private void Say(ChannelFrame kind, string text = "")
    {
        try
        {
            _channel.Write(kind, text);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw Lost(exception);
        }
    }

    // Writes what comes, until the frame that is waited for.
    private void Listen(ChannelFrame awaited)
    {
        while (true)
        {
            (ChannelFrame kind, string text) = Read();
            switch (kind)
            {
                case ChannelFrame.Done:
                case ChannelFrame.Failed:
                    _hasEnded = true;
                    _isReusable = kind == ChannelFrame.Done && text == MoreIsWelcome;
                    if (kind == ChannelFrame.Failed)
                    {
                        _cmdlet.ThrowTerminatingError(WireError.Read(text));
                    }

                    ThrowWhereStopped();
                    if (awaited != ChannelFrame.Done || text == WasStopped)
                    {
                        // Stopped there, with the node.
                        throw _node.Gone();
                    }

                    return;
                case var _ when kind == awaited:
                    return;
                default:
                    Show(kind, text);
                    break;
            }
        }
    }

    private (ChannelFrame Kind, string Text) Read()
    {
        while (true)
        {
            Exception? cause = null;
            try
            {
                if (_channel.TryRead(out ChannelFrame kind, out string text))
                {
                    _repeatable = null;
                    return (kind, text);
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                cause = exception;
            }

            AskAnew(cause);
        }
    }

    private PeerException Lost(Exception? cause)
    {
        _hasEnded = true;
        ThrowWhereStopped();
        return _node.Gone(cause);
    }

    private void ThrowWhereStopped()
    {
        if (_stopping.Token.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Show(ChannelFrame kind, string text)
    {
        switch (kind)
        {
            case ChannelFrame.Output:
                _cmdlet.WriteForwarded(WireObject.Read(text));
                break;
            case ChannelFrame.Line:
                _cmdlet.Host.UI.WriteLine(text);
                break;
            case ChannelFrame.Choose:
                Say(ChannelFrame.Answer, Choose(text));
                break;
            default:
                WrittenThere.Write(_cmdlet, kind, text);
                break;
        }
    }

    private string Choose(string text)
    {
        var question = WireObject.Read(text) as Hashtable ?? [];
        object?[] labels = question["Labels"] as object?[] ?? [];
        object?[] help = question["Help"] as object?[] ?? [];
        var choices = new Collection<ChoiceDescription>(
            [.. labels.Zip(help, (label, about) => new ChoiceDescription(label as string ?? "?", about as string ?? ""))]);
        try
        {
            return _cmdlet.Host.UI
                .PromptForChoice(question["Caption"] as string ?? "", question["Message"] as string ?? "", choices, question["Default"] as int? ?? 0)
                .ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or HostException or PSNotImplementedException)
        {
            // Nobody is here to be asked: the cmdlet says so, as it would here.
            return exception.Message;
        }
    }

    private void Stop()
    {
        try
        {
            _limit ??= new Timer(_ => _channel.Dispose(), null, StopTimeout, Timeout.InfiniteTimeSpan);
            _channel.Write(ChannelFrame.Stop);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended.
        }
    }

    private void DrainToEnd()
    {
        try
        {
            while (_channel.TryRead(out ChannelFrame kind, out _) && kind is not ChannelFrame.Done and not ChannelFrame.Failed)
            {
                // Nobody wants it any more.
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It takes too long, or its process has ended.
        }

        _hasEnded = true;
    }
}
