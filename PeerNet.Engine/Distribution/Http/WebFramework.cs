using System.Reflection;
using System.Runtime.InteropServices;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// ASP.NET Core, which is not part of every .NET process: PowerShell lacks it, and a module may come without it for the
/// system where it runs. Nothing that names one of its types may be touched before it is known to be there.
/// </summary>
internal static class WebFramework
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>Says so where it is missing.</summary>
    /// <exception cref="PeerException">It is.</exception>
    public static void Require() => Require(Assembly.Load);

    /// <summary>The same, with another way to load an assembly by its name.</summary>
    internal static void Require(Func<string, Assembly> load)
    {
        try
        {
            load(Server);
        }
        catch (FileNotFoundException missing)
        {
            throw PeerErrors.DistributionUnavailable.Exception(
                $"This copy of PeerNet has no web server for {RuntimeInformation.RuntimeIdentifier}: content can be neither "
                + "published nor received. Use a package that was built for this system.",
                null,
                missing);
        }
    }
}
