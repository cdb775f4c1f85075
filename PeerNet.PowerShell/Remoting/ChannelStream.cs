using System.Buffers.Binary;
using System.Text;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Frames on a stream: the length of the text, what it is, and the text as UTF-8.</summary>
/// <remarks>One thread reads; any may write.</remarks>
internal sealed class ChannelStream(Stream stream) : IDisposable
{
    /// <summary>The longest text of a frame, in bytes.</summary>
    public const int MaximumLength = 64 << 20;

    private const string Greeting = "PeerNet";

    private const int HeaderLength = sizeof(int) + 1;

    // Room is made for what comes, not for what is announced.
    private const int ReadStep = 1 << 20;

    private readonly Lock _writing = new();

    // What waits is taken at once, where that are many frames.
    private readonly BufferedStream _input = new(stream);
    private readonly byte[] _header = new byte[HeaderLength];

    /// <summary>Writes a frame.</summary>
    /// <exception cref="IOException">The other side has gone.</exception>
    public void Write(ChannelFrame kind, string text = "")
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > MaximumLength)
        {
            throw new InvalidDataException($"An object of {length} bytes is too large to be handed to another process.");
        }

        byte[] frame = new byte[HeaderLength + length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        frame[sizeof(int)] = (byte)kind;
        Encoding.UTF8.GetBytes(text, frame.AsSpan(HeaderLength));
        lock (_writing)
        {
            stream.Write(frame);
        }
    }

    /// <summary>Reads the next frame; false where the other side has closed the stream, or broken a rule of it.</summary>
    /// <exception cref="IOException">The stream was closed here.</exception>
    public bool TryRead(out ChannelFrame kind, out string text)
    {
        kind = default;
        text = "";
        if (_input.ReadAtLeast(_header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        kind = (ChannelFrame)_header[sizeof(int)];
        return length is >= 0 and <= MaximumLength && TryReadText(length, out text);
    }

    /// <summary>Says that this is a node.</summary>
    public void Greet() => Write(ChannelFrame.Hello, Greeting);

    /// <summary>Waits until the other side has said that it is a node.</summary>
    public GreetingResult ReadGreeting(TimeSpan patience)
    {
        bool isLate = false;
        using var limit = new Timer(
            _ =>
            {
                Volatile.Write(ref isLate, true);
                Dispose();
            },
            null,
            patience,
            Timeout.InfiniteTimeSpan);
        try
        {
            int read = _input.ReadAtLeast(_header, HeaderLength, throwOnEndOfStream: false);

            // To be closed here looks like the end, too.
            return Volatile.Read(ref isLate) ? GreetingResult.Late
                : read == 0 ? GreetingResult.Closed
                : read == HeaderLength && _header[sizeof(int)] == (byte)ChannelFrame.Hello
                    && BinaryPrimitives.ReadInt32LittleEndian(_header) == Greeting.Length
                    && TryReadText(Greeting.Length, out string text) && text == Greeting ? GreetingResult.Heard
                : GreetingResult.Strange;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return Volatile.Read(ref isLate) ? GreetingResult.Late : GreetingResult.Closed;
        }
    }

    /// <summary>Whether the other side has not closed the stream, where nothing is to be read on it.</summary>
    public bool IsOpen => PeerNodeChannel.IsOpen(stream);

    /// <summary>Closes the stream; whoever reads or writes it finds out.</summary>
    public void Dispose() => stream.Dispose();

    private bool TryReadText(int length, out string text)
    {
        byte[] content = new byte[Math.Min(length, ReadStep)];
        int read = 0;
        while (read < length)
        {
            if (read == content.Length)
            {
                Array.Resize(ref content, Math.Min(length, content.Length * 2));
            }

            int more = _input.Read(content, read, content.Length - read);
            if (more == 0)
            {
                text = "";
                return false;
            }

            read += more;
        }

        text = Encoding.UTF8.GetString(content, 0, length);
        return true;
    }
}
