using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.PowerShell.Base;

/// <summary>Finds the files that a path stands for.</summary>
/// <param name="recurse">Whether folders are looked into below their first level.</param>
/// <param name="report">Told of what is in a folder and cannot be published.</param>
internal sealed class ContentFiles(bool recurse, Action<PeerException> report)
{
    /// <summary>The file itself, or the files of a folder.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="isMatch">Whether a wildcard found it: then names begin with its own.</param>
    /// <exception cref="PeerException">There is nothing of that name.</exception>
    public IEnumerable<ContentFile> Find(string path, bool isMatch)
    {
        if (Directory.Exists(path))
        {
            string folder = Path.TrimEndingDirectorySeparator(path);
            string root = isMatch ? Path.GetDirectoryName(folder) ?? folder : folder;
            return isMatch && !recurse ? [] : FindIn(new DirectoryInfo(folder), folder, root);
        }

        return File.Exists(path)
            ? [new ContentFile(path, Path.GetFileName(path), Root: null)]
            : throw PeerErrors.NotFound.Exception($"There is no file or folder '{path}'.", path);
    }

    private IEnumerable<ContentFile> FindIn(DirectoryInfo folder, string top, string root)
    {
        FileSystemInfo[] entries = List(folder);
        foreach (FileInfo file in entries.OfType<FileInfo>().Where(file => IsInside(file, top)))
        {
            string name = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            yield return new ContentFile(file.FullName, name, top);
        }

        // A linked folder may lead back to where we are.
        IEnumerable<DirectoryInfo> below = recurse ? entries.OfType<DirectoryInfo>().Where(entry => entry.LinkTarget is null) : [];
        foreach (ContentFile file in below.SelectMany(entry => FindIn(entry, top, root)))
        {
            yield return file;
        }
    }

    // Whoever names a folder does not mean what lies outside of it. Where a link leads says its last component, and each
    // before that; nothing else can be one, because linked folders are not looked into.
    private bool IsInside(FileInfo file, string top)
    {
        bool isInside = file.LinkTarget is null
            || (RealPath.Resolve(file.FullName) is { } target && RealPath.Resolve(top) is { } folder
                && RealPath.IsBelow(target, folder));
        if (!isInside)
        {
            report(PeerErrors.AccessDenied.Exception(
                $"'{file.FullName}' is a link to something outside of '{top}'; to publish that, name the link itself.",
                file.FullName));
        }

        return isInside;
    }

    private FileSystemInfo[] List(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            report(PeerErrors.AccessDenied.Exception(
                $"The folder '{folder.FullName}' cannot be read: {failure.Message}", folder.FullName, failure));
            return [];
        }
    }
}
