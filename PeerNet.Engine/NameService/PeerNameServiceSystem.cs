using PeerNet.Engine.NameService.Systems;

namespace PeerNet.Engine.NameService;

/// <summary>What the operating system of this machine would be told about the name service; nothing is done.</summary>
public static class PeerNameServiceSystem
{
    private static ISystemResolver Resolver => SystemRouting.Choose(new SystemFiles());

    /// <summary>What <see cref="INameServer.EnableAsync"/> would tell it, line by line: files and what is written to them, programs
    /// that are run.</summary>
    /// <exception cref="Core.PeerException">It cannot be told; the error says what to do instead.</exception>
    public static IReadOnlyList<string> DescribeConfiguration(PeerNameServiceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SystemRouting.Describe(Resolver.Tell(SystemRouting.ServerOf(request.Addresses, request.Port)));
    }

    /// <summary>What <see cref="INameServer.DisableAsync"/> would do to take it back, line by line.</summary>
    public static IReadOnlyList<string> DescribeRemoval() => SystemRouting.Describe(Resolver.TakeBack());
}
