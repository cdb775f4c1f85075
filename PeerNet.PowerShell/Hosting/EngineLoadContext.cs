using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// Where the engine and its third-party assemblies live, so that no other module's versions meet ours. The default
/// context asks here for the engine alone, which only this assembly references; everything else is asked for by
/// assemblies that are already inside.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private const string EngineName = "PeerNet.Engine";

    private static readonly string Folder =
        Path.Combine(Path.GetDirectoryName(typeof(EngineLoadContext).Assembly.Location)!, "dependencies");

    // Holds what no deps.json mentions: ASP.NET Core for this system, which elsewhere is part of the shared framework, and
    // the engine compiled for it.
    private static readonly string SystemFolder = Path.Combine(Folder, "runtimes", PortableRuntime, "lib");

    private static int s_attached;

    // Knows from the engine's deps.json which files belong to this operating system.
    private readonly AssemblyDependencyResolver _resolver;

    private EngineLoadContext()
        : base("PeerNet", isCollectible: false)
    {
        _resolver = new AssemblyDependencyResolver(Path.Combine(Folder, EngineName + ".dll"));
    }

    /// <summary>What the module lacks on this system, and what can be done about it; null where it lacks nothing.</summary>
    public static string? DescribeGap() => Directory.Exists(SystemFolder)
        ? null
        : $"This copy of PeerNet has no web server for {PortableRuntime}: content can be neither published nor received. Names, "
            + $"graphs and connections work. For the rest build it with ./build.ps1 Package -Runtime {PortableRuntime}.";

    /// <summary>
    /// Answers the default context from now on. It stays so when the module is removed: another runspace may have the
    /// module too, and this one may import it again.
    /// </summary>
    public static void Attach()
    {
        if (Interlocked.Exchange(ref s_attached, 1) == 0)
        {
            Default.Resolving += ResolveEngine;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(SystemFolder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path)
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } common ? LoadFromAssemblyPath(common)
            : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    // RuntimeInformation.RuntimeIdentifier may name a distribution; runtime packs are for families of systems.
    private static string PortableRuntime
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win"
                : OperatingSystem.IsMacOS() ? "osx"
                : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl"
                : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    private static Assembly? ResolveEngine(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == EngineName ? Holder.Instance.LoadFromAssemblyName(name) : null;

    // Made when first asked for the engine, not on import.
    private static class Holder
    {
        public static readonly EngineLoadContext Instance = new();
    }
}
