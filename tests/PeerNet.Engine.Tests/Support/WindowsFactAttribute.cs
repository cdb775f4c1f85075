namespace PeerNet.Engine.Tests.Support;

/// <summary>A test of what only Windows has: access lists.</summary>
internal sealed class WindowsFactAttribute : FactAttribute
{
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows())
        {
            Skip = "Only Windows has access lists.";
        }
    }
}
