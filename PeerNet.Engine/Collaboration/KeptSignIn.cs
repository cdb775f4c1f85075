using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration;

/// <summary>How somebody is signed in whenever the node starts, in a file of its state folder.</summary>
internal sealed class KeptSignIn
{
    private const string FileName = "sign-in.json";

    private readonly SettingsFile<SignInDocument> _file;

    private KeptSignIn(SettingsFile<SignInDocument> file) => _file = file;

    /// <summary>What is wrong with the file; null where nothing is.</summary>
    public PeerException? Fault => _file.Fault;

    /// <summary>Where somebody is signed in at the start.</summary>
    public PeerCollaborationScope Scope => _file.Current.Scope;

    /// <summary>What is signed in with at the start; null for nobody.</summary>
    public PeerSignIn? Request => _file.Current.ToRequest();

    /// <summary>Opens the file, if there is one. One that is damaged stays as it is, and keeps nothing more.</summary>
    public static KeptSignIn Open(string folder) => new(SettingsFile<SignInDocument>.OpenOptional(
        Path.Combine(folder, FileName), "settings of the sign-in", () => new SignInDocument(), document => document.IsSound()));

    /// <summary>Fails where a sign-in is to be kept and cannot be.</summary>
    /// <exception cref="PeerException">The identity's key is under a password, or the file is damaged.</exception>
    public void Require(PeerSignIn request, PeerIdentity identity)
    {
        if (request.IsPersistent != true)
        {
            return;
        }

        if (identity.IsPasswordProtected)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The key of '{identity.FriendlyName}' is under a password, which is not kept: at the start of the node nobody could give it. "
                + "Sign in without -Persistent, or with an identity without password.",
                identity.PeerName.Value);
        }

        _file.RequireWritable();
    }

    /// <summary>Remembers a sign-in, where that is wanted, beside the scopes there are; what is not given now stays as it was given
    /// before. Forgets its scopes where it is for the node's life only.</summary>
    public void Note(PeerSignIn request, PeerName person)
    {
        if (request.IsPersistent == false)
        {
            Forget(request.Scope);
        }
        else if (request.IsPersistent == true)
        {
            SignInDocument former = _file.Current.Identity == person.Value ? _file.Current : new();
            Save(new()
            {
                Scope = former.Scope | request.Scope,
                Identity = person.Value,
                EndpointName = request.EndpointName ?? former.EndpointName,
                DisplayName = request.DisplayName ?? former.DisplayName,
                Status = request.Status ?? former.Status,
            });
        }
    }

    /// <summary>Forgets the sign-in at some scopes.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Forget(PeerCollaborationScope scope)
    {
        bool isKept = (Scope & scope) != PeerCollaborationScope.None;
        if (isKept)
        {
            Save((Scope & ~scope) == PeerCollaborationScope.None ? new() : _file.Current with { Scope = Scope & ~scope });
        }

        return isKept;
    }

    private void Save(SignInDocument document)
    {
        if (document != _file.Current)
        {
            _file.Save(document);
        }
    }
}

/// <summary>What the file of <see cref="KeptSignIn"/> holds.</summary>
internal sealed record SignInDocument
{
    public PeerCollaborationScope Scope { get; init; }

    public string? Identity { get; init; }

    public string? EndpointName { get; init; }

    public string? DisplayName { get; init; }

    public PeerPresenceStatus? Status { get; init; }

    public bool IsSound() => Scope <= PeerCollaborationScope.All
        && (Scope == PeerCollaborationScope.None || PeerName.TryParse(Identity, out _))
        && EndpointName is null or { Length: <= PeerSignIn.MaximumText }
        && DisplayName is null or { Length: <= PeerSignIn.MaximumText };

    public PeerSignIn? ToRequest() => Scope == PeerCollaborationScope.None ? null : new()
    {
        Scope = Scope,
        Identity = Identity,
        EndpointName = EndpointName,
        DisplayName = DisplayName,
        Status = Status,
    };
}
