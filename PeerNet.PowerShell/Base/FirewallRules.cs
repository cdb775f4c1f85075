using System.Globalization;
using System.Management.Automation.Language;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Base;

/// <summary>Ports as commands that open them in a firewall, ready to be pasted. What two uses share is opened once.</summary>
/// <param name="ports">The ports.</param>
/// <param name="program">The program that listens, for a firewall that knows programs only.</param>
internal sealed class FirewallRules(IReadOnlyList<PeerPort> ports, string program)
{
    // The group in Windows, the service of firewalld, and what all comments begin with.
    private const string Label = "PeerNet";

    // Routers and switches ask by IGMP who still listens to a group, and forward it to nobody who has not answered.
    private const string MulticastUse = "members of multicast groups";

    private readonly IReadOnlyList<PeerPort> _ports =
    [
        .. ports.GroupBy(port => (port.Protocol, port.Port)).Select(same => same.First() with
        {
            Use = string.Join(", ", same.Select(port => port.Use).Distinct()),
            IsMulticast = same.All(port => port.IsMulticast),
        }),
    ];

    private bool HasMulticast => _ports.Any(port => port.IsMulticast);

    /// <summary>The firewall of this machine.</summary>
    public static PeerFirewall OfThisSystem =>
        OperatingSystem.IsWindows() ? PeerFirewall.NetFirewallRule
        : OperatingSystem.IsMacOS() ? PeerFirewall.SocketFilter
        : HasProgram("ufw") ? PeerFirewall.Ufw
        : HasProgram("firewall-cmd") ? PeerFirewall.FirewallCmd
        : PeerFirewall.Nft;

    /// <summary>The commands, in order; none where there is nothing to open.</summary>
    public IEnumerable<string> Write(PeerFirewall firewall) => _ports.Count == 0 ? [] : firewall switch
    {
        PeerFirewall.NetFirewallRule => _ports.Select(WriteNetFirewallRule),
        PeerFirewall.Ufw => WriteUfw(),
        PeerFirewall.FirewallCmd => WriteFirewallCmd(),
        PeerFirewall.Nft => WriteNft(),
        _ => WriteSocketFilter(),
    };

    // Its name makes a rule that is pasted again an error, not a twin. IGMP has rules of Windows' own.
    private static string WriteNetFirewallRule(PeerPort port)
    {
        string from = port.IsMulticast ? " -RemoteAddress LocalSubnet" : "";
        return Invariant($"New-NetFirewallRule -Name {Label}-{port.Protocol}-{port.Port} -DisplayName {QuoteHere(Describe(port.Use))}")
            + Invariant($" -Group {Label} -Direction Inbound -Action Allow -Protocol {port.Protocol} -LocalPort {port.Port}{from}");
    }

    private IEnumerable<string> WriteUfw()
    {
        IEnumerable<string> rules = _ports.Select(port =>
            Invariant($"ufw allow {port.Port}/{Lower(port)} comment {QuoteForUfw(Describe(port.Use))}"));
        return HasMulticast
            ? rules.Append($"ufw allow proto igmp to 224.0.0.0/4 comment {QuoteForUfw(Describe(MulticastUse))}")
            : rules;
    }

    // A service, which an administrator can look at and take away as one.
    private IEnumerable<string> WriteFirewallCmd()
    {
        string service = "firewall-cmd --permanent --service=" + Label;
        return
        [
            $"firewall-cmd --permanent --new-service={Label}",
            $"{service} --set-description={QuoteForShell(string.Join(", ", _ports))}",
            .. _ports.Select(port => Invariant($"{service} --add-port={port.Port}/{Lower(port)}")),
            .. HasMulticast ? [$"{service} --add-protocol=igmp"] : Array.Empty<string>(),
            $"firewall-cmd --permanent --add-service={Label}",
            "firewall-cmd --reload",
        ];
    }

    // In front of the rules that are there: the last one may refuse everything.
    private IEnumerable<string> WriteNft()
    {
        IEnumerable<string> rules = _ports.Select(port => WriteNft(Invariant($"{Lower(port)} dport {port.Port}"), port.Use));
        return HasMulticast
            ?
            [
                .. rules,
                WriteNft("ip protocol igmp", MulticastUse),
                WriteNft("icmpv6 type mld-listener-query", MulticastUse),
            ]
            : rules;
    }

    private static string WriteNft(string match, string use) =>
        "nft " + QuoteForShell($"insert rule inet filter input {match} accept comment \"{Describe(use).Replace('"', '\'')}\"");

    private string[] WriteSocketFilter()
    {
        const string Tool = "/usr/libexec/ApplicationFirewall/socketfilterfw";
        return [$"{Tool} --add {QuoteForShell(program)}", $"{Tool} --unblockapp {QuoteForShell(program)}"];
    }

    private static string Describe(string use) => $"{Label}: {use}";

    private static string Lower(PeerPort port) => port.Protocol.ToLowerInvariant();

    private static string QuoteHere(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static string QuoteForShell(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    // ufw refuses a comment with an apostrophe in it.
    private static string QuoteForUfw(string text) => $"'{text.Replace('\'', '\u2019')}'";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Not by PATH, where users who are not the administrator lack some of these.
    private static bool HasProgram(string name) =>
        Array.Exists(["/usr/sbin", "/usr/bin", "/sbin", "/bin"], folder => File.Exists(Path.Combine(folder, name)));
}
