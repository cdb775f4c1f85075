namespace PeerNet.PowerShell.Base;

/// <summary>Finds the files that a path stands for.</summary>
/// <param name="recurse">Whether folders are looked into below their first level.</param>
/// <param name="report">Told of folders that cannot be read.</param>
internal sealed class ContentFiles(bool recurse, Action<string, Exception> report)
{
    /// <summary>The file itself, or the files of a folder.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="isMatch">Whether a wildcard found it: then names begin with its own.</param>
    public IEnumerable<ContentFile> Find(string path, bool isMatch)
    {
        if (!Directory.Exists(path))
        {
            return [new ContentFile(path, System.IO.Path.GetFileName(path))];
        }

        string root = isMatch ? System.IO.Path.GetDirectoryName(path.TrimEnd(System.IO.Path.DirectorySeparatorChar)) ?? path : path;
        return isMatch && !recurse ? [] : FindIn(new DirectoryInfo(path), root);
    }

    private IEnumerable<ContentFile> FindIn(DirectoryInfo folder, string root)
    {
        FileSystemInfo[] entries = List(folder);
        foreach (FileInfo file in entries.OfType<FileInfo>())
        {
            string name = System.IO.Path.GetRelativePath(root, file.FullName).Replace(System.IO.Path.DirectorySeparatorChar, '/');
            yield return new ContentFile(file.FullName, name);
        }

        // A linked folder may lead back to where we are.
        IEnumerable<DirectoryInfo> below = recurse ? entries.OfType<DirectoryInfo>().Where(entry => entry.LinkTarget is null) : [];
        foreach (ContentFile file in below.SelectMany(entry => FindIn(entry, root)))
        {
            yield return file;
        }
    }

    private FileSystemInfo[] List(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            report(folder.FullName, failure);
            return [];
        }
    }
}
