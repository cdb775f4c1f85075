using System.Globalization;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>How large log files become.</summary>
/// <param name="MaximumSize">Bytes after which another file is begun; what does not fit in it at once may make it larger.</param>
/// <param name="MaximumCount">Files in all; the oldest goes first.</param>
internal readonly record struct LogFileLimits(long MaximumSize, int MaximumCount)
{
    public static LogFileLimits Default { get; } = new(10 * 1024 * 1024, 5);
}

/// <summary>
/// A log as a file, with those before it as <c>name.1</c>, <c>name.2</c> and so on. One process writes it; everybody whom the
/// system lets may read it meanwhile. Called by one thread at a time.
/// </summary>
internal sealed class LogFile : IDisposable
{
    // The log itself cannot be locked: on Unix, .NET's own readers would be kept out.
    private const string LockSuffix = ".lock";

    private readonly FileStream _lock;
    private readonly LogFileLimits _limits;
    private FileStream? _file;
    private string _id = "";

    private LogFile(string path, LogFileLimits limits, FileStream @lock)
    {
        Location = path;
        _limits = limits;
        _lock = @lock;
    }

    /// <summary>The file's full path.</summary>
    public string Location { get; }

    /// <summary>Takes a file and goes on where it ends; makes it if it is not there.</summary>
    /// <exception cref="PeerException">It is no file of this user's alone, cannot be written, or somebody logs to it.</exception>
    public static LogFile Open(string path, LogFileLimits limits)
    {
        string full = Path.GetFullPath(path);
        var log = new LogFile(full, limits, Take(full));
        try
        {
            log.GetReady(0);
            return log;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Dispose();
            throw StorageFailure.Translate(exception, full);
        }
    }

    /// <summary>Appends text. Where that fails, nothing of it is there.</summary>
    /// <exception cref="IOException">The disk is full or has gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written any more.</exception>
    public void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        FileStream file = GetReady(bytes.Length);
        long end = file.Length;
        try
        {
            file.Write(bytes);
        }
        catch (IOException)
        {
            Cut(file, end);
            Close();
            throw;
        }
    }

    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    private static FileStream Take(string path)
    {
        string file = path + LockSuffix;
        try
        {
            PrivateFile.Ensure(file);
            return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (StorageFailure.IsShared(exception))
        {
            throw PeerErrors.SharingViolation.Exception($"Another node logs to '{path}'. Choose another file.", path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    // The file with room for that many bytes: the same as before, what is there now where somebody has moved that away, or a new one.
    private FileStream GetReady(int length)
    {
        if (_file is not null && IsMoved())
        {
            Close();
        }

        _file ??= OpenFile();
        if (_file.Length > 0 && _file.Length + length > _limits.MaximumSize)
        {
            Rotate(length);
        }

        return _file;
    }

    // Windows lets nobody move a file that is open.
    private bool IsMoved() => !OperatingSystem.IsWindows() && FileStatus.ReadName(Location)?.Id is var id && id != _id;

    private FileStream OpenFile()
    {
        PrivateFile.Ensure(Location);
        var file = new FileStream(Location, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (FileStatus.Read(file.SafeFileHandle) is not { IsOursAlone: true } status || FileStatus.ReadName(Location)?.Id != status.Id)
        {
            file.Dispose();
            throw new UnauthorizedAccessException($"'{Location}' is no file of this user's alone.");
        }

        PrivateFile.Protect(file.SafeFileHandle);
        _id = status.Id;
        return file;
    }

    private void Rotate(int length)
    {
        Close();
        try
        {
            for (int i = _limits.MaximumCount - 2; i >= 0; i--)
            {
                if (File.Exists(NameOf(i)))
                {
                    File.Move(NameOf(i), NameOf(i + 1), overwrite: true);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody reads one of them, on Windows; it is tried again with the next text, within reason.
            _file = OpenFile();
            if (_file.Length + length > 2 * _limits.MaximumSize)
            {
                throw new IOException($"The log '{Location}' cannot be moved: {exception.Message}", exception);
            }
        }

        _file ??= OpenFile();
    }

    private string NameOf(int age) => age == 0 ? Location : string.Create(CultureInfo.InvariantCulture, $"{Location}.{age}");

    private static void Cut(FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
        }
        catch (IOException)
        {
            // Half a line stays.
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
