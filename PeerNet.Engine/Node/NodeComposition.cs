using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Node;

/// <summary>Puts a node together.</summary>
internal static class NodeComposition
{
    public const string IdentityFolder = "identities";
    private const string DistributionFolder = "distribution";
    public const string GraphFolderName = "graphs";
    public const string GroupFolderName = "groups";
    public const string CollaborationFolderName = "collaboration";
    private const string AddressCacheFile = "pnrp-addresses.json";
    private const string KeptNamesFile = "pnrp-names.json";
    private const string KeptGraphsFile = "open-graphs.json";

    /// <summary>The protocol version of a suite (MS-PNRP 2.2.1).</summary>
    public static Version PnrpVersion(PeerSuite suite) => new(suite == PeerSuite.Modern ? 5 : 4, 0);

    /// <summary>The protocol version of graphs (MS-PPGRH 2.2.1.2).</summary>
    public static Version GraphVersion { get; } = new(1, 0);

    /// <summary>The security version of groups (MS-PPSEC 1.7).</summary>
    public static Version GroupVersion => GroupDescription.SecurityVersion;

    /// <summary>The version of the protocol of collaboration.</summary>
    public static Version CollaborationVersion { get; } = new(1, 0);

    /// <summary>The services of one node. The folder and the logger factory stay the caller's.</summary>
    public static ServiceProvider Compose(
        PeerNodeOptions options,
        StateFolder folder,
        ILoggerFactory loggerFactory,
        Action<IServiceCollection>? replace)
    {
        var services = new ServiceCollection();
        services.AddSingleton(options);
        services.AddSingleton<ILoggerFactory>(new EscapingLoggerFactory(loggerFactory));
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IRandomSource>(SystemRandomSource.Instance);
        services.AddSingleton<NodeEvents>();
        services.AddSingleton<IPnrpObserver>(provider => provider.GetRequiredService<NodeEvents>());
        services.AddSingleton<IDistributionObserver>(provider => provider.GetRequiredService<NodeEvents>());
        services.AddSingleton<IGraphObserver>(provider => provider.GetRequiredService<NodeEvents>());
        services.AddSingleton<ICollaborationObserver>(provider => provider.GetRequiredService<NodeEvents>());
        services.AddSingleton<INameServerObserver>(provider => provider.GetRequiredService<NodeEvents>());
        services.AddSingleton<IGroupObserver>(provider => provider.GetRequiredService<NodeEvents>());
        AddIdentities(services, options, folder);
        AddPnrp(services, options, folder);
        AddDistribution(services, options, folder);
        AddGraphs(services, options, folder);
        AddGroups(services, options, folder);
        AddCollaboration(services, options, folder);
        AddNameServer(services);
        replace?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    private static void AddIdentities(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        services.AddSingleton(provider => IdentityStore.Open(
            folder.GetFolder(IdentityFolder),
            provider.GetRequiredService<IRandomSource>(),
            provider.GetRequiredService<TimeProvider>(),
            suite: options.Suite));
        services.AddSingleton<IIdentityService>(provider => provider.GetRequiredService<IdentityStore>());
    }

    private static void AddPnrp(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        services.AddSingleton(new PnrpServiceOptions
        {
            Suite = options.Suite,
            Port = options.PnrpPort,
            Addresses = Choose(options),
            Seeds = options.Seeds,
        });
        services.AddSingleton<INetworkInterfaces, SystemNetworkInterfaces>();
        services.AddSingleton<IDatagramNetwork, UdpNetwork>();
        services.AddSingleton<IMulticastNetwork, UdpMulticastNetwork>();
        services.AddSingleton(provider => new AddressCache(
            Path.Combine(folder.Location, AddressCacheFile), provider.GetRequiredService<ILogger<AddressCache>>()));
        services.AddSingleton(_ => KeptNames.Open(Path.Combine(folder.Location, KeptNamesFile)));
        services.AddSingleton<PnrpService>();
    }

    private static AddressChoice Choose(PeerNodeOptions options) =>
        new() { Addresses = options.ListenAddresses, Interfaces = options.Interfaces };

    private static void AddGraphs(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        services.AddSingleton(new GraphServiceOptions
        {
            Folder = folder.GetFolder(GraphFolderName),
            KeptFile = Path.Combine(folder.Location, KeptGraphsFile),
            Addresses = Choose(options),
            Port = options.GroupPort,
        });

        // Graphs and groups share the places for connections of others, as they share the machine's descriptors.
        services.AddSingleton(new ConnectionPlaces(DescriptorShares.Of(OpenFiles.ReadLimit()).Graphs));
        services.AddSingleton<IStreamTransport, TcpTransport>();
        services.AddSingleton<IPeerLocator, PnrpLocator>();
        services.AddSingleton<GraphService>();
    }

    private static void AddGroups(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        string path = folder.GetFolder(GroupFolderName);
        services.AddSingleton(new GroupServiceOptions { Folder = path });
        services.AddSingleton(provider => new GroupGraphs(ActivatorUtilities.CreateInstance<GraphService>(
            provider,
            new GraphServiceOptions
            {
                Folder = path,
                Addresses = Choose(options),
                Port = options.GroupPort,
                UsualPort = PeerNodeOptions.DefaultGroupPort,
                Kind = "Group",
            })));
        services.AddSingleton<GroupService>();
    }

    private static void AddCollaboration(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        services.AddSingleton(new CollaborationServiceOptions
        {
            Folder = folder.GetFolder(CollaborationFolderName),
            Addresses = Choose(options),
            DiscoveryPort = options.DiscoveryPort,
            MaximumConnections = DescriptorShares.Of(OpenFiles.ReadLimit()).Collaboration,
        });
        services.AddSingleton<IInvitedGroups, InvitedGroups>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<CollaborationServices>(
            provider, provider.GetRequiredService<ILogger<CollaborationService>>()));
        services.AddSingleton<CollaborationService>();
    }

    private static void AddNameServer(IServiceCollection services)
    {
        services.AddSingleton(provider => new PeerNameSearch(
            provider.GetRequiredService<PnrpService>(), provider.GetRequiredService<INetworkInterfaces>()));
        services.AddSingleton<ISystemHost, SystemHost>();
        services.AddSingleton(provider => SystemRouting.Choose(provider.GetRequiredService<ISystemHost>()));
        services.AddSingleton<SystemRouting>();
        services.AddSingleton<NameServerServices>();
        services.AddSingleton<NameServer>();
    }

    private static void AddDistribution(IServiceCollection services, PeerNodeOptions options, StateFolder folder)
    {
        services.AddSingleton(new DistributionServiceOptions
        {
            Folder = folder.GetFolder(DistributionFolder),
            Addresses = Choose(options),
            RetrievalPort = options.RetrievalPort,
            DiscoveryPort = options.DiscoveryPort,
            MaximumConnections = DescriptorShares.Of(OpenFiles.ReadLimit()).Http,
        });
        services.AddSingleton<DistributionContext>();
        services.AddSingleton<DistributionService>();
    }
}
