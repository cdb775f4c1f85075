using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows contacts, one's own contact to give to others, or what is in a contact file.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerContact", DefaultParameterSetName = ListSet,
    HelpUri = HelpPages.Root + "Get-PeerContact" + HelpPages.Extension)]
[OutputType(typeof(PeerContact), typeof(string))]
public sealed class GetPeerContactCommand : CollaborationCmdlet
{
    private const string ListSet = "List";
    private const string MeSet = "Me";
    private const string FileSet = "File";

    /// <summary>Peer names, or what contacts are called; wildcards are matched with that.</summary>
    [Parameter(Position = 0, ParameterSetName = ListSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName", "Contact")]
    [SupportsWildcards]
    [ContactTransformation]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>This node's own contact.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MeSet)]
    public SwitchParameter Me { get; set; }

    /// <summary>Whose own contact; that of who is signed in, or of the default identity, where none is given.</summary>
    [Parameter(ParameterSetName = MeSet)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>Contact files, which are read and judged; nobody is added. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Writes contact documents, by which others add the persons.</summary>
    [Parameter]
    public SwitchParameter AsXml { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        ListSet => Name,
        FileSet => Path,
        _ => Identity,
    };

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case MeSet:
                Write(Collaboration.GetMe(Identity is null ? null : Identities.Get(Peer.Identities, Identity).PeerName.Value));
                break;
            case FileSet:
                foreach (string file in InputFiles.Find(this, Path, []))
                {
                    Report(() => InputFiles.Use(file, () => Write(Collaboration.ReadContact(InputFiles.ReadDocument(file, "a contact")))));
                }

                break;
            default:
                List();
                break;
        }
    }

    private void List()
    {
        IReadOnlyList<PeerContact> all = Await(Collaboration.GetContactsAsync);
        if (Name is null)
        {
            Write([.. all]);
            return;
        }

        foreach (string name in Name)
        {
            Report(() => Write([.. People.FindContacts(all, name)]));
        }
    }

    private void Write(params PeerContact[] contacts)
    {
        foreach (PeerContact contact in contacts)
        {
            if (AsXml)
            {
                WriteObject(contact.Xml);
            }
            else
            {
                WriteWithNode(contact);
            }
        }
    }
}
