using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The host of a cmdlet that runs for another process: what it asks and shows is asked and shown there.</summary>
internal sealed class ServedHost : PSHost
{
    private readonly ServedHostInterface _interface;

    public ServedHost() => _interface = new ServedHostInterface(this);

    /// <summary>Who has the cmdlet run; null between cmdlets.</summary>
    public ServedCall? Caller { get; set; }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "PeerNet";

    public override PSHostUserInterface UI => _interface;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new PSNotSupportedException("A cmdlet that runs in another process cannot be suspended.");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}

/// <summary>What a <see cref="ServedHost"/> shows and asks.</summary>
internal sealed class ServedHostInterface(ServedHost host) : PSHostUserInterface
{
    public override PSHostRawUserInterface? RawUI => null;

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        var question = new Hashtable
        {
            ["Caption"] = caption,
            ["Message"] = message,
            ["Labels"] = choices.Select(choice => choice.Label).ToArray(),
            ["Help"] = choices.Select(choice => choice.HelpMessage).ToArray(),
            ["Default"] = defaultChoice,
        };
        string answer = (host.Caller ?? throw Unavailable()).Ask(WireObject.Write(question));
        return int.TryParse(answer, NumberStyles.Integer, CultureInfo.InvariantCulture, out int choice)
            ? choice
            : throw new HostException(answer);
    }

    public override void Write(string value) => host.Caller?.Say(ChannelFrame.Line, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => host.Caller?.Say(ChannelFrame.Line, value);

    // Streams go by themselves.
    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteErrorLine(string value)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message)
    {
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw Unavailable();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Unavailable();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Unavailable();

    public override string ReadLine() => throw Unavailable();

    public override SecureString ReadLineAsSecureString() => throw Unavailable();

    private static PSNotSupportedException Unavailable() => new("A cmdlet that runs in another process asks for nothing but a choice.");
}
