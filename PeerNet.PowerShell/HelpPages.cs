namespace PeerNet.PowerShell;

/// <summary>Where the help is to be read in a browser.</summary>
internal static class HelpPages
{
    /// <summary>What the address of each page begins with; the cmdlet's name and <see cref="Extension"/> follow.</summary>
    /// <remarks>A reserved name (RFC 2606) that belongs to nobody, until the project has an address; the manifest's
    /// ProjectUri and ReleaseNotes go with it.</remarks>
    public const string Root = "https://peernet.example/en-US/";

    /// <summary>What it ends with.</summary>
    public const string Extension = ".md";
}
