using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Says what a failure of the file system means.</summary>
internal static class StorageFailure
{
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int NoSpaceOnUnix = 28;

    public static PeerException Translate(Exception exception, string path) => exception switch
    {
        IrregularFileException => PeerErrors.InvalidArgument.Exception(exception.Message, path, exception),
        UnauthorizedAccessException =>
            PeerErrors.AccessDenied.Exception($"The system denies access to '{path}'.", path, exception),
        { HResult: DiskFullOnWindows or NoSpaceOnUnix } =>
            PeerErrors.DiskFull.Exception($"The disk is full; '{path}' was left as it was.", path, exception),
        DirectoryNotFoundException when Path.GetDirectoryName(path) is { } folder && !Path.Exists(folder) =>
            PeerErrors.NotFound.Exception($"The folder '{folder}' does not exist; create it first.", path, exception),
        _ => PeerErrors.WriteFault.Exception($"'{path}' cannot be used: {exception.Message}", path, exception),
    };
}
