using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes the data cache: its size, its place, how long segments stay, and its extensions.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerCache", DefaultParameterSetName = ChangeSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerCache" + HelpPages.Extension)]
[OutputType(typeof(PeerCache))]
public sealed class SetPeerCacheCommand : NodeCmdlet
{
    private const string ChangeSet = "Change";
    private const string AddSet = "AddExtension";
    private const string RemoveSet = "RemoveExtension";
    private const long MinimumBytes = 1024 * 1024;

    /// <summary>The data cache, as Get-PeerCache writes it; where not given, that of the node.</summary>
    [Parameter(ValueFromPipeline = true)]
    [CopyTransformation]
    [NoCompletion]
    public PeerCache? Cache { get; set; }

    /// <summary>The limit in bytes.</summary>
    [Parameter(ParameterSetName = ChangeSet)]
    [Parameter(ParameterSetName = AddSet)]
    [ValidateRange(MinimumBytes, long.MaxValue)]
    [NoCompletion]
    public long SizeBytes { get; set; }

    /// <summary>The limit as a share of the disk, in percent.</summary>
    [Parameter(ParameterSetName = ChangeSet)]
    [Parameter(ParameterSetName = AddSet)]
    [ValidateRange(1, 100)]
    [NoCompletion]
    public int Percentage { get; set; }

    /// <summary>The folder to move the cache to: a new or an empty one.</summary>
    [Parameter(ParameterSetName = ChangeSet)]
    [ValidateNotNullOrEmpty]
    public string? MoveTo { get; set; }

    /// <summary>How long unused segments stay: 1 to 3,650 days.</summary>
    [Parameter(ParameterSetName = ChangeSet)]
    [TimeSpanTransformation]
    [ValidateCacheAge]
    [NoCompletion]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Gives free space inside the cache back to the disk.</summary>
    [Parameter(ParameterSetName = ChangeSet)]
    public SwitchParameter Compact { get; set; }

    /// <summary>A folder, on another disk, that enlarges the cache.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AddSet)]
    [ValidateNotNullOrEmpty]
    public string? AddExtension { get; set; }

    /// <summary>A folder that the cache is to give up, with what is in it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RemoveSet)]
    [ValidateNotNullOrEmpty]
    public string? RemoveExtension { get; set; }

    /// <summary>Does not ask before cached content is removed or moved.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the cache.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => AddExtension ?? RemoveExtension ?? MoveTo ?? (object?)Cache ?? Node ?? NodeName;

    private protected override void CheckParameters()
    {
        if (IsBound(nameof(SizeBytes)) && IsBound(nameof(Percentage)))
        {
            throw PeerErrors.InvalidArgument.Exception("A cache is limited by -SizeBytes or by -Percentage: give one of them.");
        }

        if (AddExtension is not null && GetSize() is null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "An extension needs a limit: give -SizeBytes or -Percentage with -AddExtension.", AddExtension);
        }
    }

    private protected override void Process()
    {
        if (Cache is { Type: Engine.Distribution.PeerCacheType.Hash })
        {
            throw PeerErrors.InvalidArgument.Exception(
                "Only the data cache can be changed, and this is the hash cache: pipe 'Get-PeerCache Data'.", Cache);
        }

        PeerCacheChange change = CreateChange();
        if (!ShouldProcess(NodeName, Describe(change)) || !IsLossAccepted(change))
        {
            return;
        }

        PeerCache cache = Await(
            token => Peer.Distribution.SetCacheAsync(change, token), new PumpProgress("Changing the cache", NodeName, limit: null));
        if (PassThru)
        {
            WriteWithNode(cache);
        }
    }

    private bool IsLossAccepted(PeerCacheChange change)
    {
        if (Force)
        {
            return true;
        }

        long loss = Await(token => Peer.Distribution.MeasureLossAsync(change, token));
        if (loss == 0 && change.MoveTo is null)
        {
            return true;
        }

        string question = change.MoveTo is { } folder
            ? $"The whole cache moves to '{folder}'."
            : $"{PeerText.FormatBytes(loss)} of cached content will be removed, the least recently used first.";
        return IsAccepted(Force, $"{question} Go on?", "Data cache");
    }

    private PeerCacheChange CreateChange()
    {
        PeerCacheChange change = ParameterSetName switch
        {
            AddSet => new() { AddExtension = OutputFile.Resolve(this, AddExtension!), ExtensionSize = GetSize() },
            RemoveSet => new() { RemoveExtension = OutputFile.Resolve(this, RemoveExtension!) },
            _ => new()
            {
                Size = GetSize(),
                MoveTo = MoveTo is null ? null : OutputFile.Resolve(this, MoveTo),
                MaxAge = MaxAge,
                Compact = Compact,
            },
        };
        return change != new PeerCacheChange()
            ? change
            : throw PeerErrors.InvalidArgument.Exception(
                "Nothing is to change: give -SizeBytes, -Percentage, -MoveTo, -MaxAge, -Compact, -AddExtension or -RemoveExtension.");
    }

    private PeerCacheSize? GetSize() =>
        IsBound(nameof(Percentage)) ? new(null, Percentage) : IsBound(nameof(SizeBytes)) ? new(SizeBytes, null) : null;

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static string Describe(PeerCacheChange change)
    {
        if (change.AddExtension is { } added)
        {
            return $"Add the extension '{added}' to the data cache";
        }

        if (change.RemoveExtension is { } removed)
        {
            return $"Remove the extension '{removed}' and its content from the data cache";
        }

        string[] parts =
        [
            .. change.Size switch
            {
                { Bytes: { } bytes } => [$"limit it to {PeerText.FormatBytes(bytes)}"],
                { Percentage: { } percentage } => [$"limit it to {percentage} % of its disk"],
                _ => Array.Empty<string>(),
            },
            .. change.MoveTo is { } folder ? [$"move it to '{folder}'"] : Array.Empty<string>(),
            .. change.MaxAge is { } age ? [string.Create(CultureInfo.InvariantCulture, $"remove what is unused for {age.TotalDays:0.#} days")] : Array.Empty<string>(),
            .. change.Compact ? ["compact it"] : Array.Empty<string>(),
        ];
        return $"Change the data cache: {string.Join(", ", parts)}";
    }
}
