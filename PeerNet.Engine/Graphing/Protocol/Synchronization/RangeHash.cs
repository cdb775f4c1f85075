using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>The hash of a range: MD5 of its RECORD_ABSTRACTs in order (MS-PPGRH 2.2.1.7, 3.1.7.31). It finds differences,
/// and protects nothing.</summary>
internal sealed class RangeHash
{
    private readonly ByteList _abstracts = new();

    /// <summary>The RECORD_ABSTRACTs of the records added.</summary>
    public ReadOnlySpan<byte> Abstracts => _abstracts.Span;

    /// <summary>Records added.</summary>
    public int Count => _abstracts.Length / RecordAbstract.WireLength;

    public void Add(RecordKey key)
    {
        WireWriter writer = _abstracts.Write(RecordAbstract.WireLength);
        new RecordAbstract(key.Id, key.Version).Write(ref writer);
    }

    public void Clear() => _abstracts.Clear();

    public Bits128 Compute()
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(_abstracts.Span, hash);
        return Bits128.Read(hash);
    }
}
