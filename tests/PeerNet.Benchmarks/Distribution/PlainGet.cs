using System.Diagnostics;
using System.Security.Cryptography;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>What there is without peers: one GET of the content into a file, and a SHA-256 pass beside it.</summary>
internal static class PlainGet
{
    private const int CopyLength = 256 * 1024;

    /// <summary>How long it takes.</summary>
    public static async Task<TimeSpan> MeasureAsync(Uri address, string target)
    {
        File.Delete(target);
        using var client = new HttpClient();
        byte[] buffer = new byte[CopyLength];
        long start = Stopwatch.GetTimestamp();
        await using Stream source = await client.GetStreamAsync(address);
        using var file = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long written = 0;
        int read;
        while ((read = await source.ReadAsync(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            RandomAccess.Write(file, buffer.AsSpan(0, read), written);
            written += read;
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
