using System.Buffers;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Opens the partial files of downloads, and finds those that earlier ones left. Their names cannot be told before, so a
/// folder is read for them; a tree of many files would have it read for each. What it held is known until somebody else
/// changes it: the system says when a folder was changed last.
/// </summary>
internal sealed class PartialFiles
{
    private const string Suffix = ".partial";
    private const int HexDigits = 16;
    private const int LongestName = 180;
    private const int LongestState = 4 * 1024 * 1024;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly Lock _lock = new();

    // Of the folder that was looked at last: how it was then, and the names in it that may be those of partial files.
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private string? _folder;
    private FileStatus? _status;

    /// <summary>Takes the partial file of a target, new or from an interrupted download.</summary>
    /// <param name="target">The file that it is to become, a full path.</param>
    /// <param name="identity">What is downloaded; own partial files of anything else for the target are removed.</param>
    /// <param name="length">Bytes of the target; null where that is not known: then it stays as long as it is.</param>
    /// <exception cref="PeerException">Another download writes to the target, its folder is missing or may not be
    /// written.</exception>
    public PartialFile Open(string target, ReadOnlySpan<byte> identity, long? length)
    {
        string folder = Path.GetDirectoryName(target) ?? target;
        if (!Directory.Exists(folder))
        {
            throw PeerErrors.NotFound.Exception($"The folder '{folder}' does not exist; create it first.", target);
        }

        string name = ShortenName(Path.GetFileName(target)) + ".";
        PartialFile file = TakeLeft(folder, name, target, identity) ?? Create(folder, name, target, identity);
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

    /// <summary>Has a partial file moved away.</summary>
    /// <param name="path">The file.</param>
    /// <param name="move">Moves it within its folder.</param>
    public void Remove(string path, Action move) =>
        Change(Path.GetDirectoryName(path)!, move, () => _names.Remove(Path.GetFileName(path)));

    /// <summary>Has the folder read again before the next download, even where its time of change has ticks too long to tell.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _folder = null;
        }
    }

    // Goes on where a download of the same ended. What else this user's downloads to the target left is removed.
    private PartialFile? TakeLeft(string folder, string prefix, string target, ReadOnlySpan<byte> identity)
    {
        string[] left = [.. Find(folder, prefix).Select(name => Path.Combine(folder, name)).Where(OwnFile.Exists)];
        PartialFile? taken = null;
        foreach (string path in left.Where(path => path.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            if (TryTake(path, target, identity) is { } file)
            {
                if (taken is null && file.ReadState(LongestState) is not null)
                {
                    taken = file;
                }
                else
                {
                    file.Dispose();
                }
            }
        }

        // That includes what a killed writer of any state left.
        foreach (string path in left.Where(path => path != taken?.Location && path != taken?.StateLocation))
        {
            AtomicFile.Delete(path);
        }

        return taken;
    }

    private PartialFile? TryTake(string path, string target, ReadOnlySpan<byte> identity)
    {
        try
        {
            return OwnFile.TryOpen(path) is { } handle ? new(this, target, identity, path, handle) : null;
        }
        catch (IOException exception) when (StorageFailure.IsShared(exception))
        {
            throw PeerErrors.SharingViolation.Exception(
                $"Another download writes to '{target}' ('{path}' is in use); wait for its end, or choose another name.",
                target,
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, target);
        }
    }

    private PartialFile Create(string folder, string prefix, string target, ReadOnlySpan<byte> identity)
    {
        Span<byte> random = stackalloc byte[HexDigits / 2];
        SystemRandomSource.Instance.Fill(random);
        string name = prefix + Convert.ToHexStringLower(random) + Suffix;
        string path = Path.Combine(folder, name);
        try
        {
            SafeFileHandle? handle = null;
            Change(folder, () => handle = OwnFile.Create(path), () => _names.Add(name));
            return new(this, target, identity, path, handle!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, target);
        }
    }

    // The names of a target's partial files, and of what belongs to them.
    private string[] Find(string folder, string prefix)
    {
        lock (_lock)
        {
            if (!IsAsKnown(folder))
            {
                Read(folder);
            }

            return [.. _names.Where(name => IsPartial(name, prefix))];
        }
    }

    private void Change(string folder, Action change, Action note)
    {
        lock (_lock)
        {
            bool isKnown = IsAsKnown(folder);
            change();
            if (isKnown)
            {
                note();
                _status = ReadStatus(folder);
            }
        }
    }

    private bool IsAsKnown(string folder) => _folder == folder && _status is not null && ReadStatus(folder) == _status;

    // Asked for before the names are read: what changes meanwhile has them read again. They may be many, of which nothing else
    // is looked at.
    private void Read(string folder)
    {
        _folder = folder;
        _status = ReadStatus(folder);
        _names.Clear();
        _names.UnionWith(new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => entry.FileName.ToString(),
            new() { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                entry.FileName.Contains(Suffix, StringComparison.Ordinal) && !entry.IsDirectory,
        });
    }

    // Null where the system does not say it, as on Windows, or where a link leads to the folder: then it is read each time.
    private static FileStatus? ReadStatus(string folder) =>
        FileStatus.ReadName(folder) is { IsFolder: true } status ? status : null;

    private static bool IsPartial(ReadOnlySpan<char> name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && name.Length >= prefix.Length + HexDigits + Suffix.Length
        && name[(prefix.Length + HexDigits)..].StartsWith(Suffix, StringComparison.Ordinal)
        && name.Slice(prefix.Length, HexDigits).IndexOfAnyExcept(Digits) < 0;

    private static string ShortenName(string name) => Encoding.UTF8.GetByteCount(name) <= LongestName
        ? name
        : name[..(LongestName / 8)] + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HexDigits];
}
