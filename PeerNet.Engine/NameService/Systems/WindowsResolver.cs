using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>Windows: a rule of the Name Resolution Policy Table, which knows no ports.</summary>
internal sealed class WindowsResolver : ISystemResolver
{
    private const int DnsPort = 53;
    private const string Comment = "PeerNet";

    private const string Remove = $"Get-DnsClientNrptRule | Where-Object Comment -EQ '{Comment}' | Remove-DnsClientNrptRule -Force";

    public string Name => "NRPT";

    public IReadOnlyList<SystemStep> Tell(IPEndPoint server) => server.Port == DnsPort
        ? [Script($"{Remove}; Add-DnsClientNrptRule -Namespace '.{PeerNameService.ZoneName}' -NameServers '{server.Address}' -Comment '{Comment}'; Clear-DnsClientCache")]
        : throw PeerErrors.InvalidArgument.Exception(
            $"Windows asks other name servers at port {DnsPort} alone, not at {server.Port}: use -Port {DnsPort}. "
            + "Where another server of this machine has it, -ListenAddress 127.0.0.53 is free for this one.",
            server.Port);

    // What was told before a crash is in no file: the system is asked.
    public IReadOnlyList<SystemStep> TakeBack() => [Script($"{Remove}; Clear-DnsClientCache")];

    private static SystemStep.Run Script(string text) =>
        new("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {text}");
}
