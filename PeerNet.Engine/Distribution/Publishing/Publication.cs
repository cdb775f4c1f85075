using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>Published content, with what its content server needs.</summary>
internal sealed record Publication
{
    /// <summary>What is shown of it.</summary>
    public required PeerPublishedContent Content { get; init; }

    /// <summary>The file as it was when it was hashed; null for a stream.</summary>
    public FileStamp? Stamp { get; init; }

    /// <summary>Where the file was when it was hashed, whatever links led there; null for a stream, or where that is not
    /// known.</summary>
    public string? RealPath { get; init; }

    /// <summary>The prefix of the content server; null for none.</summary>
    public string? HttpPrefix { get; init; }

    /// <summary>Where below the prefix it is; null for nowhere.</summary>
    public string? ServedAs { get; init; }

    /// <summary>Whether its file is another one now. Attributes may change, and a file that is gone is not another.</summary>
    public bool HasChanged =>
        Stamp is { } stamp
        && FileStamp.TryRead(Content.Path!) is { } now
        && (now with { Changed = 0 }) != (stamp with { Changed = 0 });

    /// <summary>The address of content below a prefix; a prefix for every address is shown with the machine's name.</summary>
    public static Uri? GetAddress(string? prefix, string? servedAs)
    {
        if (prefix is null || servedAs is null)
        {
            return null;
        }

        string host = prefix.Contains("://+", StringComparison.Ordinal) || prefix.Contains("://*", StringComparison.Ordinal)
            ? string.Concat("http://", Environment.MachineName, prefix.AsSpan("http://+".Length))
            : prefix;
        string path = string.Join('/', servedAs.Split('/').Select(Uri.EscapeDataString));
        return Uri.TryCreate(host.TrimEnd('/') + "/" + path, UriKind.Absolute, out Uri? address) ? address : null;
    }
}
