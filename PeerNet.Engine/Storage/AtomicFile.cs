using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Files that are either as they were or as they are meant to be, whenever the power fails.</summary>
public static class AtomicFile
{
    private const string TemporarySuffix = ".peernet-tmp";

    /// <summary>Writes a temporary file beside <paramref name="path"/>, flushes it to the disk, and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="isPrivate">Whether only the user may read it (mode 0600; on Windows an access list of its own), from its first byte on.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="PeerException">There is such a file already, the disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool isPrivate, bool overwrite = true)
    {
        string full = Path.GetFullPath(path);
        string temporary = NameTemporary(full);
        try
        {
            ThrowIfThere(full, overwrite);
            WriteThrough(temporary, content, isPrivate);
            FileReplacement.Move(temporary, full, overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, full);
        }
        finally
        {
            Delete(temporary);
        }
    }

    /// <summary>Lets a file of any length be written beside <paramref name="path"/>, flushes it to the disk, and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isPrivate">Whether only the user may read it (mode 0600; on Windows an access list of its own), from its first byte on.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="write">Writes the content. Where it throws, there is no file, or the one there was.</param>
    /// <exception cref="PeerException">There is such a file already, the disk is full, or the folder cannot be written.</exception>
    public static async Task WriteAsync(string path, bool isPrivate, bool overwrite, Func<Stream, Task> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = NameTemporary(full);
        try
        {
            ThrowIfThere(full, overwrite);
            FileStream stream = Create(temporary, isPrivate);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            ThrowIfThere(full, overwrite);
            FileReplacement.Move(temporary, full, overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, full);
        }
        finally
        {
            Delete(temporary);
        }
    }

    /// <summary>Reads a file of at most <paramref name="maximumLength"/> bytes; null where there is none.</summary>
    /// <exception cref="PeerException">The file is longer, or cannot be read.</exception>
    public static byte[]? Read(string path, int maximumLength)
    {
        try
        {
            using FileStream stream = new(RegularFile.OpenRead(path), FileAccess.Read);
            if (stream.Length > maximumLength)
            {
                throw PeerErrors.InvalidData.Exception(
                    $"The file '{path}' has {stream.Length} bytes; at most {maximumLength} are allowed.", path);
            }

            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    /// <summary>Deletes a file, if it is there.</summary>
    /// <exception cref="PeerException">The file cannot be deleted.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    /// <summary>Deletes what writers that were killed have left in a folder that no one else uses.</summary>
    internal static void DeleteLeftovers(string folder)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            Delete(leftover);
        }
    }

    // An unguessable name that must be new: nobody can put a link there first.
    private static string NameTemporary(string path)
    {
        Span<byte> random = stackalloc byte[8];
        SystemRandomSource.Instance.Fill(random);
        return $"{path}.{Convert.ToHexStringLower(random)}{TemporarySuffix}";
    }

    private static void ThrowIfThere(string path, bool overwrite)
    {
        if (!overwrite && Path.Exists(path))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{path}' exists already; choose another name, or overwrite it with -Force.", path);
        }
    }

    // No room is asked for beforehand: the runtime would not say why there is none.
    private static FileStream Create(string path, bool isPrivate) => isPrivate
        ? PrivateFile.Create(path)
        : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        });

    private static void WriteThrough(string path, ReadOnlySpan<byte> content, bool isPrivate)
    {
        using FileStream stream = Create(path, isPrivate);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }
}
