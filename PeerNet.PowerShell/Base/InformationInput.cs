using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>Content information that a caller gives as an object, or by the file that holds it.</summary>
internal static class InformationInput
{
    /// <exception cref="PeerException">It is neither, or the file cannot be read.</exception>
    public static PeerContentInformation Read(PSCmdlet cmdlet, IDistributionService distribution, object? value)
    {
        value = DeserializedObject.Restore(value);
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        return value switch
        {
            PeerContentInformation information => information,
            string path => Read(distribution, OutputFile.Resolve(cmdlet, path)),
            FileInfo file => Read(distribution, file.FullName),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"'{value}' is neither content information nor the path of a file that holds it.", value),
        };
    }

    /// <summary>Reads a file that holds content information.</summary>
    public static PeerContentInformation Read(IDistributionService distribution, string path) => distribution.ReadInformation(
        InputFiles.Read(path, PeerContentInformation.MaximumEncodedLength, "content information"), path);
}
