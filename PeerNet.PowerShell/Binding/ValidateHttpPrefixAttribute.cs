using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts http and https addresses that may have <c>+</c> for the host: every address of this machine.</summary>
internal sealed class ValidateHttpPrefixAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        string prefix = arguments.ToString()!;
        string named = prefix.Replace("://+", "://localhost", StringComparison.Ordinal);
        if (!Uri.TryCreate(named, UriKind.Absolute, out Uri? uri)
            || uri is not { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
        {
            throw BadArgument.Invalid(
                $"'{prefix}' is not an address to serve under, such as http://localhost:8080/files/ or http://+:8080/.");
        }
    }
}
