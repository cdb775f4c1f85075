using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>An invitation that a caller gives as its document, or by the file that holds it.</summary>
internal static class InvitationInput
{
    /// <summary>The document.</summary>
    public static string Read(PSCmdlet cmdlet, string documentOrPath) => XmlDocuments.IsDocument(documentOrPath)
        ? documentOrPath
        : ReadFile(OutputFile.Resolve(cmdlet, documentOrPath));

    /// <summary>The document in a file.</summary>
    /// <param name="path">A full path.</param>
    public static string ReadFile(string path) => InputFiles.ReadDocument(path, "an invitation");
}
