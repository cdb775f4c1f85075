namespace PeerNet.PowerShell.Base;

/// <summary>
/// Puts together the bytes that come one by one through the pipeline, as from <c>Get-Content -AsByteStream</c>. An array that
/// comes as one object is whole already.
/// </summary>
internal sealed class PipedBytes
{
    private readonly List<byte> _bytes = [];

    /// <summary>Adds what has come; false where it is whole, and none of the others.</summary>
    public bool TryAdd(byte[] data)
    {
        if (data.Length != 1)
        {
            return false;
        }

        _bytes.Add(data[0]);
        return true;
    }

    /// <summary>The bytes that have come since they were last taken; null where none have.</summary>
    public byte[]? Take()
    {
        if (_bytes.Count == 0)
        {
            return null;
        }

        byte[] whole = [.. _bytes];
        _bytes.Clear();
        return whole;
    }
}
