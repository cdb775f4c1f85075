using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>systemd-resolved: a drop-in that routes one domain (resolved.conf(5)). Other names go where they went before.</summary>
internal sealed class SystemdResolver(ISystemFiles files) : FileResolver(files, "/etc/systemd/resolved.conf.d/peernet.conf")
{
    // Is there while it runs.
    private const string RuntimeFolder = "/run/systemd/resolve";

    public override string Name => "systemd-resolved";

    protected override string Describe(IPEndPoint server) => $"[Resolve]\nDNS={server}\nDomains=~{PeerNameService.ZoneName}\n";

    protected override IReadOnlyList<SystemStep> Refresh() =>
        Files.HasFolder(RuntimeFolder) ? [new SystemStep.Run("systemctl", "try-reload-or-restart", "systemd-resolved.service")] : [];

    protected override void RequireThere(IPEndPoint server)
    {
        if (!Files.HasFolder(RuntimeFolder))
        {
            throw PeerErrors.ServiceNotAvailable.Exception(
                "systemd-resolved does not run here, and what else resolves names is not known. "
                + $"For dnsmasq, write 'server=/{PeerNameService.ZoneName}/{server.Address}#{server.Port}' to /etc/dnsmasq.d/peernet.conf; "
                + $"for unbound, 'forward-zone:', 'name: {PeerNameService.ZoneName}' and 'forward-addr: {server.Address}@{server.Port}' to "
                + "/etc/unbound/unbound.conf.d/peernet.conf, with 'do-not-query-localhost: no' and "
                + $"'domain-insecure: {PeerNameService.ZoneName}' below 'server:'. Without either, use -Port 53 and make "
                + $"'nameserver {server.Address}' the first line of /etc/resolv.conf: other names are refused here, and asked of the next one.",
                Name);
        }
    }
}
