using System.ComponentModel;
using System.Diagnostics;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Applications;

/// <summary>
/// Runs registered programs. The command line is the registration's alone, given to the system as a list: no shell sees it,
/// and nothing that an invitation says gets into it. The program starts in a folder of its own, where it finds what it was
/// run for (<see cref="LaunchFile"/>); it reads nothing from this process's terminal and writes nothing there. The folder is
/// deleted when the program has ended.
/// </summary>
internal sealed class ApplicationLauncher
{
    private readonly string _folder;
    private readonly IRandomSource _random;

    /// <summary>Prepares to run programs, and deletes what others have left that a node before this one has run. One that
    /// still runs has read it, or does without.</summary>
    /// <param name="folder">Where the programs' folders are made: exists, and is the user's alone.</param>
    /// <param name="random">Chance for their names.</param>
    public ApplicationLauncher(string folder, IRandomSource random)
    {
        _folder = folder;
        _random = random;
        foreach (string stale in Directory.EnumerateDirectories(folder))
        {
            TryDelete(stale);
        }
    }

    /// <summary>Runs a program for an invitation that the user has accepted.</summary>
    /// <exception cref="PeerException">It is not fit to be run any more, or the system cannot run it.</exception>
    public LaunchedProgram Launch(StoredApplication application, PeerAppLaunchInfo info)
    {
        string folder = CreateFolder();
        try
        {
            string invitation = LaunchFile.Write(folder, info);

            // As late as can be. What is checked is changed by nobody else afterwards: that is what is checked.
            ApplicationCheck.ThrowIfUnfit(application.Path);
            Process process = Process.Start(Describe(application, folder, invitation))
                ?? throw new InvalidOperationException("The system has started no process.");
            return new LaunchedProgram(process.Id, WatchAsync(process, folder));
        }
        catch (Exception exception) when (exception is Win32Exception or PeerException or IOException or InvalidOperationException)
        {
            TryDelete(folder);
            throw PeerErrors.CannotStartService.Exception(
                $"The application '{application.Name}' could not be run. {exception.Message}", application.Path, exception);
        }
    }

    private static ProcessStartInfo Describe(StoredApplication application, string folder, string invitation)
    {
        ProcessStartInfo start = new(application.Path, application.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[LaunchFile.Variable] = invitation;
        return start;
    }

    private static async Task WatchAsync(Process process, string folder)
    {
        using (process)
        {
            // There is nothing to read, and nobody to write to: a program that asks or reports goes on.
            process.StandardInput.Close();
            _ = DrainAsync(process.StandardOutput.BaseStream);
            _ = DrainAsync(process.StandardError.BaseStream);
            await process.WaitForExitAsync().ConfigureAwait(false);
        }

        TryDelete(folder);
    }

    private static async Task DrainAsync(Stream output)
    {
        try
        {
            await output.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program has ended, and left the pipe to one that it has started.
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something in it is in use, or was locked by the program: the next start of the node tries again.
        }
    }

    private string CreateFolder()
    {
        Span<byte> name = stackalloc byte[16];
        _random.Fill(name);
        string folder = Path.Combine(_folder, Convert.ToHexStringLower(name));
        try
        {
            PrivateFile.CreateFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, folder);
        }

        return folder;
    }
}
