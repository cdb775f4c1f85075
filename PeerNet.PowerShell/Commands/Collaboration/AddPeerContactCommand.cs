using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Adds a person to the contacts: by a contact file, or by the key that the person's machine shows.</summary>
[Cmdlet(
    VerbsCommon.Add, "PeerContact", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Add-PeerContact" + HelpPages.Extension)]
[OutputType(typeof(PeerContact))]
public sealed class AddPeerContactCommand : CollaborationCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string XmlSet = "Xml";
    private const string EndpointSet = "Endpoint";

    /// <summary>Contact files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [PathTransformation(LeavesDocuments = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Contact files, exactly as they are called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The contact document itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = XmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [DocumentTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string Xml { get; set; } = "";

    /// <summary>The endpoint of the person, whose certificate is taken.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet, ValueFromPipeline = true)]
    [PersonEndpointTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(PersonEndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = "";

    /// <summary>The authentication string that the person has read out; another one is refused.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateForm(AuthenticationText.Form, AuthenticationText.Description)]
    [NoCompletion]
    public string? AuthenticationString { get; set; }

    /// <summary>How long the endpoint may take to answer.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Does not ask whether the authentication strings are the same.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>What the person is to be called.</summary>
    [Parameter]
    [ValidateLength(1, PeerSignIn.MaximumText)]
    [NoCompletion]
    public string? Nickname { get; set; }

    /// <summary>Watches the person's presence.</summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <summary>Whether the person sees what is shown to contacts.</summary>
    [Parameter]
    public PeerWatchPermission? WatchPermission { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        PathSet => Path,
        LiteralPathSet => LiteralPath,
        XmlSet => Xml,
        _ => Endpoint,
    };

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case XmlSet:
                AddDocument(Xml);
                break;
            case EndpointSet:
                AddEndpoint(Ask(GetEndpoint(Endpoint), TimeoutSeconds));
                break;
            default:
                foreach (string file in InputFiles.Find(this, Path, LiteralPath))
                {
                    Report(() => InputFiles.Use(file, () => AddDocument(InputFiles.ReadDocument(file, "a contact"))));
                }

                break;
        }
    }

    private void AddDocument(string xml)
    {
        PeerContact contact = Collaboration.ReadContact(xml);
        if (ShouldProcess(People.Describe(contact), $"Add as a contact, with the key {contact.Fingerprint}"))
        {
            WriteWithNode(Await(token => Collaboration.AddContactAsync(xml, GetSettings(), token)));
        }
    }

    private void AddEndpoint(PeerEndpoint endpoint)
    {
        if (endpoint.Fingerprint is not { } fingerprint || endpoint.AuthenticationString is not { } authentication)
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception($"{People.Describe(endpoint)} has not proven whose it is.", endpoint);
        }

        if (AuthenticationString is not null && !AuthenticationText.IsSame(AuthenticationString, authentication))
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception(
                $"The authentication string of the connection with {People.Describe(endpoint)} is not {AuthenticationString}: it has changed "
                + "since, or somebody stands between the two machines. The contact was not added. Update-PeerEndpoint -PassThru shows the "
                + "string on both machines.",
                endpoint);
        }

        string shown = $"key {fingerprint}, authentication string {AuthenticationText.Format(authentication)}";
        if (ShouldProcess(People.Describe(endpoint), $"Add as a contact: {shown}") && IsAgreed(endpoint, shown))
        {
            WriteWithNode(Await(token => Collaboration.AddContactAsync(endpoint.ToString(), fingerprint, GetSettings(), token)));
        }
    }

    // Nobody vouches for the first key that is seen but a person who compares it.
    private bool IsAgreed(PeerEndpoint endpoint, string shown) => IsAccepted(
        Force || AuthenticationString is not null,
        $"{People.Describe(endpoint)}: {shown}. Ask the person what Update-PeerEndpoint -PassThru shows there for this machine. Is it the "
        + "same authentication string?",
        "First contact");

    private PeerContactUpdate GetSettings() => new()
    {
        Nickname = Nickname,
        Watch = IsGiven(nameof(Watch)) ? Watch : null,
        WatchPermission = (Engine.Collaboration.PeerWatchPermission?)(int?)WatchPermission,
    };
}
