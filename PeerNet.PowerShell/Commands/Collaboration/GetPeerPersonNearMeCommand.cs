using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows who is signed in on the same links. Nobody has proven who they are.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerPersonNearMe",
    HelpUri = HelpPages.Root + "Get-PeerPersonNearMe" + HelpPages.Extension)]
[OutputType(typeof(PeerPersonNearMe))]
public sealed class GetPeerPersonNearMeCommand : CollaborationCmdlet
{
    /// <summary>Nicknames, wildcards allowed; peer names, or ids.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Nickname")]
    [SupportsWildcards]
    [ContactTransformation]
    [ArgumentCompleter(typeof(PersonCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Asks first who is there.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <summary>How long answers are waited for with -Refresh.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 5;

    private bool _isRefreshed;

    private protected override object? Input => Name;

    private protected override void Process()
    {
        if (Refresh && !_isRefreshed)
        {
            TimeSpan time = TimeSpan.FromSeconds(TimeoutSeconds);
            var progress = new PeopleProgress(time);
            Await(token => Collaboration.RefreshPeopleNearMeAsync(time, progress, token), progress);
            _isRefreshed = true;
        }

        IReadOnlyList<PeerPersonNearMe> all = Await(Collaboration.GetPeopleNearMeAsync);
        if (Name is null)
        {
            Write(all);
            return;
        }

        foreach (string name in Name)
        {
            Report(() => Write(People.FindNearMe(all, name)));
        }
    }

    private void Write(IReadOnlyList<PeerPersonNearMe> people)
    {
        foreach (PeerPersonNearMe person in people)
        {
            WriteWithNode(person);
        }
    }
}
