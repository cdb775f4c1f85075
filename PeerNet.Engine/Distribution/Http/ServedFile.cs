using System.Globalization;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>A published file, open, as it is for one request.</summary>
internal sealed class ServedFile : IDisposable
{
    private ServedFile(ContentResource resource, SafeFileHandle handle, FileStamp stamp, DateTimeOffset now)
    {
        Handle = handle;
        Stamp = stamp;
        IsAsHashed = IsEqual(stamp, resource.Stamp);
        Modified = ToSeconds(stamp.Modified);
        LastModified = (stamp with { Changed = 0 }).IsSettled(now) ? Modified : null;
        EntityTag = IsAsHashed
            ? resource.EntityTag
            : new(
                string.Create(CultureInfo.InvariantCulture, $"\"{stamp.Length:x}-{stamp.Modified:x}-{stamp.Changed:x}\""),
                isWeak: !stamp.IsSettled(now));
    }

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>What it is like.</summary>
    public FileStamp Stamp { get; }

    /// <summary>Whether it is still what was hashed. Attributes may have changed.</summary>
    public bool IsAsHashed { get; }

    /// <summary>The validator: its length and what its hashes come to; or, until it is hashed again, when it was changed,
    /// which is weak as long as it could change once more within the same tick of the clock.</summary>
    public EntityTagHeaderValue EntityTag { get; }

    /// <summary>When it was modified, in whole seconds.</summary>
    public DateTimeOffset Modified { get; }

    /// <summary>The same as a strong validator; null while the second is not over, or has not even come (RFC 9110 8.8.2).</summary>
    public DateTimeOffset? LastModified { get; }

    /// <summary>Opens the file of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read; or another file has taken its place, by a link.</exception>
    public static ServedFile Open(ContentResource resource, DateTimeOffset now)
    {
        SafeFileHandle handle = RegularFile.OpenRead(resource.Path, FileOptions.SequentialScan, out FileStatus? status);
        try
        {
            FileStamp stamp = FileStamp.From(handle, status);
            return IsEqual(stamp, resource.Stamp) || IsInPlace(resource, handle)
                ? new(resource, handle, stamp, now)
                : throw new UnauthorizedAccessException(
                    "A link has taken its place, and what that leads to was never published. Publish the file again.");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether nobody has written to the file since it was opened.</summary>
    public bool IsUnchanged() => IsEqual(FileStamp.Read(Handle), Stamp);

    public void Dispose() => Handle.Dispose();

    private static bool IsEqual(FileStamp one, FileStamp other) =>
        (one with { Changed = 0 }) == (other with { Changed = 0 });

    // A file may change or be replaced where it is: where it was hashed, or at its path below the folder that was published,
    // without a link on the way there. The number of a file says nothing: systems give it to another one later.
    private static bool IsInPlace(ContentResource resource, SafeFileHandle handle) =>
        RealPath.Find(handle, resource.Path) is { } actual
        && ((resource.RealPath is { } hashed && RealPath.AreEqual(actual, hashed))
            || (RealPath.Resolve(resource.Root) is { } root
                && RealPath.AreEqual(actual, Path.Join(root, Path.GetRelativePath(resource.Root, resource.Path)))));

    private static DateTimeOffset ToSeconds(long ticks) =>
        new(ticks - (ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
