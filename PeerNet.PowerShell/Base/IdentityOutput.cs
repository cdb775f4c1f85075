using System.Management.Automation;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Base;

/// <summary>What scripts can do with an identity beyond looking at it.</summary>
internal static class IdentityOutput
{
    // The engine's record knows no store; the method finds it by the node that goes along with the object.
    private static readonly PSCodeMethod OpenPrivateKeyMethod =
        new(nameof(OpenPrivateKey), typeof(IdentityOutput).GetMethod(nameof(OpenPrivateKey)));

    /// <summary>Gives an identity the method OpenPrivateKey().</summary>
    public static PSObject Create(PeerIdentity identity)
    {
        PSObject output = PSObject.AsPSObject(identity);
        if (output.Methods[nameof(OpenPrivateKey)] is null)
        {
            output.Members.Add(OpenPrivateKeyMethod);
        }

        return output;
    }

    /// <summary>The private key, for the caller to dispose of.</summary>
    public static object OpenPrivateKey(PSObject identity)
    {
        string node = (string)identity.Properties[nameof(NodeCmdlet.Node)].Value;
        return NodeRegistry.Get(node).Engine.Identities.OpenPrivateKey(((PeerIdentity)identity.BaseObject).PeerName.Value);
    }
}
