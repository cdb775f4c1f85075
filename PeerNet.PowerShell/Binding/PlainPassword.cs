using System.Runtime.InteropServices;
using System.Security;

namespace PeerNet.PowerShell.Binding;

/// <summary>The characters of a password for as long as one engine call takes; wiped afterwards.</summary>
internal sealed class PlainPassword : IDisposable
{
    private readonly char[] _characters;

    public PlainPassword(SecureString? password)
    {
        _characters = GC.AllocateUninitializedArray<char>(password?.Length ?? 0, pinned: true);
        if (password is null)
        {
            return;
        }

        IntPtr plain = Marshal.SecureStringToGlobalAllocUnicode(password);
        try
        {
            Marshal.Copy(plain, _characters, 0, _characters.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(plain);
        }
    }

    /// <summary>The characters; empty where there is no password.</summary>
    public ReadOnlySpan<char> Span => _characters;

    /// <summary>The characters, for a call that waits.</summary>
    public ReadOnlyMemory<char> Memory => _characters;

    public void Dispose() => Array.Clear(_characters);
}
