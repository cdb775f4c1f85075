using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Collaboration.Applications;

/// <summary>
/// How a program is told what it was run for: two files that are the user's alone, whose place an environment variable
/// names. Whoever lists processes sees neither, as he would see a command line.
/// </summary>
internal static class LaunchFile
{
    /// <summary>The environment variable with the path of <see cref="InvitationName"/>.</summary>
    public const string Variable = "PEERNET_INVITATION";

    /// <summary>The file with all but the data, in JSON.</summary>
    public const string InvitationName = "invitation.json";

    /// <summary>The file with the invitation's data, as it is.</summary>
    public const string DataName = "data.bin";

    private const int MaximumLength = 64 * 1024;
    private const int MaximumData = 16 * 1024;

    /// <summary>Writes both files.</summary>
    /// <returns>The path of the first one.</returns>
    /// <exception cref="PeerException">The disk is full, or the folder cannot be written.</exception>
    public static string Write(string folder, PeerAppLaunchInfo info)
    {
        string path = Path.Combine(folder, InvitationName);
        AtomicFile.Write(Path.Combine(folder, DataName), info.Data, isPrivate: true);
        AtomicFile.Write(path, StateJson.Encode(Document.From(info)), isPrivate: true);
        return path;
    }

    /// <summary>Reads both files.</summary>
    /// <param name="path">The path of the first one; null for a process that was told none.</param>
    /// <exception cref="PeerException">They are not there, not the user's alone, too long, or damaged.</exception>
    public static PeerAppLaunchInfo Read(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw PeerErrors.NotFound.Exception(
                $"This process was not run by an accepted invitation: the variable {Variable} is not set.");
        }

        try
        {
            if (Path.IsPathFullyQualified(path)
                && Path.GetDirectoryName(path) is { } folder
                && ReadOwn(path, MaximumLength) is { } content
                && ReadOwn(Path.Combine(folder, DataName), MaximumData) is { } data
                && StateJson.Decode<Document>(content)?.ToInfo(data) is { } info)
            {
                return info;
            }
        }
        catch (Exception exception)
            when (StateJson.IsDamage(exception) || exception is IOException or UnauthorizedAccessException)
        {
            throw Lost(path, exception);
        }

        throw Lost(path, null);
    }

    private static PeerException Lost(string path, Exception? cause) => PeerErrors.NotFound.Exception(
        $"What the invitation said cannot be read: '{path}' is gone, damaged, or not this user's alone.", path, cause);

    private static byte[]? ReadOwn(string path, int maximumLength)
    {
        using SafeFileHandle handle = RegularFile.OpenRead(path);
        long length = RandomAccess.GetLength(handle);
        if (FileStatus.Read(handle) is not { IsOursAlone: true } || length > maximumLength)
        {
            return null;
        }

        byte[] content = new byte[length];
        int read = 0;
        for (int more = -1; read < content.Length && more != 0; read += more)
        {
            more = RandomAccess.Read(handle, content.AsSpan(read), read);
        }

        return read == content.Length ? content : null;
    }

    private sealed class Document
    {
        public int Version { get; set; } = 1;

        public string? Contact { get; set; }

        public string? DisplayName { get; set; }

        public Guid Endpoint { get; set; }

        public string? EndpointName { get; set; }

        public string? Message { get; set; }

        public Guid ApplicationId { get; set; }

        public Guid InvitationId { get; set; }

        /// <summary>Where the data is, for programs that do not know: beside this file.</summary>
        public string DataFile { get; set; } = DataName;

        public static Document From(PeerAppLaunchInfo info) => new()
        {
            Contact = info.Contact,
            DisplayName = info.DisplayName,
            Endpoint = info.Endpoint,
            EndpointName = info.EndpointName,
            Message = info.Message,
            ApplicationId = info.ApplicationId,
            InvitationId = info.InvitationId,
        };

        public PeerAppLaunchInfo? ToInfo(byte[] data) =>
            this is { Version: 1, Contact: { } contact, DisplayName: { } name, EndpointName: { } endpointName, Message: { } message }
                ? new PeerAppLaunchInfo
                {
                    Contact = contact,
                    DisplayName = name,
                    Endpoint = Endpoint,
                    EndpointName = endpointName,
                    Message = message,
                    Data = data,
                    ApplicationId = ApplicationId,
                    InvitationId = InvitationId,
                }
                : null;
    }
}
