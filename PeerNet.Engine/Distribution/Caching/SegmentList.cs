using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A file that lists what a package holds, an id a line, so that the next one need not hold it again.</summary>
internal static class SegmentList
{
    private const int MaximumLength = 512 * 1024 * 1024;

    /// <summary>Writes a list.</summary>
    /// <exception cref="PeerException">The file exists and is not to be replaced, or cannot be written.</exception>
    public static void Write(string path, IEnumerable<SegmentId> ids, bool overwrite)
    {
        if (!overwrite && File.Exists(path))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{path}' exists already; -Force overwrites it.", path);
        }

        var text = new StringBuilder();
        foreach (SegmentId id in ids)
        {
            text.Append(id.ToString()).Append('\n');
        }

        AtomicFile.Write(path, Encoding.ASCII.GetBytes(text.ToString()), isPrivate: true);
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="PeerException">There is no such file, or a line of it is no id.</exception>
    public static HashSet<SegmentId> Read(string path)
    {
        byte[] content = AtomicFile.Read(path, MaximumLength)
            ?? throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path);
        HashSet<SegmentId> ids = [];
        foreach (string line in Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            ids.Add(SegmentId.TryParse(line, out SegmentId id)
                ? id
                : throw PeerErrors.InvalidData.Exception(
                    $"'{path}' is no list of segments, as Export-PeerCache -OutputReferenceFile writes it.", path));
        }

        return ids;
    }
}
