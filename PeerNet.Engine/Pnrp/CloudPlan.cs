using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>Which clouds a machine has: a pure function of its interfaces.</summary>
internal static class CloudPlan
{
    private const string GlobalName = "Global_";
    private const string SiteLocalName = "SiteLocal_";
    private const string LinkLocalName = "LinkLocal_";
    private const string LoopbackName = "Loopback_";

    /// <summary>The clouds, widest first.</summary>
    /// <param name="interfaces">The interfaces that are up.</param>
    /// <param name="choice">The addresses to use.</param>
    public static IReadOnlyList<CloudDescription> From(IReadOnlyList<LocalInterface> interfaces, AddressChoice choice)
    {
        Candidate[] all =
        [
            .. from adapter in interfaces
               from local in adapter.Addresses
               select new Candidate(
                   adapter, local.Address, CloudScopes.Of(local.Address), choice.Includes(adapter, local)),
        ];
        Candidate[] candidates = [.. all.Where(candidate => candidate.IsChosen)];

        LocalInterface? loopback = interfaces.FirstOrDefault(adapter => adapter.IsLoopback);
        var sites = candidates.Where(c => c.Scope == PeerCloudScope.SiteLocal)
            .GroupBy(c => c.Address.ScopeId).ToArray();
        IEnumerable<CloudDescription> clouds =
        [
            .. Cloud(GlobalName, PeerCloudScope.Global, 0, candidates.Where(c => c.Scope == PeerCloudScope.Global)),
            .. sites.SelectMany(site => Cloud(
                sites.Length == 1 ? SiteLocalName : string.Create(
                    CultureInfo.InvariantCulture, $"{SiteLocalName}{site.Key}"),
                PeerCloudScope.SiteLocal, site.Key, site)),
            .. candidates.Where(c => c.Scope == PeerCloudScope.LinkLocal)
                .GroupBy(c => c.Adapter)
                .SelectMany(link => Cloud(
                    LinkLocalName + link.Key.Name, PeerCloudScope.LinkLocal, link.Key.Index, link)),
            .. Cloud(LoopbackName, PeerCloudScope.Loopback, 0,
                candidates.Where(c => c.Scope == PeerCloudScope.Loopback)),
        ];
        return
        [
            .. clouds.Select(cloud => cloud with
            {
                Loopback = loopback,
                MachineAddresses = [.. all.Where(c => IsIn(cloud, c)).Select(c => c.Address)],
            }),
        ];
    }

    private static IEnumerable<CloudDescription> Cloud(
        string name, PeerCloudScope scope, long scopeId, IEnumerable<Candidate> candidates)
    {
        Candidate[] usable = [.. candidates];
        Candidate[] published = [.. Choose([.. LocalInterface.Worthwhile(usable, c => c.Adapter)])];
        Candidate[] chosen = [.. published, .. Choose([.. usable.Where(c => c.Adapter.IsHostOnly).Except(published)])];
        if (chosen.Length > 0)
        {
            yield return new()
            {
                Name = name,
                Scope = scope,
                ScopeId = scopeId,
                Addresses = [.. chosen.Select(c => c.Address)],
                Published = [.. published.Select(c => c.Address)],
                Interfaces = [.. chosen.Select(c => c.Adapter).Distinct()],
            };
        }
    }

    /// <summary>Takes from both families in turn, so that a node with many IPv6 addresses is still found over IPv4.</summary>
    private static IEnumerable<Candidate> Choose(Candidate[] candidates)
    {
        Candidate[] v6 = [.. candidates.Where(c => !c.IsIPv4).OrderBy(c => c.Address.IsIPv6UniqueLocal)];
        Candidate[] v4 = [.. candidates.Where(c => c.IsIPv4)];
        return Enumerable.Range(0, Math.Max(v6.Length, v4.Length))
            .SelectMany(i => v6.Skip(i).Take(1).Concat(v4.Skip(i).Take(1)))
            .Take(CloudDescription.MaximumAddresses);
    }

    private static bool IsIn(CloudDescription cloud, Candidate candidate) =>
        candidate.Scope == cloud.Scope && cloud.Scope switch
        {
            PeerCloudScope.SiteLocal => candidate.Address.ScopeId == cloud.ScopeId,
            PeerCloudScope.LinkLocal => candidate.Adapter.Index == cloud.ScopeId,
            _ => true,
        };

    private sealed record Candidate(LocalInterface Adapter, IPAddress Address, PeerCloudScope? Scope, bool IsChosen)
    {
        public bool IsIPv4 => Address.AddressFamily == AddressFamily.InterNetwork;
    }
}
