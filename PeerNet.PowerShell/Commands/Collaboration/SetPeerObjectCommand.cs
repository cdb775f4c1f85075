using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows an object to others, or changes one.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerObject", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Set-PeerObject" + HelpPages.Extension)]
[OutputType(typeof(PeerObject))]
public sealed class SetPeerObjectCommand : CollaborationCmdlet
{
    private readonly PipedBytes _piped = new();

    /// <summary>The object's id, which those who look for it know.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    public Guid Id { get; set; }

    /// <summary>The data, as bytes; those that come one by one through the pipeline are one object.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ByteTransformation]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [ValidateCount(0, PeerObject.MaximumData)]
    [NoCompletion]
    public byte[]? Data { get; set; }

    /// <summary>The data, as text, which goes as UTF-8.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TextTransformation]
    [AllowEmptyString]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>The data, in a file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Who sees it; everybody near me and all contacts where nothing is said of a new one.</summary>
    [Parameter]
    public PeerCollaborationScope? Scope { get; set; }

    /// <summary>Writes the object.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Id;

    private protected override bool IsInputOne => IsPiped(nameof(Data)) && new GivenContent(Data, Text, Path).IsSingleByte;

    private protected override void CheckParameters() => Choose();

    private protected override void Process()
    {
        GivenContent content = Choose();
        if (!content.IsSingleByte || !_piped.TryAdd(Data!))
        {
            Show(RecordContent.Read(this, content.Data, content.Text, content.Path, PeerObject.MaximumData, "an object"));
        }
    }

    private protected override void Finish()
    {
        if (_piped.Take() is { } whole)
        {
            Show(whole);
        }
    }

    private GivenContent Choose() => new GivenContent(Data, Text, Path).Choose(IsPiped, nameof(Path), Input);

    // What is not given of an object that there is stays.
    private void Show(byte[]? data)
    {
        PeerObject? former = Await(Collaboration.GetObjectsAsync).FirstOrDefault(shown => shown.Id == Id);
        byte[] content = data ?? former?.Data ?? throw PeerErrors.NotFound.Exception(
            $"This node shows no object {Id}: a new one needs -Data, -Text or -Path.", Id);
        var scope = (Engine.Collaboration.PeerCollaborationScope)(int)(Scope ?? PeerCollaborationScope.All);
        scope = Scope is null && former is not null ? former.Scope : scope;
        if (!ShouldProcess(Id.ToString(), Describe(content.Length, scope)))
        {
            return;
        }

        PeerObject shown = Await(token => Collaboration.SetObjectAsync(Id, content, scope, token));
        if (PassThru)
        {
            WriteWithNode(shown);
        }
    }

    private static string Describe(int length, Engine.Collaboration.PeerCollaborationScope scope) => scope switch
    {
        Engine.Collaboration.PeerCollaborationScope.None => $"Keep {PeerText.FormatBytes(length)}, which nobody sees",
        Engine.Collaboration.PeerCollaborationScope.NearMe => $"Show {PeerText.FormatBytes(length)} to everybody near me",
        Engine.Collaboration.PeerCollaborationScope.Internet => $"Show {PeerText.FormatBytes(length)} to contacts",
        _ => $"Show {PeerText.FormatBytes(length)} to everybody near me and to contacts",
    };
}
