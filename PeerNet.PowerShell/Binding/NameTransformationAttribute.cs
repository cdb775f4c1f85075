using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a peer name as text, as New-PeerName wrote it, or from an identity, a registration or a
/// resolved name.</summary>
internal sealed class NameTransformationAttribute : IdTransformationAttribute
{
    /// <summary>Leaves registrations to another parameter, which takes them whole.</summary>
    public bool LeavesRegistrations { get; set; }

    private protected override string? GetId(object value) => value switch
    {
        PeerName name => name.Value,
        PeerIdentity identity => identity.PeerName.Value,
        PeerNameRegistration registration when !LeavesRegistrations => registration.Name.Value,
        PeerEndpointInfo found => found.Name.Value,
        _ => null,
    };
}
