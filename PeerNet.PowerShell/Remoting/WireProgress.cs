using System.Collections;
using System.Management.Automation;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Progress between processes.</summary>
internal static class WireProgress
{
    public static string Write(ProgressRecord progress) => WireObject.Write(new Hashtable
    {
        [nameof(ProgressRecord.ActivityId)] = progress.ActivityId,
        [nameof(ProgressRecord.Activity)] = progress.Activity,
        [nameof(ProgressRecord.StatusDescription)] = progress.StatusDescription,
        [nameof(ProgressRecord.CurrentOperation)] = progress.CurrentOperation,
        [nameof(ProgressRecord.PercentComplete)] = progress.PercentComplete,
        [nameof(ProgressRecord.SecondsRemaining)] = progress.SecondsRemaining,
        [nameof(ProgressRecord.ParentActivityId)] = progress.ParentActivityId,
        [nameof(ProgressRecord.RecordType)] = (int)progress.RecordType,
    });

    public static ProgressRecord Read(string text)
    {
        var table = WireObject.Read(text) as Hashtable ?? [];
        return new ProgressRecord(
            Number(table, nameof(ProgressRecord.ActivityId)),
            table[nameof(ProgressRecord.Activity)] as string is { Length: > 0 } activity ? activity : " ",
            table[nameof(ProgressRecord.StatusDescription)] as string is { Length: > 0 } status ? status : " ")
        {
            CurrentOperation = table[nameof(ProgressRecord.CurrentOperation)] as string,
            PercentComplete = Number(table, nameof(ProgressRecord.PercentComplete)),
            SecondsRemaining = Number(table, nameof(ProgressRecord.SecondsRemaining)),
            ParentActivityId = Number(table, nameof(ProgressRecord.ParentActivityId)),
            RecordType = (ProgressRecordType)Number(table, nameof(ProgressRecord.RecordType)),
        };
    }

    private static int Number(Hashtable table, string name) => table[name] as int? ?? -1;
}
