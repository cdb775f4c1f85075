using System.Security.Cryptography;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Writes a <see cref="DatabaseFile"/>.</summary>
internal sealed class DatabaseFileWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Writes what comes before the records.</summary>
    public void Begin(GraphState state)
    {
        Write(DatabaseFile.WriteHead());
        WriteWithLength(DatabaseFile.Write(state));
    }

    /// <summary>Writes a record.</summary>
    public void Write(GraphRecord record) => WriteWithLength(RecordCodec.Encode(record));

    /// <summary>Writes what comes after the records.</summary>
    public void End()
    {
        Write(DatabaseFile.WriteLength(0));
        stream.Write(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void WriteWithLength(byte[] bytes)
    {
        Write(DatabaseFile.WriteLength(bytes.Length));
        Write(bytes);
    }

    private void Write(byte[] bytes)
    {
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }
}
