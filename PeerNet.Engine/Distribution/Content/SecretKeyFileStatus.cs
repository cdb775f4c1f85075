namespace PeerNet.Engine.Distribution.Content;

/// <summary>What reading a secret key file came to.</summary>
internal enum SecretKeyFileStatus
{
    /// <summary>The key was read.</summary>
    Ok,

    /// <summary>The passphrase is another, or the file is damaged; the format does not tell which.</summary>
    WrongPassphrase,

    /// <summary>No file of this kind has such a length.</summary>
    Damaged,
}
