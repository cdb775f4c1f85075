namespace PeerNet.Benchmarks.Distribution;

/// <summary>A folder of many files of 4 KiB, in memory where the system has room there.</summary>
internal sealed class SmallFiles : IDisposable
{
    public const int FileLength = 4096;

    private readonly TestFile _place;

    private SmallFiles(TestFile place, int count)
    {
        _place = place;
        Count = count;
    }

    /// <summary>How many there are; their names are their numbers.</summary>
    public int Count { get; }

    /// <summary>Where they are, and nothing else.</summary>
    public string Folder => Combine("files");

    public static SmallFiles Create(int count)
    {
        var files = new SmallFiles(TestFile.Create(1, copies: 8 * count * FileLength), count);
        Directory.CreateDirectory(files.Folder);
        var random = new Random(1);
        byte[] bytes = new byte[FileLength];
        for (int number = 0; number < count; number++)
        {
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(files.Folder, $"{number}"), bytes);
        }

        return files;
    }

    /// <summary>A place beside the files.</summary>
    public string Combine(string name) => Path.Combine(_place.Folder, name);

    public void Dispose() => _place.Dispose();
}
