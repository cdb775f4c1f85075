using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Reads a <see cref="DatabaseFile"/>, which may come from anybody. It is checked as a whole first.</summary>
internal sealed class DatabaseFileReader : IDisposable
{
    private const int BufferLength = 128 * 1024;

    private readonly string _path;
    private readonly FileStream _stream;

    private DatabaseFileReader(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        State = null!;
    }

    /// <summary>What the file says of the graph.</summary>
    public GraphState State { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">There is none, or it is damaged or of another kind or version.</exception>
    public static DatabaseFileReader Open(string path, CancellationToken cancellationToken)
    {
        var reader = new DatabaseFileReader(path, OpenFile(path));
        try
        {
            reader.Use(() => reader.Check(cancellationToken));
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of the next record; null after the last.</summary>
    /// <exception cref="PeerException">The file cannot be read.</exception>
    public byte[]? Read()
    {
        byte[]? bytes = null;
        Use(() => bytes = ReadWithLength(RecordCodec.MaximumLength));
        return bytes is { Length: > 0 } ? bytes : null;
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(RegularFile.OpenRead(path, FileOptions.SequentialScan), FileAccess.Read, BufferLength);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private void Check(CancellationToken cancellationToken)
    {
        byte[] head = new byte[DatabaseFile.HeadLength];
        if (_stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || !DatabaseFile.IsHead(head, out bool isKnown))
        {
            throw PeerErrors.InvalidDatabase.Exception($"'{_path}' is no exported database of a graph.", _path);
        }

        if (!isKnown)
        {
            throw PeerErrors.UnsupportedVersion.Exception(
                $"'{_path}' was written by a later PeerNet; use that one, or a later one still.", _path);
        }

        CheckHash(cancellationToken);
        _stream.Position = DatabaseFile.HeadLength;
        State = DatabaseFile.TryRead(ReadWithLength(DatabaseFile.MaximumState), out GraphState? state) ? state : throw Damaged();
    }

    private void CheckHash(CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferLength];
        _stream.Position = 0;
        for (long left = _stream.Length - DatabaseFile.HashLength; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = (int)Math.Min(left, buffer.Length);
            _stream.ReadExactly(buffer, 0, length);
            hash.AppendData(buffer, 0, length);
            left -= length;
        }

        if (_stream.Length - _stream.Position != DatabaseFile.HashLength)
        {
            throw Damaged();
        }

        _stream.ReadExactly(buffer, 0, DatabaseFile.HashLength);
        if (!buffer.AsSpan(0, DatabaseFile.HashLength).SequenceEqual(hash.GetHashAndReset()))
        {
            throw Damaged();
        }
    }

    private byte[] ReadWithLength(int maximum)
    {
        byte[] head = new byte[DatabaseFile.LengthSize];
        _stream.ReadExactly(head);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > maximum || length > _stream.Length - DatabaseFile.HashLength - _stream.Position)
        {
            throw Damaged();
        }

        byte[] bytes = new byte[length];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private void Use(Action action)
    {
        try
        {
            action();
        }
        catch (EndOfStreamException)
        {
            throw Damaged();
        }
        catch (IOException exception)
        {
            throw PeerErrors.ReadFault.Exception($"'{_path}' cannot be read: {exception.Message}", _path, exception);
        }
    }

    private PeerException Damaged() =>
        PeerErrors.InvalidDatabase.Exception($"The exported database '{_path}' is damaged; export it again.", _path);
}
