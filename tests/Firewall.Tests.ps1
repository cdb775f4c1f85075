BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $nft = (Get-Command nft -CommandType Application -ErrorAction Ignore) -and (Test-LinkSupport)
    if (-not $nft) {
        Write-Information 'There is no nft, or no host for it: the rules for it are not tried.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $null = Enter-PeerSandbox
    Start-PeerNode -ListenAddress 127.0.0.1
    $graph = New-PeerGraph firewall -Listen
    Set-PeerDistribution Distributed
    $ports = (Get-PeerNode).PortsToOpen
    $graphPort = $graph.Addresses[0].Port
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'The ports of a node' {
    It 'are data' {
        $ports | Where-Object Protocol -EQ TCP | ForEach-Object Port | Should -Contain $graphPort
        ($ports | Where-Object IsMulticast).Port | Should -Be 1900, 3702
    }

    It 'are text as well' {
        "$($ports[1])" | Should -BeExactly 'UDP 1900 (discovery of nodes)'
        $ports -contains 'UDP 1900 (discovery of nodes)' | Should -BeTrue
        $ports -contains 'TCP 1900 (discovery of nodes)' | Should -BeFalse
        $ports | Out-String | Should -Match 'UDP +1900 +True +discovery of nodes'
    }
}

Describe 'Get-PeerFirewallRule' {
    It 'writes for Windows what PowerShell reads as it is meant' {
        $made = [System.Collections.Generic.List[hashtable]]::new()
        function New-NetFirewallRule {
            [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A stand-in.')]
            param($Name, $DisplayName, $Group, $Direction, $Action, $Protocol, $LocalPort, $RemoteAddress)
            $null = $Name, $DisplayName, $Group, $Direction, $Action, $Protocol, $LocalPort, $RemoteAddress
            $made.Add($PSBoundParameters)
        }
        Get-PeerFirewallRule NetFirewallRule | ForEach-Object { . ([scriptblock]::Create($_)) }
        $made.Count | Should -Be $ports.Count
        $rule = $made | Where-Object { $_.LocalPort -eq $graphPort }
        $rule.Name | Should -BeExactly "PeerNet-TCP-$graphPort"
        $rule.DisplayName | Should -BeExactly 'PeerNet: graphs'
        "$($rule.Group) $($rule.Direction) $($rule.Action) $($rule.Protocol)" | Should -BeExactly 'PeerNet Inbound Allow TCP'
        $rule.Keys | Should -Not -Contain RemoteAddress
        ($made | Where-Object { $_.LocalPort -eq 1900 }).RemoteAddress | Should -BeExactly LocalSubnet
    }

    It 'writes for <_> what a shell reads as it is meant' -Skip:$IsWindows -ForEach 'Ufw', 'FirewallCmd', 'Nft' {
        $file = Get-SandboxPath
        $programs = 'ufw', 'firewall-cmd', 'nft'
        $rules = @(Get-PeerFirewallRule $_)
        # A function of a shell may not have every name that a program has.
        $rules -replace "^($($programs -join '|')) ", 'show ' | Set-Content $file
        $read = sh -c "show() { printf '%s|' `"`$@`"; echo; }; . $file"
        $read | Should -HaveCount $rules.Count
        $expected = @{
            Ufw         = "allow|$graphPort/tcp|comment|PeerNet: graphs|"
            FirewallCmd = "--permanent|--service=PeerNet|--add-port=$graphPort/tcp|"
            Nft         = "insert rule inet filter input tcp dport $graphPort accept comment `"PeerNet: graphs`"|"
        }
        $read | Should -Contain $expected[$_]
        $rules -match 'igmp' | Should -HaveCount 1
    }

    It 'writes rules that nft takes, in front of those that are there' -Skip:(-not $nft) {
        $link = Open-Link fire -Plain
        try {
            $file = Get-SandboxPath
            Get-PeerFirewallRule Nft | Set-Content $file
            $setup = 'nft add table inet filter; nft "add chain inet filter input { type filter hook input priority 0; policy drop; }"; ' +
                'nft add rule inet filter input counter reject'
            $listed = @(ip netns exec $link.Hosts[0] sh -e -c "$setup; . $file; nft list chain inet filter input") -match 'accept|reject'
            $LASTEXITCODE | Should -Be 0
            $listed | Should -HaveCount ($ports.Count + 3)
            $listed[-1] | Should -Match 'reject'
            $listed -match "tcp dport $graphPort accept comment `"PeerNet: graphs`"" | Should -HaveCount 1
        } finally {
            Close-Link $link
        }
    }

    It 'opens once what two uses share' {
        $null = Connect-PeerCollaboration
        $rules = Get-PeerFirewallRule NetFirewallRule
        Disconnect-PeerCollaboration
        $rules -match '-LocalPort 3702 ' | Should -HaveCount 1
        $rules -match '-LocalPort 3702 ' | Should -Match "'PeerNet: people near me, discovery'"
    }

    It 'names the program where a firewall knows no ports' {
        Get-PeerFirewallRule SocketFilter | Should -BeLike "*socketfilterfw --* '$((Get-Process -Id $PID).Path)'" -Because 'it is this one'
    }

    It 'writes for this system by itself, and for the node that is piped' {
        $here = if ($IsWindows) { 'New-NetFirewallRule ' } elseif ($IsMacOS) { '/usr/libexec/' } else { 'ufw |firewall-cmd |nft ' }
        Get-PeerNode | Get-PeerFirewallRule | Should -Match "^($here)"
        (Get-PeerFirewallRule -Node default) | Should -Be (Get-PeerNode default | Get-PeerFirewallRule)
    }

    It 'writes for a node of another process' {
        $there = Invoke-FreshPwsh -StateFolder $env:PEERNET_HOME {
            Import-Module $manifest
            Get-PeerFirewallRule Ufw
            "$((Get-PeerNode).PortsToOpen)"
        }
        $there[0..($there.Count - 2)] | Should -Be (Get-PeerFirewallRule Ufw)
        $there[-1] | Should -BeExactly "$ports"
    }

    It 'refuses a node that there is not, and a firewall that there is not' {
        { Get-PeerFirewallRule -Node nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'PEER_E_NODE_NOT_FOUND*'
        { Get-PeerFirewallRule Iptables } | Should -Throw '*NetFirewallRule*Nft*'
    }
}
