using System.Management.Automation;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Withdraws names that this node has registered.</summary>
[Cmdlet(
    VerbsLifecycle.Unregister, "PeerName", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Unregister-PeerName" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class UnregisterPeerNameCommand : NodeCmdlet
{
    private const string RegistrationSet = "Registration";
    private const string NameSet = "Name";
    private const string AllSet = "All";

    /// <summary>Registrations, as Get-PeerName or Register-PeerName wrote them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RegistrationSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PeerNameRegistration[] Registration { get; set; } = [];

    /// <summary>The peer name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NameTransformation(LeavesRegistrations = true)]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    [ValidatePeerName]
    public string[] Name { get; set; } = [];

    /// <summary>Only in this cloud.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cloud { get; set; }

    /// <summary>Only what this identity signs.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>All names of the node.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        RegistrationSet => Registration,
        NameSet => Name,
        _ => null,
    };

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case RegistrationSet:
                Unregister(Registration);
                break;
            case NameSet:
                UnregisterNames();
                break;
            default:
                UnregisterAll();
                break;
        }
    }

    private void UnregisterNames()
    {
        IReadOnlyList<PeerNameRegistration> registrations =
            Registrations.Select(Await(Peer.Pnrp.GetRegistrationsAsync), Peer.Identities, Cloud, Identity);
        foreach (string name in Name)
        {
            Report(() => Unregister(Registrations.Find(registrations, name)));
        }
    }

    // Worth a question of its own: one confirmation, of high impact, for all of them.
    private void UnregisterAll()
    {
        IReadOnlyList<PeerNameRegistration> registrations = Await(Peer.Pnrp.GetRegistrationsAsync);
        string target = $"all names of the node '{NodeHost.Name}' ({registrations.Count})";
        if (!ShouldProcess(target, "Withdraw") || !ConfirmAll(target))
        {
            return;
        }

        foreach (PeerNameRegistration registration in registrations)
        {
            Report(() => Withdraw(registration));
        }
    }

    // ShouldProcess asks by the cmdlet's own, medium impact. Where that did not suffice to ask, this does.
    private bool ConfirmAll(string target)
    {
        if (MyInvocation.BoundParameters.ContainsKey("Confirm"))
        {
            return true;
        }

        var preference = LanguagePrimitives.ConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"));
        return preference != ConfirmImpact.High || ShouldContinue($"Withdraw {target}?", "Confirm");
    }

    private void Unregister(IEnumerable<PeerNameRegistration> registrations)
    {
        foreach (PeerNameRegistration registration in registrations)
        {
            if (ShouldProcess(registration.ToString(), "Withdraw"))
            {
                Report(() => Withdraw(registration));
            }
        }
    }

    private void Withdraw(PeerNameRegistration registration) => Await(
        token => Peer.Pnrp.UnregisterAsync(registration, token),
        new PumpProgress("Withdrawing", registration.Name.Value, limit: null));
}
