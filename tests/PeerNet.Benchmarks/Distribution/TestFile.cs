using System.Security.Cryptography;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>A folder in memory, where the system has one with room enough, with a file of random bytes in it.</summary>
internal sealed class TestFile : IDisposable
{
    private const string MemoryFolder = "/dev/shm";
    private const int Part = 16 * 1024 * 1024;

    private TestFile(string folder, long length)
    {
        Folder = folder;
        Length = length;
        Location = Path.Combine(folder, "content.bin");
    }

    /// <summary>The folder; it goes with this.</summary>
    public string Folder { get; }

    /// <summary>The file.</summary>
    public string Location { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <param name="length">Bytes of the file.</param>
    /// <param name="copies">How many times as many the folder will hold.</param>
    public static TestFile Create(long length, int copies = 1)
    {
        bool isInMemory = Directory.Exists(MemoryFolder)
            && new DriveInfo(MemoryFolder).AvailableFreeSpace > (copies + 1) * length;
        string root = isInMemory ? MemoryFolder : Path.GetTempPath();
        var file = new TestFile(Directory.CreateDirectory(Path.Combine(root, "peernet-" + Guid.NewGuid())).FullName, length);
        using FileStream stream = new(file.Location, FileMode.CreateNew);
        byte[] part = new byte[Part];
        for (long written = 0; written < length; written += Part)
        {
            RandomNumberGenerator.Fill(part);
            stream.Write(part, 0, (int)Math.Min(Part, length - written));
        }

        return file;
    }

    /// <summary>MB in a second.</summary>
    public double Rate(TimeSpan time) => Length / time.TotalSeconds / 1e6;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
