namespace PeerNet.Engine.Tests.Support;

/// <summary>A test that needs a FIFO in the file system, which Windows does not have; there it is counted as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PipeFactAttribute : FactAttribute
{
    public PipeFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no FIFOs in its file system.";
        }
    }
}
