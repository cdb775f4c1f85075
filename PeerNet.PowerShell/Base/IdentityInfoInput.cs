using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>What a caller knows of somebody else's identity: its certificate, its public document, or the file of one of them.</summary>
internal static class IdentityInfoInput
{
    private const long MaximumLength = 1024 * 1024;

    /// <summary>The certificate of the identity.</summary>
    /// <exception cref="PeerException">It is none, or the file cannot be read.</exception>
    public static X509Certificate2 Read(PSCmdlet cmdlet, object? value)
    {
        value = DeserializedObject.Restore(value);
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        return value switch
        {
            X509Certificate2 certificate => certificate,
            PeerIdentityInfo info => info.Certificate,
            PeerIdentity identity => identity.Certificate,
            PeerContact contact => contact.Certificate,
            XmlNode node => ReadDocument(node.OuterXml, node.Name),
            FileInfo file => ReadFile(file.FullName),
            string text when XmlDocuments.IsDocument(text) => ReadDocument(text, "document"),
            string path => ReadFile(OutputFile.Resolve(cmdlet, path)),
            _ => throw PeerErrors.InvalidCredentialInfo.Exception(
                $"A {value?.GetType().Name} is neither a certificate nor the public part of an identity.", value),
        };
    }

    private static X509Certificate2 ReadFile(string path)
    {
        byte[] content = InputFiles.Read(path, MaximumLength, "the public part of an identity");
        string text = Encoding.UTF8.GetString(content);
        if (XmlDocuments.IsDocument(text))
        {
            return ReadDocument(text.TrimStart('\uFEFF'), path);
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(content);
        }
        catch (CryptographicException failure)
        {
            throw PeerErrors.InvalidCredentialInfo.Exception(
                $"'{path}' is neither a certificate nor the public part of an identity: {failure.Message}", path, failure);
        }
    }

    private static X509Certificate2 ReadDocument(string xml, string source)
    {
        try
        {
            return PeerIdentityInfo.Read(xml).Certificate;
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.InvalidData)
        {
            throw PeerErrors.InvalidCredentialInfo.Exception($"{source}: {failure.Message}", source, failure);
        }
    }
}
