using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>
/// The applications of a node: the user's, and those that are registered for all users of the machine. Of the latter a file
/// counts only where nobody but this user and the system's administrator can change it (<see cref="FileTrust"/>); they are
/// read anew each time, since other users' nodes write them. May be used from any thread.
/// </summary>
internal sealed class ApplicationStore : IDisposable
{
    /// <summary>Most applications of the user, and most of all users.</summary>
    public const int MaximumApplications = 64;

    private readonly Lock _gate = new();
    private readonly ItemFolder<StoredApplication> _own;
    private readonly string _allUsers;
    private bool _isClosed;

    private ApplicationStore(ItemFolder<StoredApplication> own, string allUsers)
    {
        _own = own;
        _allUsers = allUsers;
    }

    /// <summary>The folder of the applications for all users.</summary>
    public static string AllUsersFolder => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "PeerNet", "applications")
        : "/etc/peernet/applications";

    /// <summary>What is wrong with the files that do not count, one sentence or two for each.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                ItemFolder<StoredApplication>? shared = OpenAllUsers(out PeerException? fault);
                return [.. _own.Faults, .. shared?.Faults ?? [], .. fault is null ? [] : (string[])[fault.Message]];
            }
        }
    }

    /// <summary>Reads the user's applications.</summary>
    /// <param name="folder">Their folder, which exists and is the user's alone.</param>
    /// <param name="allUsersFolder">The folder of all users' applications; null for <see cref="AllUsersFolder"/>.</param>
    /// <exception cref="PeerException">The folder cannot be read.</exception>
    public static ApplicationStore Open(string folder, string? allUsersFolder = null) => new(
        new ItemFolder<StoredApplication>(folder, new StoredApplicationFormat(isForAllUsers: false), MaximumApplications),
        allUsersFolder ?? AllUsersFolder);

    /// <summary>All applications that count, by name, the user's own before those of all users. One id can be there
    /// twice.</summary>
    public IReadOnlyList<StoredApplication> List()
    {
        lock (_gate)
        {
            return
            [
                .. _own.Items.Concat(OpenAllUsers(out _)?.Items ?? [])
                    .OrderBy(application => application.IsForAllUsers)
                    .ThenBy(application => application.Name, StringComparer.Ordinal)
                    .ThenBy(application => application.Id),
            ];
        }
    }

    /// <summary>The application of an id, the user's own before that of all users; null for none.</summary>
    /// <exception cref="PeerException">Its file is damaged, or others can change it.</exception>
    public StoredApplication? Find(Guid id)
    {
        string name = StoredApplicationFormat.NameOf(id);
        lock (_gate)
        {
            return _own.Find(name) ?? OpenAllUsers(out _)?.Find(name);
        }
    }

    /// <summary>Registers a program.</summary>
    /// <param name="application">It.</param>
    /// <param name="isForced">Whether it takes the place of one that is there.</param>
    /// <exception cref="PeerException">The program is not fit (<see cref="ApplicationCheck"/>), its parts do not fit together,
    /// there is such an application, there are too many, or its file is damaged or cannot be written.</exception>
    public void Register(StoredApplication application, bool isForced)
    {
        ApplicationCheck.ThrowIfUnfit(application.Path);
        lock (_gate)
        {
            ThrowIfClosed();
            ItemFolder<StoredApplication> folder = application.IsForAllUsers ? MakeAllUsers() : _own;
            if (!isForced && folder.Find(StoredApplicationFormat.NameOf(application.Id)) is { } known)
            {
                throw PeerErrors.AlreadyExists.Exception(
                    $"The application '{known.Name}' is registered under the id {known.Id} already; -Force replaces it.",
                    application.Id);
            }

            folder.Save(application);
        }
    }

    /// <summary>Unregisters a program, also where its file is damaged.</summary>
    /// <exception cref="PeerException">There is no such application, or its file cannot be deleted.</exception>
    public void Unregister(Guid id, bool isForAllUsers)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            ItemFolder<StoredApplication>? folder = isForAllUsers ? OpenAllUsers(out _) : _own;
            if (folder?.Delete(StoredApplicationFormat.NameOf(id)) != true)
            {
                throw PeerErrors.NotFound.Exception(
                    $"No application is registered under the id {id} for {(isForAllUsers ? "all users" : "this user")}; "
                    + "Get-PeerApplication lists them.",
                    id);
            }
        }
    }

    /// <summary>From now on nothing is written: the folder may be another process's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    private static PeerException? Judge(string path) => FileTrust.FindWeakness(path) is { } weakness
        ? PeerErrors.AccessDenied.Exception(
            $"The application's file '{path}' does not count: {weakness}. An administrator must see to it.", path)
        : null;

    // What an administrator has closed to this user takes nothing from the user's own.
    private ItemFolder<StoredApplication>? OpenAllUsers(out PeerException? fault)
    {
        fault = null;
        try
        {
            return Directory.Exists(_allUsers)
                ? new ItemFolder<StoredApplication>(
                    _allUsers, new StoredApplicationFormat(isForAllUsers: true), MaximumApplications, Judge, SharedFile.Write)
                : null;
        }
        catch (PeerException exception)
        {
            fault = exception;
            return null;
        }
    }

    private ItemFolder<StoredApplication> MakeAllUsers()
    {
        SharedFile.CreateFolder(_allUsers);
        return FileTrust.FindWeakness(_allUsers) is { } weakness
            ? throw PeerErrors.AccessDenied.Exception(
                $"Nothing can be registered for all users in '{_allUsers}': {weakness}.", _allUsers)
            : OpenAllUsers(out PeerException? fault) ?? throw fault!;
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw PeerErrors.NotInitialized.Exception("The node has stopped; its applications cannot be changed any more.");
        }
    }
}
