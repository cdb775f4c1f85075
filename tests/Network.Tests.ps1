BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $links = Test-LinkSupport
    $dissector = $links -and (Get-Command tshark -CommandType Application -ErrorAction Ignore)
    if ($links -and -not $dissector) {
        Write-Information 'There is no tshark: the test with an independent dissector is skipped.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $sandbox = Enter-PeerSandbox

    # Registers a secured name and writes it; leaves when its input ends.
    $publish = {
        param($Cloud, $Suite)
        Import-Module $manifest
        Start-PeerNode -Suite $Suite -WarningAction SilentlyContinue
        $name = New-PeerIdentity -FriendlyName Publisher -Suite $Suite -WarningAction SilentlyContinue |
            New-PeerName -Classifier service
        Register-PeerName $name.Value -Cloud $Cloud -Port 8080 -Text 'over the link' -PassThru |
            ForEach-Object { @{ Name = "$($_.Name)"; Cloud = $_.Cloud } }
        $null = [Console]::In.ReadLine()
    }

    $resolve = {
        param($Name, $Suite)
        Import-Module $manifest
        Start-PeerNode -Suite $Suite -WarningAction SilentlyContinue
        Resolve-PeerName $Name -IncludeData |
            ForEach-Object { @{ Text = $_.Text; IsVerified = $_.IsVerified; Endpoints = @("$($_.Endpoints)") } }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Three hosts on a link, with no seed' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4
        $publisher = Open-PeerProcess $publish -ArgumentList 'Global_', 'Modern' -Namespace $link.Hosts[0]
        $registered = Read-PeerProcess $publisher
    }

    AfterAll {
        try { Close-PeerProcess $publisher } finally { Close-Link $link }
    }

    It 'find each other by multicast: host <_>' -ForEach 1, 2 {
        $found = Invoke-FreshPwsh $resolve -ArgumentList $registered.Name, 'Modern' -Namespace $link.Hosts[$_]
        $found.Text | Should -BeExactly 'over the link'
        $found.IsVerified | Should -BeTrue -Because 'the name is secured'
        $found.Endpoints | Should -Be '10.77.0.1:8080'
    }

    It 'find a name again whose host was off the link' {
        Switch-Cable $link.Hosts[0] down
        Switch-Cable $link.Hosts[0] up
        $script = {
            param($Name)
            Import-Module $manifest
            # How soon the host notices its interface is the operating system's affair.
            for ($try = 0; $try -lt 30 -and -not $found; $try++) {
                $found = Resolve-PeerName $Name -ErrorAction Ignore
            }
            "$($found.Endpoints)"
        }
        Invoke-FreshPwsh $script -ArgumentList $registered.Name -Namespace $link.Hosts[1] | Should -Be '10.77.0.1:8080'
    }

    It 'do not find a name of the other suite' {
        $script = {
            param($Name)
            Import-Module $manifest
            Start-PeerNode -Suite Windows -WarningAction SilentlyContinue
            Resolve-PeerName $Name -TimeoutSeconds 3 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId
        }
        Invoke-FreshPwsh $script -ArgumentList $registered.Name -Namespace $link.Hosts[1] | Should -BeLike '*NOT_FOUND,*'
    }
}

Describe 'A graph over three hosts' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4
        $member = {
            param($Peer, $Address)
            Import-Module $manifest
            $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'
            if ($Address) {
                $null = Connect-PeerGraph notes $Address -PeerId $Peer -Listen
            } else {
                $null = New-PeerGraph notes -PeerId $Peer -Port 40123
            }
            'ready'
            while ($line = [Console]::In.ReadLine()) {
                switch -Regex ($line) {
                    '^add (.*)' { "$((Add-PeerRecord notes $type -Text $Matches[1] -Lifetime 01:00).Id)" }
                    '^list' { (Get-PeerRecord notes | Sort-Object Text).Text -join ',' }
                    '^neighbours' { (Get-PeerGraph notes).Neighbors }
                }
            }
        }
        function Send-Line {
            param($Process, [string] $Line)

            $Process.StandardInput.WriteLine($Line)
            Read-PeerProcess $Process
        }
        function Wait-Answer {
            param($Process, [string] $Line, [string] $Expected, [int] $Seconds = 90)

            $deadline = [datetime]::UtcNow.AddSeconds($Seconds)
            while ("$(Send-Line $Process $Line)" -cne $Expected) {
                if ([datetime]::UtcNow -gt $deadline) { throw "'$Line' did not become '$Expected' within $Seconds seconds." }
                Start-Sleep -Milliseconds 200
            }
        }
        # Nothing gets in, and nothing out.
        function Switch-Wall {
            param([string] $Namespace, [ValidateSet('up', 'down')] [string] $State)

            $command = if ($State -eq 'up') {
                'add table inet wall; add chain inet wall in { type filter hook input priority 0; }; add rule inet wall in iifname "eth0" drop; ' +
                'add chain inet wall out { type filter hook output priority 0; }; add rule inet wall out oifname "eth0" drop'
            } else { 'delete table inet wall' }
            ip netns exec $Namespace nft $command
            if ($LASTEXITCODE -ne 0) { throw 'nft failed.' }
        }
        $first = Open-PeerProcess $member -ArgumentList alice, '' -Namespace $link.Hosts[0]
        $null = Read-PeerProcess $first
        $second = Open-PeerProcess $member -ArgumentList bob, '10.77.0.1:40123' -Namespace $link.Hosts[1]
        $null = Read-PeerProcess $second
        $third = Open-PeerProcess $member -ArgumentList carol, '10.77.0.1:40123' -Namespace $link.Hosts[2]
        $null = Read-PeerProcess $third
    }

    AfterAll {
        try { $third, $second, $first | ForEach-Object { Close-PeerProcess $_ } } finally { Close-Link $link }
    }

    It 'has the same records on all of them' {
        $null = Send-Line $second 'add of-bob'
        $null = Send-Line $third 'add of-carol'
        $first, $second, $third | ForEach-Object { Wait-Answer $_ list 'of-bob,of-carol' }
    }

    It 'is whole again after it was cut in two, whatever happened in each half' -Skip:(-not (Get-Command nft -ErrorAction Ignore)) {
        Switch-Wall $link.Hosts[2] up
        $null = Send-Line $first 'add here'
        $null = Send-Line $third 'add there'
        Wait-Answer $second list 'here,of-bob,of-carol'
        Send-Line $third list | Should -BeExactly 'of-bob,of-carol,there'
        Switch-Wall $link.Hosts[2] down
        $first, $second, $third | ForEach-Object { Wait-Answer $_ list 'here,of-bob,of-carol,there' }
    }
}

