using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>systemd-resolved: a drop-in that routes one domain (resolved.conf(5)). Other names go where they went before; of
/// this node they are asked besides, and refused.</summary>
internal sealed class SystemdResolver(ISystemFiles files) : FileResolver(files, "/etc/systemd/resolved.conf.d/peernet.conf")
{
    // Is there while it runs.
    private const string RuntimeFolder = "/run/systemd/resolve";

    private const string MainFile = "/etc/systemd/resolved.conf";

    private static readonly string[] DropIns =
        ["/etc/systemd/resolved.conf.d", "/run/systemd/resolved.conf.d", "/usr/local/lib/systemd/resolved.conf.d", "/usr/lib/systemd/resolved.conf.d"];

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

        RequireNoOthers();
    }

    // Routing is by link, and servers without a link are one set, of which any is asked for any name that goes there.
    private void RequireNoOthers()
    {
        string[] others = [.. DropIns.SelectMany(folder => Files.List(folder, ".conf")).Prepend(MainFile)];
        if (others.FirstOrDefault(HasServers) is { } other)
        {
            throw PeerErrors.ServiceNotAvailable.Exception(
                $"systemd-resolved has name servers for all links (DNS= in '{other}'), and would ask them for names below "
                + $"{PeerNameService.ZoneName}, and this node for all others. Give them to their link instead, by NetworkManager, "
                + "systemd-networkd or 'resolvectl dns'.",
                other);
        }
    }

    private bool HasServers(string path) => Files.Read(path) is { } text && !IsOurs(text) && text.Split('\n', StringSplitOptions.TrimEntries)
        .Any(line => line.StartsWith("DNS=", StringComparison.Ordinal) && line.Length > "DNS=".Length);
}
