namespace PeerNet.Engine.Storage;

/// <summary>What is at a path is no regular file: a folder, a FIFO, a socket or a device.</summary>
/// <param name="path">The path.</param>
public sealed class IrregularFileException(string path)
    : IOException($"'{path}' is no regular file, but a folder, a pipe, a socket or a device.");
