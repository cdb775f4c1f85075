using System.Net;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>macOS: a file for each domain (resolver(5)), which is watched.</summary>
internal sealed class MacResolver(ISystemFiles files) : FileResolver(files, $"/etc/resolver/{PeerNameService.ZoneName}")
{
    public override string Name => "/etc/resolver";

    protected override string Describe(IPEndPoint server) => $"nameserver {server.Address}\nport {server.Port}\n";
}
