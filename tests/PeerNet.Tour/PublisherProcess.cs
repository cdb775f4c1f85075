using System.Diagnostics;

namespace PeerNet.Tour;

/// <summary>The process that runs the <see cref="Publisher"/>.</summary>
internal sealed class PublisherProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private PublisherProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static PublisherProcess Start(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("publish");
        start.ArgumentList.Add(folder);
        return new(Process.Start(start)!);
    }

    /// <summary>The next line that begins so, without its beginning; null where the process ended instead.</summary>
    public async Task<string?> ReadAsync(string prefix)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line[prefix.Length..];
            }
        }

        return null;
    }

    /// <summary>Tells it to take leave, and waits until it has.</summary>
    /// <returns>Whether it did so in time and without an error.</returns>
    public async Task<bool> StopAsync()
    {
        await _process.StandardInput.WriteLineAsync(Publisher.Stop);
        using var timeout = new CancellationTokenSource(StopTime);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
