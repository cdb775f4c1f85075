using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a certificate as it is, from an identity, as a PEERIDENTITYINFO document, or from a
/// file with that document or the certificate.</summary>
internal sealed class CertificateTransformationAttribute : ArgumentTransformationAttribute
{
    private const int MaximumLength = 1024 * 1024;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string document when XmlDocuments.IsDocument(document) => Read(document),
            string path => Read(new FileInfo(engineIntrinsics.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path))),
            FileInfo file => Read(file),
            PeerIdentity identity => identity.Certificate,
            PeerIdentityInfo info => info.Certificate,
            _ => value,
        };
    }

    private static X509Certificate2 Read(string document)
    {
        try
        {
            return PeerIdentityInfo.Read(document).Certificate;
        }
        catch (PeerException failure)
        {
            throw BadArgument.Unusable($"This is not the public part of an identity: {failure.Message}", failure);
        }
    }

    private static X509Certificate2 Read(FileInfo file)
    {
        try
        {
            byte[] content = AtomicFile.Read(file.FullName, MaximumLength)
                ?? throw BadArgument.Unusable($"There is no file '{file.FullName}'.");
            string text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
            return text.StartsWith('<') ? PeerIdentityInfo.Read(text).Certificate : X509CertificateLoader.LoadCertificate(content);
        }
        catch (Exception failure) when (failure is CryptographicException or PeerException)
        {
            throw BadArgument.Unusable(
                $"'{file.FullName}' is neither a certificate nor the public part of an identity: {failure.Message}", failure);
        }
    }
}
