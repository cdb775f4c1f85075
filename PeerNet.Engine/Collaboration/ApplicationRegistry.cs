using Microsoft.Extensions.Logging;
using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration;

/// <summary>The programs that people can be invited to: on the disk, at the machine, and running.</summary>
/// <param name="folder">Where the user's are.</param>
/// <param name="launchFolder">Where those that run get their folders.</param>
/// <param name="runner">Runs the machine.</param>
/// <param name="observer">Told of changes.</param>
/// <param name="random">Chance.</param>
/// <param name="logger">Told of programs that were started.</param>
internal sealed class ApplicationRegistry(
    string folder,
    string launchFolder,
    CollaborationRunner runner,
    ICollaborationObserver observer,
    IRandomSource random,
    ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lazy<ApplicationStore> _store = new(() => ApplicationStore.Open(folder));
    private readonly Lazy<ApplicationLauncher> _launcher = new(() => new ApplicationLauncher(launchFolder, random));

    private ApplicationStore Store => _store.Value;

    /// <summary>What is wrong with files that could not be read.</summary>
    public IReadOnlyList<string> Faults => Store.Faults;

    /// <summary>Tells the machine of all.</summary>
    public Task LoadAsync() => runner.TellAsync((machine, now) =>
    {
        foreach (StoredApplication application in Store.List())
        {
            machine.Show(now, ToItem(application), application.Scope);
        }
    });

    /// <summary>All, by name.</summary>
    public IReadOnlyList<PeerApplication> List() =>
        [.. Store.List().Select(Describe).OrderBy(application => application.Name, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>What an application is called; null where it is not registered.</summary>
    public string? NameOf(Guid id) => Store.Find(id)?.Name;

    /// <summary>Registers a program.</summary>
    /// <exception cref="PeerException">It is not fit to be run for others, or there is such an application.</exception>
    public async Task<PeerApplication> RegisterAsync(PeerApplication application, bool isForced)
    {
        ApplicationCheck.ThrowIfUnfit(application.Path ?? "");
        var stored = new StoredApplication
        {
            Id = application.Id,
            Name = PersonalText.Check(application.Name, "name"),
            Description = PersonalText.Check(application.Description, "description"),
            Path = application.Path!,
            Arguments = application.Arguments,
            Data = application.Data,
            Scope = application.Scope,
            IsForAllUsers = application.IsForAllUsers,
        };
        bool isNew;
        lock (_gate)
        {
            isNew = Store.Find(stored.Id) is null;
            Store.Register(stored, isForced);
        }

        await runner.TellAsync((machine, now) => machine.Show(now, ToItem(stored), stored.Scope)).ConfigureAwait(false);
        PeerApplication described = Describe(stored);
        observer.ApplicationChanged(new(isNew ? PeerCollaborationChangeType.Added : PeerCollaborationChangeType.Updated, described));
        return described;
    }

    /// <summary>Unregisters a program.</summary>
    public async Task UnregisterAsync(Guid id, bool isForAllUsers)
    {
        StoredApplication? removed;
        StoredApplication? left;
        lock (_gate)
        {
            removed = Store.Find(id);
            Store.Unregister(id, isForAllUsers);
            left = Store.Find(id);
        }

        await runner.TellAsync((machine, now) =>
        {
            if (left is null)
            {
                machine.Hide(now, new ItemKey(ItemKind.Application, id));
            }
            else
            {
                machine.Show(now, ToItem(left), left.Scope);
            }
        }).ConfigureAwait(false);
        if (removed is not null)
        {
            observer.ApplicationChanged(new(PeerCollaborationChangeType.Removed, Describe(removed)));
        }
    }

    /// <summary>Fails where an application cannot be run for an invitation.</summary>
    public void RequireFit(Guid id) => ApplicationCheck.ThrowIfUnfit(Get(id).Path);

    /// <summary>Runs an application for an invitation that was accepted. The program is looked at once more.</summary>
    public void Launch(Guid id, PeerAppLaunchInfo info)
    {
        _launcher.Value.Launch(Get(id), info);
        CollaborationLog.Launched(logger, id, info.Contact);
    }

    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            Store.Dispose();
        }
    }

    private StoredApplication Get(Guid id) => Store.Find(id) ?? throw PeerErrors.NotFound.Exception(
        $"The application {id} is not registered here. Register it with Register-PeerApplication, or accept with -NoLaunch.", id);

    private static PublishedItem.Application ToItem(StoredApplication application) =>
        new(application.Id, application.Name, application.Description, application.Data);

    private static PeerApplication Describe(StoredApplication application) => new()
    {
        Id = application.Id,
        Name = application.Name,
        Description = application.Description,
        Path = application.Path,
        Arguments = [.. application.Arguments],
        Data = application.Data,
        Scope = application.Scope,
        IsForAllUsers = application.IsForAllUsers,
    };
}
