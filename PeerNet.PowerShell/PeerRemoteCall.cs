using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell;

/// <summary>What cmdlets with -Session run on the other machine: objects and messages travel as they do between processes of one.</summary>
public static class PeerRemoteCall
{
    /// <summary>What a cmdlet has written as text: which stream, then what.</summary>
    /// <param name="written">An object, an error or a message.</param>
    public static string Write(PSObject? written)
    {
        (ChannelFrame stream, string text) = written?.BaseObject switch
        {
            ErrorRecord error => (ChannelFrame.Error, WireError.Write(error)),
            WarningRecord warning => (ChannelFrame.Warning, warning.Message),
            VerboseRecord verbose => (ChannelFrame.Verbose, verbose.Message),
            DebugRecord debug => (ChannelFrame.Debug, debug.Message),
            InformationRecord information => (ChannelFrame.Information, WireObject.Write(information.MessageData)),
            _ => (ChannelFrame.Output, WireObject.Write(written)),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(byte)stream}:{text}");
    }

    /// <summary>The parameters of a cmdlet.</summary>
    /// <param name="text">What the calling side has written.</param>
    /// <exception cref="Engine.Core.PeerException">The text is none.</exception>
    public static Hashtable ReadParameters(string text) => WireObject.Read(text) as Hashtable ?? [];
}
