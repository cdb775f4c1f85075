using System.Management.Automation;
using System.Security;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes what can change of a group; only the node with the group's key can.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(PeerGroup))]
public sealed class SetPeerGroupCommand : GroupCmdlet
{
    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>What people call the group.</summary>
    [Parameter]
    [ValidateLength(1, PeerGroupProperties.MaximumText)]
    [NoCompletion]
    public string? FriendlyName { get; set; }

    /// <summary>A remark for people.</summary>
    [Parameter]
    [ValidateLength(0, PeerGroupProperties.MaximumText)]
    [NoCompletion]
    public string? Comment { get; set; }

    /// <summary>The new password that lets newcomers in.</summary>
    [Parameter]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>Whether this node renews the credentials of others before they end.</summary>
    [Parameter]
    public bool RenewCredential { get; set; }

    /// <summary>Writes the groups.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Group;

    private protected override void Process()
    {
        foreach (string name in Group)
        {
            Report(() => Change(GetOpenGroup(name)));
        }
    }

    private void Change(PeerGroup group)
    {
        if (!ShouldProcess(GroupNames.Describe(group), Describe()))
        {
            return;
        }

        using var password = new PlainPassword(Password);
        var change = new PeerGroupChange
        {
            FriendlyName = FriendlyName,
            Comment = Comment,
            RenewsCredentials = IsGiven(nameof(RenewCredential)) ? RenewCredential : null,
        };
        PeerGroup changed = Await(token => Groups.ChangeAsync(group.PeerName, change, password.Memory, token));
        if (PassThru)
        {
            WriteGroup(changed);
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private string Describe()
    {
        string[] changed =
        [
            .. FriendlyName is null ? Array.Empty<string>() : [nameof(FriendlyName)],
            .. Comment is null ? Array.Empty<string>() : [nameof(Comment)],
            .. Password is null ? Array.Empty<string>() : [nameof(Password)],
            .. IsGiven(nameof(RenewCredential)) ? [nameof(RenewCredential)] : Array.Empty<string>(),
        ];
        return changed.Length == 0 ? "Change nothing" : $"Set {string.Join(", ", changed)}";
    }
}
