using System.Management.Automation;

namespace PeerNet.PowerShell.Remoting;

/// <summary>What a cmdlet has written somewhere else, beside its objects, is written here.</summary>
internal static class WrittenThere
{
    /// <summary>Writes it; what is none is left out.</summary>
    public static void Write(Cmdlet cmdlet, ChannelFrame stream, string text)
    {
        switch (stream)
        {
            case ChannelFrame.Error:
                cmdlet.WriteError(WireError.Read(text));
                break;
            case ChannelFrame.Warning:
                cmdlet.WriteWarning(text);
                break;
            case ChannelFrame.Verbose:
                cmdlet.WriteVerbose(text);
                break;
            case ChannelFrame.Debug:
                cmdlet.WriteDebug(text);
                break;
            case ChannelFrame.Information:
                cmdlet.WriteInformation(WireObject.Read(text), []);
                break;
            case ChannelFrame.Progress:
                cmdlet.WriteProgress(WireProgress.Read(text));
                break;
            default:
                break;
        }
    }
}
