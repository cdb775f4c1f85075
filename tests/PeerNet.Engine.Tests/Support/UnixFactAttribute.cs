namespace PeerNet.Engine.Tests.Support;

/// <summary>A test of what only Unix has: links without privilege, pipes with names, file modes, owners.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no file modes, and no links without privilege.";
        }
    }

    /// <summary>Whether the test gives files to somebody else, which the administrator alone may do.</summary>
    public bool NeedsRoot
    {
        get;
        init
        {
            field = value;
            if (value && !Environment.IsPrivilegedProcess)
            {
                Skip ??= "Only root can give files to somebody else.";
            }
        }
    }
}
