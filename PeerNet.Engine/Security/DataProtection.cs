using System.Security.Cryptography;

namespace PeerNet.Engine.Security;

/// <summary>Ties files to the user's account where the system can (DPAPI on Windows); elsewhere file modes must do.</summary>
internal static class DataProtection
{
    public static byte[] Protect(byte[] content) => OperatingSystem.IsWindows()
        ? ProtectedData.Protect(content, optionalEntropy: null, DataProtectionScope.CurrentUser)
        : content;

    /// <summary>Undoes <see cref="Protect"/>.</summary>
    /// <exception cref="CryptographicException">The content was protected by another account, or is damaged.</exception>
    public static byte[] Unprotect(byte[] content) => OperatingSystem.IsWindows()
        ? ProtectedData.Unprotect(content, optionalEntropy: null, DataProtectionScope.CurrentUser)
        : content;
}
