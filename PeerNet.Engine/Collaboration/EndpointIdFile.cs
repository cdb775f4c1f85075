using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration;

/// <summary>The id of this endpoint, which it keeps.</summary>
internal static class EndpointIdFile
{
    private const string FileName = "endpoint";
    private const int MaximumLength = 64;

    /// <summary>The id, made where there is none.</summary>
    /// <exception cref="PeerException">The file is damaged, or cannot be written.</exception>
    public static Guid ReadOrCreate(string folder, IRandomSource random)
    {
        string path = Path.Combine(folder, FileName);
        if (AtomicFile.Read(path, MaximumLength) is { } content)
        {
            return Guid.TryParseExact(System.Text.Encoding.ASCII.GetString(content).Trim(), "D", out Guid read)
                ? read
                : throw PeerErrors.InvalidData.Exception(
                    $"The file '{path}' holds no id of an endpoint. Delete it: this machine gets a new one.", path);
        }

        Guid id = random.NextGuid();
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(id.ToString("D")), isPrivate: true);
        return id;
    }
}