Describe 'Hosts that have nothing but link-local addresses' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b
        $publisher = Open-PeerProcess $publish -ArgumentList 'LinkLocal_eth0', 'Modern' -Namespace $link.Hosts[0]
        $registered = Read-PeerProcess $publisher
    }

    AfterAll {
        try { Close-PeerProcess $publisher } finally { Close-Link $link }
    }

    It 'find each other in the cloud of the link' {
        $found = Invoke-FreshPwsh $resolve -ArgumentList $registered.Name, 'Modern' -Namespace $link.Hosts[1]
        $found.Text | Should -BeExactly 'over the link'
        $found.Endpoints | Should -BeLike '`[fe80:*`]:8080'
    }
}

Describe 'The datagrams of the Windows suite' -Skip:(-not $dissector) {
    It 'are MS-PNRP to an independent dissector' {
        $link = Open-Link -HostName a, b -IPv4
        $capture = Join-Path $sandbox 'pnrp.pcapng'
        $start = [System.Diagnostics.ProcessStartInfo]::new('ip')
        foreach ($argument in 'netns', 'exec', $link.Bridge, 'tshark', '-l', '-i', 'br0', '-w', $capture, '-P', '-f', 'udp') {
            $start.ArgumentList.Add($argument)
        }
        $start.RedirectStandardError = $true
        $start.RedirectStandardOutput = $true
        $tshark = [System.Diagnostics.Process]::Start($start)
        try {
            # It captures once it says so.
            do { $line = $tshark.StandardError.ReadLine() } until ($null -eq $line -or $line -match 'Capturing on')
            $null = $tshark.StandardOutput.ReadToEndAsync()
            $publisher = Open-PeerProcess $publish -ArgumentList 'Global_', 'Windows' -Namespace $link.Hosts[0]
            $registered = Read-PeerProcess $publisher
            (Invoke-FreshPwsh $resolve -ArgumentList $registered.Name, 'Windows' -Namespace $link.Hosts[1]).Text | Should -Be 'over the link'
            Close-PeerProcess $publisher
        } finally {
            kill -INT $tshark.Id
            $tshark.WaitForExit()
            Close-Link $link
        }

        # Field by field, not "is it malformed": released dissectors give up behind the first field of any PNRP message.
        $fields = '-e', 'pnrp.vMajor', '-e', 'pnrp.messageType', '-e', 'pnrp.segment.headerAck'
        $decoded = tshark -r $capture -d 'udp.port==3540,pnrp' -Y pnrp -T fields @fields 2>$null |
            ConvertFrom-Csv -Delimiter "`t" -Header Version, Type, Acked
        $decoded.Version | Sort-Object -Unique | Should -Be 4
        # SOLICIT, ADVERTISE, REQUEST, FLOOD, INQUIRE, AUTHORITY and ACK: finding a neighbour takes no LOOKUP.
        foreach ($type in 1, 2, 3, 4, 7, 8, 9) {
            [int[]] $decoded.Type | Should -Contain $type
        }
        # Every answer names the message that it acknowledges: ADVERTISE, AUTHORITY and ACK.
        $decoded | Where-Object { [int] $_.Type -in 2, 8, 9 } | ForEach-Object Acked | Should -Match '^0x'
    }
}
