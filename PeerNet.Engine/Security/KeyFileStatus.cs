namespace PeerNet.Engine.Security;

/// <summary>What reading a key file came to.</summary>
internal enum KeyFileStatus
{
    /// <summary>The key and the certificate were read.</summary>
    Ok,

    /// <summary>The file is sound, and the password is another.</summary>
    WrongPassword,

    /// <summary>The file is no PKCS #12 of the form written here, or its key is not its certificate's.</summary>
    Damaged,
}
