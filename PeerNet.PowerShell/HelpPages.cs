namespace PeerNet.PowerShell;

/// <summary>Where the help is to be read in a browser.</summary>
internal static class HelpPages
{
    /// <summary>What the address of each page begins with; the cmdlet's name and <see cref="Extension"/> follow.</summary>
    public const string Root = "https://github.com/awakecoding/PeerNet/blob/main/en-US/";

    /// <summary>What it ends with.</summary>
    public const string Extension = ".md";
}
