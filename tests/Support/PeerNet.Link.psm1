# Several hosts on one link, made of Linux network namespaces on a bridge. Needs root and iproute2.
#
# They are hosts as they are found in the world, unless a test asks for plain ones. None has a default route. Each has a
# bridge for guests with the address 172.17.0.1, on every other one with a guest and on the others without a carrier, and
# behind an adapter that looks like any other an address that all machines of one hypervisor have. Where there is IPv4,
# the last host has no IPv6. A clock that is wrong comes with the process: Open-PeerProcess -ClockOffset.

Set-StrictMode -Version 3

# Whether this machine can make network namespaces; says why not in one line.
function Test-LinkSupport {
    $reason = if (-not $IsLinux) { 'they are a Linux facility' }
    elseif (-not (Get-Command ip -CommandType Application -ErrorAction Ignore)) { "there is no 'ip' command" }
    else {
        $probe = "peernet-probe-$PID"
        $null = ip netns add $probe 2>&1
        if ($LASTEXITCODE -eq 0) {
            ip netns delete $probe
            return $true
        }
        'this user may not make them'
    }
    Write-Information "Network namespaces are not to be had ($reason): the tests that need several hosts are skipped." `
        -InformationAction Continue
    $false
}

function Invoke-Ip {
    param([string] $Command)

    $words = $Command -split ' '
    $output = ip @words 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "ip $Command failed: $output"
    }
}

# What all hosts have alike, made before the link so that it comes first wherever interfaces are listed.
function Add-EqualAddress {
    param(
        [Parameter(Mandatory)] [string] $Namespace,
        [switch] $WithGuest
    )

    Invoke-Ip "-n $Namespace link add docker0 type bridge"
    Invoke-Ip "-n $Namespace address add 172.17.0.1/16 dev docker0"
    if ($WithGuest) {
        Add-InnerPair $Namespace guest0 guest1
        Invoke-Ip "-n $Namespace link set guest0 master docker0"
    }
    Invoke-Ip "-n $Namespace link set docker0 up"
    Add-InnerPair $Namespace nat0 nat1
    Invoke-Ip "-n $Namespace address add 10.0.2.15/24 dev nat0"
}

# An adapter that is up, and leads nowhere.
function Add-InnerPair {
    param([string] $Namespace, [string] $Near, [string] $Far)

    Invoke-Ip "-n $Namespace link add $Near type veth peer name $Far"
    Write-HostOption $Namespace "net/ipv6/conf/$Far/disable_ipv6" 1
    Invoke-Ip "-n $Namespace link set $Near up"
    Invoke-Ip "-n $Namespace link set $Far up"
}

function Write-HostOption {
    param([string] $Namespace, [string] $Option, [string] $Value)

    $output = $Value | ip netns exec $Namespace tee "/proc/sys/$Option" 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$Option of a host cannot be set: $output"
    }
}

# Makes a bridge with one host per name. Hosts have an IPv6 link-local address, and an IPv4 one where asked for.
function Open-Link {
    param(
        [Parameter(Mandatory)] [string[]] $HostName,
        [switch] $IPv4,
        [switch] $Plain
    )

    $id = [guid]::NewGuid().ToString('n').Substring(0, 6)
    $bridge = "peernet-$id"
    Invoke-Ip "netns add $bridge"
    Invoke-Ip "-n $bridge link add br0 type bridge mcast_snooping 0"
    Invoke-Ip "-n $bridge link set br0 up"
    $index = 0
    foreach ($name in $HostName) {
        $index++
        $namespace = "peernet-$id-$name"
        Invoke-Ip "netns add $namespace"
        # Without duplicate address detection an address is there at once.
        Write-HostOption $namespace net/ipv6/conf/default/accept_dad 0
        if ($IPv4 -and -not $Plain -and $index -gt 1 -and $index -eq $HostName.Count) {
            Write-HostOption $namespace net/ipv6/conf/all/disable_ipv6 1
            Write-HostOption $namespace net/ipv6/conf/default/disable_ipv6 1
        }
        Invoke-Ip "-n $namespace link set lo up"
        if (-not $Plain) {
            Add-EqualAddress $namespace -WithGuest:($index % 2 -eq 1)
        }
        Invoke-Ip "link add pn$id$index netns $bridge type veth peer name eth0 netns $namespace"
        Invoke-Ip "-n $bridge link set pn$id$index master br0 up"
        Invoke-Ip "-n $namespace link set eth0 up"
        if ($IPv4) {
            Invoke-Ip "-n $namespace address add 10.77.0.$index/24 dev eth0"
        }
    }
    [pscustomobject]@{
        Bridge = $bridge
        Hosts  = @($HostName | ForEach-Object { "peernet-$id-$_" })
    }
}

function Close-Link {
    param([Parameter(Mandatory)] $Link)

    foreach ($namespace in @($Link.Hosts) + $Link.Bridge) {
        ip netns delete $namespace 2>&1 | Out-Null
    }
}

# Makes a host that is on no link, whose programs meet nobody of another host.
function Open-LoneHost {
    $namespace = "peernet-$([guid]::NewGuid().ToString('n').Substring(0, 6))"
    Invoke-Ip "netns add $namespace"
    Invoke-Ip "-n $namespace link set lo up"
    $namespace
}

function Close-LoneHost {
    param([Parameter(Mandatory)] [string] $Namespace)

    ip netns delete $Namespace 2>&1 | Out-Null
}

# Pulls or plugs a host's cable.
function Switch-Cable {
    param(
        [Parameter(Mandatory)] [string] $Namespace,
        [Parameter(Mandatory)] [ValidateSet('up', 'down')] [string] $State
    )

    Invoke-Ip "-n $Namespace link set eth0 $State"
}

# Lets nothing from a host reach an address.
function Block-Address {
    param(
        [Parameter(Mandatory)] [string] $Namespace,
        [Parameter(Mandatory)] [ipaddress] $Address
    )

    # The most specific route wins, and needs no firewall.
    Invoke-Ip "-n $Namespace route add unreachable $Address"
}

# Whether this machine has a firewall that can cut hosts apart; says why not in one line.
function Test-WallSupport {
    $found = [bool] (Get-Command nft, iptables -CommandType Application -ErrorAction Ignore)
    if (-not $found) {
        Write-Information 'There is neither nft nor iptables: the test that cuts a link in halves is skipped.' -InformationAction Continue
    }
    $found
}

# Has the firewall of a host refuse all TCP from and to other hosts, so that connections end at once, as they do when
# a router knows no way any more; packets that get lost would keep them for minutes. IPv6 is refused altogether.
function Open-Wall {
    param(
        [Parameter(Mandatory)] [string] $Namespace,
        [Parameter(Mandatory)] [string[]] $Address
    )

    $others = $Address -join ', '
    if (Get-Command nft -CommandType Application -ErrorAction Ignore) {
        # What tells of the refusal goes through the same rules.
        $refuse = 'tcp flags & rst == 0 reject with tcp reset'
        $rules = 'add table inet wall'
        foreach ($way in @{ Hook = 'input'; End = 'saddr'; Link = 'iifname' }, @{ Hook = 'output'; End = 'daddr'; Link = 'oifname' }) {
            $hook = $way.Hook
            $rules += "; add chain inet wall $hook { type filter hook $hook priority 0; }" +
            "; add rule inet wall $hook ip $($way.End) { $others } $refuse" +
            "; add rule inet wall $hook $($way.Link) eth0 meta nfproto ipv6 $refuse"
        }
        Invoke-Firewall $Namespace nft $rules
    } else {
        $refuse = '-p', 'tcp', '!', '--tcp-flags', 'RST', 'RST', '-j', 'REJECT', '--reject-with', 'tcp-reset'
        foreach ($way in @{ Hook = 'INPUT'; End = '-s'; Link = '-i' }, @{ Hook = 'OUTPUT'; End = '-d'; Link = '-o' }) {
            Invoke-Firewall $Namespace iptables -A $way.Hook $way.End ($Address -join ',') @refuse
            Invoke-Firewall $Namespace ip6tables -A $way.Hook $way.Link eth0 @refuse
        }
    }
}

function Close-Wall {
    param([Parameter(Mandatory)] [string] $Namespace)

    if (Get-Command nft -CommandType Application -ErrorAction Ignore) {
        Invoke-Firewall $Namespace nft 'delete table inet wall'
    } else {
        Invoke-Firewall $Namespace iptables -F
        Invoke-Firewall $Namespace ip6tables -F
    }
}

function Invoke-Firewall {
    $namespace, $command = $args
    $output = ip netns exec $namespace @command 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$command failed: $output"
    }
}

Export-ModuleMember -Function Test-LinkSupport, Open-LoneHost, Close-LoneHost, Open-Link, Close-Link, Switch-Cable, Block-Address, Test-WallSupport, Open-Wall, Close-Wall
