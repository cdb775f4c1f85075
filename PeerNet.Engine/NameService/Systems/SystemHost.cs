using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>The files of the machine itself.</summary>
internal class SystemFiles : ISystemFiles
{
    private const int MaximumText = 64 * 1024;

    public bool HasFolder(string path) => Directory.Exists(path);

    public IReadOnlyList<string> List(string folder, string ending)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*" + ending)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public string? Read(string path) => AtomicFile.Read(path, MaximumText) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>The machine itself.</summary>
/// <param name="time">The clock.</param>
internal sealed class SystemHost(TimeProvider time) : SystemFiles, ISystemHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task DoAsync(SystemStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SystemStep.Write write:
                Write(write);
                return Task.CompletedTask;
            case SystemStep.Delete delete:
                Delete(delete.Path);
                return Task.CompletedTask;
            default:
                return RunAsync((SystemStep.Run)step, cancellationToken);
        }
    }

    // The service that reads it has a user of its own, and the administrator's umask may let nobody else read what he writes.
    private static void Write(SystemStep.Write write)
    {
        string folder = Path.GetDirectoryName(write.Path)!;
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                Open(folder, UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }

            AtomicFile.Write(write.Path, Encoding.UTF8.GetBytes(write.Text), isPrivate: false);
            Open(write.Path, UnixFileMode.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, write.Path);
        }
    }

    private static void Open(string path, UnixFileMode more)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead | more);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone already.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private async Task RunAsync(SystemStep.Run run, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using Process process = Process.Start(Describe(run))
                ?? throw new InvalidOperationException("the system has started no process");
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(ending.Token);
            string errors = await process.StandardError.ReadToEndAsync(ending.Token).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(ending.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                string why = string.Join(' ', errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                throw new InvalidOperationException(why.Length > 0 ? why.TrimEnd('.') : $"it ended with {process.ExitCode}");
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.CannotStartService.Exception($"'{run.Program}' has not ended in time.", run.Program, exception);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw PeerErrors.CannotStartService.Exception($"'{run.Program}' failed: {exception.Message.TrimEnd('.')}.", run.Program, exception);
        }
    }

    private static ProcessStartInfo Describe(SystemStep.Run run) => new(run.Program, run.Arguments)
    {
        UseShellExecute = false,
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
