using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The file that a plain download fills from its start to its end. Where a strong validator tells what the content is, what
/// has come can be kept for the next attempt; nothing else vouches for it.
/// </summary>
internal sealed class PlainPartial : IDisposable
{
    private const int IdentityLength = 32;

    private readonly PartialFiles _files;
    private readonly PeerReceiveRequest _request;
    private readonly IRandomSource _random;
    private PartialFile _file;
    private bool _isGone;

    private PlainPartial(PartialFiles files, PeerReceiveRequest request, string? entityTag, IRandomSource random)
    {
        _files = files;
        _request = request;
        _random = random;
        EntityTag = entityTag;
        _file = OpenFile();
        Position = ReadPosition();
    }

    /// <summary>The strong validator of the content; null for none.</summary>
    public string? EntityTag { get; private set; }

    /// <summary>Bytes that it has.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the partial file of a target.</summary>
    /// <param name="files">Opens it.</param>
    /// <param name="request">What is downloaded, and where to.</param>
    /// <param name="entityTag">The strong validator of the content; null for none.</param>
    /// <param name="random">Names a file that nobody is to go on with.</param>
    /// <exception cref="PeerException">Another download writes to the target, or its folder may not be written.</exception>
    public static PlainPartial Open(PartialFiles files, PeerReceiveRequest request, string? entityTag, IRandomSource random) =>
        new(files, request, entityTag, random);

    /// <summary>Begins anew, where the content is another one than what has come.</summary>
    public void Expect(string? entityTag)
    {
        if (entityTag != EntityTag)
        {
            _file.Discard();
            EntityTag = entityTag;
            _file = OpenFile();
            Position = 0;
        }
    }

    /// <summary>Adds what comes next.</summary>
    /// <exception cref="PeerException">The disk is full, or fails.</exception>
    public void Append(ReadOnlySpan<byte> data)
    {
        _file.Write(data, Position);
        Position += data.Length;
    }

    /// <summary>Keeps what has come for the next attempt; false where it is of no use to it, and goes.</summary>
    public bool TryKeep()
    {
        if (_isGone)
        {
            return false;
        }

        if (EntityTag is null || Position == 0)
        {
            Discard();
            return false;
        }

        try
        {
            // First the bytes and then how many they are: a state may fall behind, and must not run ahead.
            _file.Flush();
            byte[] state = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(state, Position);
            _file.WriteState(state);
            return true;
        }
        catch (PeerException)
        {
            // Why the download ended is what is told; that nothing is kept comes with it.
            Discard();
            return false;
        }
    }

    /// <summary>Removes it.</summary>
    public void Discard()
    {
        _isGone = true;
        _file.Discard();
    }

    /// <summary>Puts the whole file in place of its target.</summary>
    /// <exception cref="PeerException">The target cannot be written; nothing is left.</exception>
    public void Commit()
    {
        try
        {
            _file.SetLength(Position);
            _file.Commit(_request.Overwrite);
        }
        catch
        {
            Discard();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private PartialFile OpenFile()
    {
        byte[] identity = new byte[IdentityLength];
        if (EntityTag is null)
        {
            _random.Fill(identity);
        }
        else
        {
            string content = string.Create(
                CultureInfo.InvariantCulture, $"{_request.Uri}\n{EntityTag}\n{_request.Offset}\n{_request.Length}");
            SHA256.HashData(Encoding.UTF8.GetBytes(content), identity);
        }

        return _files.Open(_request.Path, identity, length: null);
    }

    private long ReadPosition()
    {
        byte[]? state = EntityTag is null ? null : _file.ReadState(sizeof(long));
        long position = state is { Length: sizeof(long) } ? BinaryPrimitives.ReadInt64BigEndian(state) : 0;
        return position > 0 && position <= _file.Length ? position : 0;
    }
}
