# Runs a node until the process is told to end: what Install-PeerNode has the operating system start.
param(
    [Parameter(Mandatory)] [string] $Name,
    [string] $StatePath,
    [string] $ScriptPath
)

# Whatever fails ends the process, so that the service manager sees it and starts it anew.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module (Join-Path (Split-Path $PSScriptRoot) 'PeerNet.psd1')
$node = @{ Name = $Name }
if ($StatePath) { $node.StatePath = $StatePath }

# launchd keeps what a process writes in a file that grows without end.
if ($IsMacOS -and $StatePath) { $node.LogPath = Join-Path $StatePath 'node.log' } else { $node.LogToSystem = $true }
Start-PeerNode @node -Component All
if ($ScriptPath) { & $ScriptPath }

# systemd waits for this (sd_notify(3)); an address that begins with @ is an abstract one.
if ($env:NOTIFY_SOCKET) {
    $socket = [System.Net.Sockets.Socket]::new('Unix', 'Dgram', 'Unspecified')
    $address = $env:NOTIFY_SOCKET -replace '^@', "`0"
    $socket.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($address))
    $null = $socket.Send([System.Text.Encoding]::ASCII.GetBytes("READY=1`nSTATUS=The node $Name runs."))
    $socket.Dispose()
}
"The node $Name runs in $((Get-PeerNode $Name).StorePath)."

# Actions of events run while it waits. SIGTERM stops the node and ends the process; Stop-PeerNode in another terminal ends it
# here.
while (Get-PeerNode -Name $Name -ErrorAction Ignore | Where-Object ProcessId -EQ $PID) {
    Wait-Event -SourceIdentifier PeerNet.Service.End -Timeout 5
}
