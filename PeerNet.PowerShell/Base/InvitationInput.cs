using System.Management.Automation;
using System.Text;

namespace PeerNet.PowerShell.Base;

/// <summary>An invitation that a caller gives as its document, or by the file that holds it.</summary>
internal static class InvitationInput
{
    // As much as is read of XML from others.
    private const long MaximumLength = 1024 * 1024;

    /// <summary>The document.</summary>
    public static string Read(PSCmdlet cmdlet, string documentOrPath) => XmlDocuments.IsDocument(documentOrPath)
        ? documentOrPath
        : ReadFile(OutputFile.Resolve(cmdlet, documentOrPath));

    /// <summary>The document in a file.</summary>
    /// <param name="path">A full path.</param>
    public static string ReadFile(string path) =>
        Encoding.UTF8.GetString(InputFiles.Read(path, MaximumLength, "an invitation")).TrimStart('\uFEFF');
}
