using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>Content information that a caller gives as an object, or by the file that holds it.</summary>
internal static class InformationInput
{
    /// <summary>What a parameter with <see cref="InformationTransformationAttribute"/> holds.</summary>
    /// <exception cref="PeerException">The file cannot be read.</exception>
    public static PeerContentInformation Read(PSCmdlet cmdlet, IDistributionService distribution, object value) =>
        value as PeerContentInformation ?? Read(distribution, OutputFile.Resolve(cmdlet, value.ToString()!));

    /// <summary>Reads a file that holds content information.</summary>
    public static PeerContentInformation Read(IDistributionService distribution, string path) => distribution.ReadInformation(
        InputFiles.Read(path, PeerContentInformation.MaximumEncodedLength, "content information"), path);
}
