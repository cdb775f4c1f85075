using System.Security.Cryptography;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol.Records;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>Verifies the signatures of records whose hashes are there and whose authors' keys are open.</summary>
internal sealed class RawVerifier : IDisposable
{
    private readonly byte[][] _hashes;
    private readonly byte[][] _signatures;
    private readonly ECDsa[] _keys;

    /// <param name="records">The records, by the authors in turn.</param>
    /// <param name="authors">The authors.</param>
    public RawVerifier(GraphSecurityRecord[] records, GroupSecurity[] authors)
    {
        _hashes = new byte[records.Length][];
        _signatures = new byte[records.Length][];
        _keys = new ECDsa[records.Length];
        ECDsa[] open = [.. authors.Select(author => author.Key.PublicKey.TryImport(out ECDsa? key)
            ? key
            : throw new InvalidOperationException("The key is none."))];
        for (int i = 0; i < records.Length; i++)
        {
            RecordSecurityData.TryRead(records[i].SecurityData, out RecordSecurityData security);
            _hashes[i] = new byte[RecordDigest.Length];
            RecordDigest.Create(records[i], security.CreatorSerial, security.ModifierSerial, _hashes[i]);
            _signatures[i] = security.Signature.ToArray();
            _keys[i] = open[i % open.Length];
        }
    }

    public void Verify(int record)
    {
        if (!_keys[record].VerifyHash(_hashes[record], _signatures[record]))
        {
            throw new InvalidOperationException("A signature is wrong.");
        }
    }

    public void Dispose() => Array.ForEach(_keys, key => key.Dispose());
}
