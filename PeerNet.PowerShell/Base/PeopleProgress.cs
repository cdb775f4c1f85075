using System.Globalization;
using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>What is shown while people near me answer.</summary>
/// <param name="time">How long they are waited for.</param>
internal sealed class PeopleProgress(TimeSpan time) : PumpProgress("Looking for people near me", "Asking", time), IProgress<int>
{
    private int _found;

    public void Report(int value) => Volatile.Write(ref _found, value);

    public override ProgressRecord Running(TimeSpan elapsed)
    {
        ProgressRecord record = base.Running(elapsed);
        record.StatusDescription = string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _found)} found");
        return record;
    }
}
