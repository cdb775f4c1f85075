using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// A folder that Publish-PeerContent puts segments into until Export-PeerCache packs them: a store of its own, without a
/// limit.
/// </summary>
internal static class StagingFolder
{
    /// <summary>Opens a staging folder, or makes one.</summary>
    /// <exception cref="PeerException">Another process has it, or it is damaged.</exception>
    public static SegmentStore Open(string path, TimeProvider time, ILogger logger) =>
        SegmentStore.Open(new SegmentStoreOptions { Folder = path }, time, logger);

    /// <summary>Opens a staging folder that is there.</summary>
    /// <exception cref="PeerException">There is none; or another process has it, or it is damaged.</exception>
    public static SegmentStore OpenExisting(string path, TimeProvider time, ILogger logger) =>
        File.Exists(Path.Combine(path, SegmentStore.IndexFile))
            ? Open(path, time, logger)
            : throw PeerErrors.NotFound.Exception(
                $"'{path}' is no staging folder; Publish-PeerContent -StageData makes one.", path);
}
