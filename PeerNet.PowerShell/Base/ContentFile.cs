namespace PeerNet.PowerShell.Base;

/// <summary>A file to publish.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Name">Its path below the folder that was named, with slashes.</param>
/// <param name="Root">The folder that was named, which it must be in; null where the file itself was.</param>
internal sealed record ContentFile(string Path, string Name, string? Root)
{
    /// <summary>The name as part of an address.</summary>
    public string EscapedName => string.Join('/', Name.Split('/').Select(Uri.EscapeDataString));
}
