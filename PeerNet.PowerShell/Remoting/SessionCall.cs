using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>
/// A cmdlet that runs on other machines, in sessions that PowerShell's remoting has opened: in all of them at once. Invoke-Command
/// carries questions, progress and Ctrl+C; all that is written there comes as text, and the cmdlet writes it here, so that its
/// -ErrorAction and the like hold.
/// </summary>
internal static class SessionCall
{
    private const string ComputerName = "PSComputerName";

    // Run there. The session may have the module from somewhere else.
    private static readonly ScriptBlock There = ScriptBlock.Create("""
        param($command, $text)
        if (-not (Get-Module PeerNet)) { Import-Module PeerNet -ErrorAction Stop -Verbose:$false }
        & {
            try {
                $parameters = [PeerNet.PowerShell.PeerRemoteCall]::ReadParameters($text)
                & "PeerNet\$command" @parameters
            } catch {
                $_
            }
        } *>&1 | ForEach-Object { [PeerNet.PowerShell.PeerRemoteCall]::Write($_) }
        """);

    private static readonly ScriptBlock Here = ScriptBlock.Create("""
        param($sessions, $there, $command, $text, $show, $action)
        Invoke-Command -Session $sessions -ScriptBlock $there -ArgumentList $command, $text | & $show -Action $action
        """);

    /// <summary>Runs a cmdlet for the input that it has been given.</summary>
    /// <exception cref="PeerException">A parameter cannot be handed on.</exception>
    public static void Run(PeerCmdlet cmdlet, PSSession[] sessions) =>
        Run(cmdlet, sessions, cmdlet.MyInvocation.MyCommand.Name, BoundParameters.Get(cmdlet));

    /// <summary>Runs another cmdlet, and has this one write what comes.</summary>
    /// <exception cref="PeerException">A parameter cannot be handed on.</exception>
    public static void Run(PeerCmdlet cmdlet, PSSession[] sessions, string command, Hashtable parameters)
    {
        string text = WireObject.Write(BoundParameters.AddPreferences(cmdlet, parameters));
        PSSession[] open = [.. sessions.Where(IsOpen)];
        foreach (PSSession lost in sessions.Except(open))
        {
            cmdlet.WriteError(ErrorRecords.From(Lost(lost), lost.ComputerName));
        }

        if (open.Length > 0)
        {
            Action<PSObject> action = written => Show(cmdlet, written);
            Run(cmdlet, [open, There, command, text, ShowResultCommand.Info, action]);
        }
    }

    /// <summary>Whether a session can be used.</summary>
    public static bool IsOpen(PSSession session) => session.Runspace.RunspaceStateInfo.State == RunspaceState.Opened;

    /// <summary>The error for a session that cannot be used.</summary>
    public static PeerException Lost(PSSession session) => PeerErrors.ConnectionFailed.Exception(
        $"The session with '{session.ComputerName}' is not open any more; New-PSSession opens one.", session.ComputerName);

    private static void Run(PeerCmdlet cmdlet, object[] arguments)
    {
        using SteppablePipeline pipeline = Here.GetSteppablePipeline(CommandOrigin.Internal, arguments);
        try
        {
            pipeline.Begin(expectInput: false);
            pipeline.End();
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            // No session could be used.
            cmdlet.WriteError(failure.ErrorRecord);
        }
    }

    private static void Show(PeerCmdlet cmdlet, PSObject written)
    {
        string said = written.BaseObject as string ?? "";
        int colon = said.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !byte.TryParse(said.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out byte stream))
        {
            return;
        }

        string text = said[(colon + 1)..];
        if (stream == (byte)ChannelFrame.Output)
        {
            string? machine = written.Properties[ComputerName]?.Value as string;
            object? value = WireObject.Read(text);
            cmdlet.WriteObject(machine is null ? value : Sign(cmdlet.ReceiveFrom(value, machine), machine));
        }
        else
        {
            WrittenThere.Write(cmdlet, (ChannelFrame)stream, text);
        }
    }

    private static PSObject? Sign(object? value, string machine)
    {
        if (value is null)
        {
            return null;
        }

        PSObject signed = PSObject.AsPSObject(value);
        signed.Properties.Add(new PSNoteProperty(ComputerName, machine));
        return signed;
    }
}
