using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Pnrp;

/// <summary>The registrations that a node does again at its next start. May be used from any thread.</summary>
internal sealed class KeptNames
{
    private readonly Lock _gate = new();
    private readonly KeptItems<KeptName> _names;

    private KeptNames(KeptItems<KeptName> names) => _names = names;

    /// <summary>Opens what is kept.</summary>
    /// <param name="path">The list of earlier versions, beside which the files are.</param>
    public static KeptNames Open(string path) => new(KeptItems<KeptName>.Open(path, new KeptNameFormat(), list =>
    {
        SettingsFile<KeptNamesDocument> file = SettingsFile<KeptNamesDocument>.OpenOptional(
            list, "names to register again", () => new(), document => document.Names.All(name => name.ToRequest(DateTimeOffset.MinValue) is not null));
        return (file, file.Current.Names);
    }));

    /// <summary>What is to be registered; what has run out meanwhile is forgotten.</summary>
    public IReadOnlyList<PeerRegistrationRequest> Take(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (KeptName name in _names.All.Where(name => name.Expires <= now))
            {
                _names.Delete(name.Key);
            }

            return [.. _names.All.Select(name => name.ToRequest(now)!)];
        }
    }

    /// <summary>Registers what is to last; a name that cannot be is left for the next start.</summary>
    /// <param name="register">Registers a name.</param>
    /// <param name="notice">Gets what the owner has to know of those that could not.</param>
    /// <param name="now">The time.</param>
    public async Task ResumeAsync(Func<PeerRegistrationRequest, Task> register, Action<string> notice, DateTimeOffset now)
    {
        foreach (string fault in _names.Faults)
        {
            notice(fault);
        }

        foreach (PeerRegistrationRequest request in Take(now))
        {
            try
            {
                await register(request).ConfigureAwait(false);
            }
            catch (PeerException failure)
            {
                notice($"The name '{request.Name}' could not be registered again: {failure.Message}");
            }
        }
    }

    /// <summary>Fails where nothing can be kept.</summary>
    /// <exception cref="PeerException">The file is damaged.</exception>
    public void RequireWritable() => _names.RequireWritable();

    /// <summary>Whether a registration is done again.</summary>
    public bool Contains(PeerNameRegistration registration)
    {
        lock (_gate)
        {
            return KeysOf(registration).Any(key => _names.Find(key) is not null);
        }
    }

    /// <summary>Remembers what a name was registered with, or forgets it where it is for this node's life only.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="identity">The identity that signs.</param>
    /// <param name="now">The time.</param>
    public void Note(PeerRegistrationRequest request, PeerName identity, DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (string cloud in request.Clouds.Count > 0 ? request.Clouds : [""])
            {
                if (request.IsPersistent)
                {
                    _names.Save(KeptName.From(request, identity, cloud, now));
                }
                else
                {
                    _names.Delete(KeptName.KeyOf(request.Name.Value, identity.Value, cloud));
                }
            }
        }
    }

    /// <summary>Forgets a registration that was withdrawn.</summary>
    public void Forget(PeerNameRegistration registration)
    {
        lock (_gate)
        {
            foreach (string key in KeysOf(registration))
            {
                _names.Delete(key);
            }
        }
    }

    private static string[] KeysOf(PeerNameRegistration registration) =>
    [
        KeptName.KeyOf(registration.Name.Value, registration.Identity, registration.Cloud),
        KeptName.KeyOf(registration.Name.Value, registration.Identity, ""),
    ];
}

/// <summary>The list that earlier versions kept.</summary>
internal sealed record KeptNamesDocument
{
    public IReadOnlyList<KeptName> Names { get; init; } = [];
}
