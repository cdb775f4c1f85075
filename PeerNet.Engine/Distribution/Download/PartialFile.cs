using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The file that a download fills: <c>name.&lt;16 hex digits&gt;.partial</c> beside its target, with a state file. The
/// digits belong to what is downloaded. One download at a time holds it; the system lets go of it when the process ends.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private const string StateSuffix = ".state";
    private const int IdentityDigits = 16;
    private const int LongestName = 180;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string _target;
    private readonly SafeFileHandle _handle;

    private PartialFile(string target, string path, SafeFileHandle handle)
    {
        _target = target;
        Location = path;
        _handle = handle;
    }

    /// <summary>Its path.</summary>
    public string Location { get; }

    /// <summary>Bytes that it has.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>The path of its state.</summary>
    public string StateLocation => Location + StateSuffix;

    /// <summary>Takes the partial file of a target, new or from an interrupted download.</summary>
    /// <param name="target">The file that it is to become, a full path.</param>
    /// <param name="identity">What is downloaded; partial files of anything else for the target are removed.</param>
    /// <param name="length">Bytes of the target; null where that is not known: then it stays as long as it is.</param>
    /// <exception cref="PeerException">Another download writes to the target, its folder is missing or may not be
    /// written.</exception>
    public static PartialFile Open(string target, ReadOnlySpan<byte> identity, long? length)
    {
        string folder = Path.GetDirectoryName(target) ?? target;
        if (!Directory.Exists(folder))
        {
            throw PeerErrors.NotFound.Exception($"The folder '{folder}' does not exist; create it first.", target);
        }

        string prefix = Path.Combine(folder, ShortenName(Path.GetFileName(target))) + ".";
        string path = prefix + Convert.ToHexStringLower(identity)[..IdentityDigits] + Suffix;
        RemoveOthers(folder, prefix, path, target);
        PartialFile file = new(target, path, Take(path, target));
        try
        {
            file.SetLength(length ?? file.Length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a target that exists, unless it is to be replaced.</summary>
    public static void CheckTarget(string target, bool overwrite)
    {
        if (Directory.Exists(target))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{target}' is a folder; name a file.", target);
        }

        if (!overwrite && File.Exists(target))
        {
            throw ExistsAlready(target, null);
        }
    }

    public void Write(ReadOnlySpan<byte> data, long position)
    {
        try
        {
            RandomAccess.Write(_handle, data, position);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Makes it longer or shorter.</summary>
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(_handle, length);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Has what was written on the disk.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException exception)
        {
            throw Translate(exception, _target);
        }
    }

    /// <summary>Reads; bytes that the file does not have, or the disk does not give, are zero.</summary>
    public void Read(Span<byte> destination, long position)
    {
        int read = 0;
        try
        {
            int count;
            do
            {
                count = RandomAccess.Read(_handle, destination[read..], position + read);
                read += count;
            }
            while (count > 0 && read < destination.Length);
        }
        catch (IOException)
        {
            // A place that cannot be read will not have the hash it must have, and is fetched again.
            read = 0;
        }

        destination[read..].Clear();
    }

    /// <summary>Puts the whole file in place of its target.</summary>
    public void Commit(bool overwrite)
    {
        _handle.Dispose();
        try
        {
            File.Move(Location, _target, overwrite);
        }
        catch (IOException exception) when (!overwrite && File.Exists(_target))
        {
            throw ExistsAlready(_target, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, _target);
        }

        AtomicFile.Delete(StateLocation);
    }

    /// <summary>Removes it: there is nothing to go on with.</summary>
    public void Discard()
    {
        _handle.Dispose();
        AtomicFile.Delete(Location);
        AtomicFile.Delete(StateLocation);
    }

    /// <summary>Lets go of it; it stays for the next attempt.</summary>
    public void Dispose() => _handle.Dispose();

    private static void RemoveOthers(string folder, string prefix, string own, string target)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => IsPartial(file, prefix)))
        {
            bool isFile = file.EndsWith(Suffix, StringComparison.Ordinal);
            if (file != own && isFile)
            {
                Take(file, target).Dispose();
            }

            // The own state stays, and what a killed writer of any state left goes.
            if (file != own && file != own + StateSuffix)
            {
                AtomicFile.Delete(file);
            }
        }
    }

    private static bool IsPartial(string file, string prefix) =>
        file.StartsWith(prefix, StringComparison.Ordinal)
        && file.Length >= prefix.Length + IdentityDigits + Suffix.Length
        && file.AsSpan(prefix.Length + IdentityDigits).StartsWith(Suffix, StringComparison.Ordinal)
        && file.AsSpan(prefix.Length, IdentityDigits).IndexOfAnyExcept(Digits) < 0;

    private static SafeFileHandle Take(string path, string target)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw StorageFailure.Translate(exception, target);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw PeerErrors.SharingViolation.Exception(
                $"Another download writes to '{target}' ('{path}' is in use); wait for its end, or choose another name.",
                target,
                exception);
        }
        catch (IOException exception)
        {
            throw StorageFailure.Translate(exception, target);
        }
    }

    private static PeerException Translate(IOException exception, string target)
    {
        PeerException failure = StorageFailure.Translate(exception, target);
        return failure.Error == PeerErrors.DiskFull
            ? PeerErrors.DiskFull.Exception(
                $"The disk of '{target}' is full. What has come is kept; free space and repeat the download to go on.",
                target,
                exception)
            : failure;
    }

    private static PeerException ExistsAlready(string target, Exception? inner) => PeerErrors.AlreadyExists.Exception(
        $"The file '{target}' exists; choose another name, or have it overwritten.", target, inner);

    private static string ShortenName(string name) => Encoding.UTF8.GetByteCount(name) <= LongestName
        ? name
        : name[..(LongestName / 8)] + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..IdentityDigits];
}
