using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Publishes a new version of a record.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerRecord", DefaultParameterSetName = RecordSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(PeerRecord))]
public sealed class SetPeerRecordCommand : RecordTargetCmdlet
{
    /// <summary>The data, as bytes.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [NoCompletion]
    public byte[]? Data { get; set; }

    /// <summary>The data, as text, which goes as UTF-8.</summary>
    [Parameter]
    [AllowEmptyString]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>Names with values, or XML, by which the record is found; an empty hashtable removes them.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoCompletion]
    public object? Attribute { get; set; }

    /// <summary>How long the record lasts from now on.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>When the record ends; not before it did.</summary>
    [Parameter]
    [NoCompletion]
    public DateTimeOffset? Expires { get; set; }

    /// <summary>Writes the new version.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void CheckParameters()
    {
        if (Data is null && Text is null && Attribute is null && Lifetime is null && Expires is null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "A new version needs something new: -Data, -Text, -Attribute, -Lifetime or -Expires. None of them comes from the pipeline.");
        }

        if (Data is not null && Text is not null)
        {
            throw PeerErrors.InvalidArgument.Exception("The data of a record are bytes or text: use -Data or -Text.");
        }

        if (Lifetime is not null && Expires is not null)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception("A record has a -Lifetime, or a moment when it -Expires, not both.");
        }
    }

    private protected override void Process(GraphTarget target, Guid id, long? version)
    {
        if (!ShouldProcess($"{id} in {target.Name}", "Update record"))
        {
            return;
        }

        var update = new PeerRecordUpdate
        {
            Id = id,
            Version = version,
            Data = RecordContent.Read(this, Data, Text, literalPath: null),
            AttributesXml = RecordContent.ReadAttributes(Attribute),
            Expires = RecordContent.GetExpiration(Lifetime, Expires),
        };
        PeerRecord changed = Await(token => target.Graphs.UpdateRecordAsync(target.Id, update, token));
        if (PassThru)
        {
            WriteWithNode(changed);
        }
    }
}
