using System.Buffers.Binary;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Transport;

/// <summary>
/// Streams between processes of one user on this machine: sockets of the file system, and on Windows named pipes. Both ends
/// see to it that the other one is the same user; on Unix the administrator may come to any user's, and go to any.
/// </summary>
internal static class LocalChannel
{
    // What the address of a socket has room for, on macOS.
    private const int LongestPath = 103;

    // How long a pipe whose server has no instance free is waited for.
    private const int PipePatienceMilliseconds = 2000;

    /// <summary>Begins to listen.</summary>
    /// <param name="folder">A private folder, where the socket is put if its path is not too long.</param>
    /// <param name="name">A name that nobody else on this machine uses.</param>
    /// <exception cref="IOException">There is no room for the socket.</exception>
    /// <exception cref="SocketException">The system gives no socket.</exception>
    public static ILocalListener Listen(string folder, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return new PipeListener(name);
        }

        string path = Path.Combine(folder, "node.socket");
        return path.Length <= LongestPath
            ? new SocketListener(path, isAlone: false)
            : new SocketListener(Path.Combine(CreateTemporaryFolder(name), "socket"), isAlone: true);
    }

    /// <summary>Connects; null where nobody listens.</summary>
    /// <param name="address">What <see cref="ILocalListener.Address"/> was.</param>
    /// <exception cref="UnauthorizedAccessException">Another user listens, who is told nothing.</exception>
    public static Stream? Connect(string address) => OperatingSystem.IsWindows() ? ConnectPipe(address) : ConnectSocket(address);

    /// <summary>Whether nothing has come, not even the end.</summary>
    public static bool IsSilent(Stream stream) => stream switch
    {
        NetworkStream { Socket: var socket } => !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead),
        PipeStream { IsConnected: true, SafePipeHandle: var pipe } when OperatingSystem.IsWindows() =>
            PeekNamedPipe(pipe, 0, 0, 0, out uint waiting, 0) && waiting == 0,
        _ => false,
    };

    // Made with mode 0700, or the name is somebody else's.
    [UnsupportedOSPlatform("windows")]
    private static string CreateTemporaryFolder(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), name);
        if (Path.Exists(path))
        {
            throw new IOException($"'{path}' is there already.");
        }

        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    [UnsupportedOSPlatform("windows")]
    private static NetworkStream? ConnectSocket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            uint user = UnixPeer.ReadUser(socket);
            if (user == UnixUser.Current || user == UnixUser.Root || UnixUser.Current == UnixUser.Root)
            {
                return new NetworkStream(socket, ownsSocket: true);
            }
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // Nobody is there, as after a crash, or what the address says is none.
            socket.Dispose();
            return null;
        }

        socket.Dispose();
        throw new UnauthorizedAccessException($"the process that listens at '{path}' is another user's");
    }

    [SupportedOSPlatform("windows")]
    private static NamedPipeClientStream? ConnectPipe(string name)
    {
        // A server that somebody planted could else act as whoever comes.
        var pipe = new NamedPipeClientStream(
            ".", name, PipeDirection.InOut, PipeOptions.Asynchronous, TokenImpersonationLevel.Anonymous);
        try
        {
            pipe.Connect(PipePatienceMilliseconds);
            if (PipeAccess.IsOwn(pipe))
            {
                return pipe;
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // Nobody is there.
            pipe.Dispose();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            // It lets in nobody like us.
        }

        pipe.Dispose();
        throw new UnauthorizedAccessException($"the pipe '{name}' is another user's, or a process with more rights has made it");
    }

    [SupportedOSPlatform("windows")]
    [DllImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool PeekNamedPipe(SafePipeHandle pipe, nint buffer, uint length, nint read, out uint waiting, nint leftInMessage);

    /// <summary>Who is at the other end of a socket, as the system says.</summary>
    [UnsupportedOSPlatform("windows")]
    private static class UnixPeer
    {
        private const int LinuxSocketLevel = 1;
        private const int LinuxPeerCredentials = 17;
        private const int MacLocalLevel = 0;
        private const int MacPeerCredentials = 1;
        private const int LongestAnswer = 128;

        // The user is the second number, in the structure of Linux as in that of macOS.
        public static uint ReadUser(Socket socket)
        {
            Span<byte> credentials = stackalloc byte[LongestAnswer];
            bool isMac = OperatingSystem.IsMacOS();
            _ = socket.GetRawSocketOption(
                isMac ? MacLocalLevel : LinuxSocketLevel, isMac ? MacPeerCredentials : LinuxPeerCredentials, credentials);
            return BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[sizeof(uint)..])
                : BinaryPrimitives.ReadUInt32BigEndian(credentials[sizeof(uint)..]);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private sealed class SocketListener : ILocalListener
    {
        private const int Backlog = 64;

        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        private readonly bool _isAlone;

        /// <param name="path">The socket.</param>
        /// <param name="isAlone">Whether its folder was made for it.</param>
        public SocketListener(string path, bool isAlone)
        {
            Address = path;
            _isAlone = isAlone;
            try
            {
                // What a process that crashed has left; its folder is ours alone.
                File.Delete(path);
                _socket.Bind(new UnixDomainSocketEndPoint(path));
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                _socket.Listen(Backlog);
            }
            catch
            {
                _socket.Dispose();
                throw;
            }
        }

        public string Address { get; }

        public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Socket socket = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                uint user = UnixPeer.ReadUser(socket);
                if (user == UnixUser.Current || user == UnixUser.Root)
                {
                    return new NetworkStream(socket, ownsSocket: true);
                }

                socket.Dispose();
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            try
            {
                File.Delete(Address);
                if (_isAlone)
                {
                    Directory.Delete(Path.GetDirectoryName(Address)!);
                }
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody has deleted the folder.
            }
        }
    }

    [SupportedOSPlatform("windows")]
    private sealed class PipeListener(string name) : ILocalListener
    {
        // The first instance is made at once: from then on the name is ours.
        private NamedPipeServerStream? _next = Create(name, PipeOptions.FirstPipeInstance);

        public string Address => name;

        public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
        {
            NamedPipeServerStream pipe = _next ?? Create(name, PipeOptions.None);
            _next = null;
            try
            {
                await pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
                return pipe;
            }
            catch
            {
                await pipe.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        public void Dispose() => _next?.Dispose();

        private static NamedPipeServerStream Create(string name, PipeOptions more) => NamedPipeServerStreamAcl.Create(
            name,
            PipeDirection.InOut,
            NamedPipeServerStream.MaxAllowedServerInstances,
            PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | more,
            inBufferSize: 0,
            outBufferSize: 0,
            PipeAccess.Create());
    }
}
