namespace PeerNet.Engine.Tests.Support;

/// <summary>A test that needs more than one loopback address: macOS has 127.0.0.1 alone.</summary>
internal sealed class WholeLoopbackFactAttribute : FactAttribute
{
    public WholeLoopbackFactAttribute()
    {
        if (OperatingSystem.IsMacOS())
        {
            Skip = "macOS has no loopback address but 127.0.0.1.";
        }
    }
}
