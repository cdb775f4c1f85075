using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>Finds the identity that signs a registration, and checks that it may.</summary>
internal sealed class RegistrationIdentities(IIdentityService identities, PeerSuite suite, TimeProvider time)
{
    private readonly Lock _creation = new();

    /// <summary>The identity for a request: the one it names, the owner of a secure name, or the default one, which is
    /// created where the node has none yet.</summary>
    /// <exception cref="PeerException">There is no such identity, or it has no right to the name.</exception>
    public PeerIdentity Choose(PeerRegistrationRequest request)
    {
        PeerIdentity identity = request.Identity is { } named ? Find(named, request) : ChooseUnnamed(request);
        if (identity.Suite != suite)
        {
            throw PeerErrors.PnrpInvalidIdentity.Exception(
                $"The identity '{identity.FriendlyName}' is of the suite {identity.Suite}, the node speaks {suite}.",
                request.Name);
        }

        RequireRight(identity, request);
        return identity;
    }

    /// <summary>The signing key of an identity, for the caller to dispose of.</summary>
    /// <exception cref="PeerException">The key is locked.</exception>
    public PeerPrivateKey OpenKey(PeerIdentity identity) => new(identities.OpenPrivateKey(identity.PeerName.Value));

    private PeerIdentity Find(string peerName, PeerRegistrationRequest request) =>
        identities.List().FirstOrDefault(identity => identity.PeerName.Value == peerName)
        ?? throw PeerErrors.IdentityNotFound.Exception($"There is no identity '{peerName}'.", request.Name);

    private PeerIdentity ChooseUnnamed(PeerRegistrationRequest request)
    {
        IReadOnlyList<PeerIdentity> known = identities.List();
        if (request.Name.IsSecure
            && known.FirstOrDefault(identity => IsOwner(identity, request.Name)) is { } owner)
        {
            return owner;
        }

        if (request.Name.IsSecure && request.DelegationChain is null)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The name '{request.Name}' belongs to an identity that is not here. "
                + "Import that identity, or give a delegation chain.",
                request.Name);
        }

        return identities.Default is { } preferred && preferred.Suite == suite
            ? preferred
            : known.FirstOrDefault(identity => identity.Suite == suite) ?? CreateDefault();
    }

    private PeerIdentity CreateDefault()
    {
        lock (_creation)
        {
            return identities.List().FirstOrDefault(identity => identity.Suite == suite)
                ?? identities.Create(
                    friendlyName: null, classifier: null, suite, makeDefault: identities.Default is null, password: []);
        }
    }

    private void RequireRight(PeerIdentity identity, PeerRegistrationRequest request)
    {
        if (!request.Name.IsSecure || IsOwner(identity, request.Name))
        {
            return;
        }

        DelegationVerdict verdict = request.DelegationChain is { } chain
            ? DelegationChain.Validate(
                chain.Span,
                identity.PublicKey,
                Convert.FromHexString(request.Name.Authority),
                request.Name.Classifier,
                time.GetUtcNow())
            : DelegationVerdict.WrongAuthority;
        if (verdict != DelegationVerdict.Valid)
        {
            string why = request.DelegationChain is null
                ? "it is not the owner, and there is no delegation chain"
                : string.Create(CultureInfo.InvariantCulture, $"the delegation chain does not give the right: {verdict}");
            throw PeerErrors.NotAuthorized.Exception(
                $"The identity '{identity.FriendlyName}' may not register '{request.Name}': {why}.", request.Name);
        }
    }

    private static bool IsOwner(PeerIdentity identity, PeerName name) => identity.PublicKey.ToString() == name.Authority;
}
