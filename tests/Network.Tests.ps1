BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $links = Test-LinkSupport
    $walls = $links -and (Test-WallSupport)
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = $links -and (Test-FakeClockSupport)
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

    # Who has just arrived searches the link for as long as CloudDiscovery.SearchTime says, half a second, whatever the
    # hosts have to do meanwhile; whoever has found nobody searches again with the next question. The end is that one hears
    # the other.
    $resolve = {
        param($Name, $Suite)
        Import-Module $manifest
        Start-PeerNode -Suite $Suite -WarningAction SilentlyContinue
        for ($try = 0; $try -lt 60 -and -not $found; $try++) {
            $found = Resolve-PeerName $Name -IncludeData -TimeoutSeconds 300 -ErrorAction Ignore
        }
        $found |
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
        $found.Endpoints -split ' ' | Should -Contain '10.77.0.1:8080'
        $found.Endpoints | Should -Not -Match '172\.17\.0\.1' -Because 'nobody reaches a bridge for guests'
    }

    It 'find a name again whose host was off the link' {
        Switch-Cable $link.Hosts[0] down
        Switch-Cable $link.Hosts[0] up
        $script = {
            param($Name)
            Import-Module $manifest
            # How soon the host notices its interface is the operating system's affair.
            for ($try = 0; $try -lt 60 -and -not $found; $try++) {
                $found = Resolve-PeerName $Name -TimeoutSeconds 300 -ErrorAction Ignore
            }
            "$($found.Endpoints)"
        }
        Invoke-FreshPwsh $script -ArgumentList $registered.Name -Namespace $link.Hosts[1] | Should -Match '10\.77\.0\.1:8080'
    }

    It 'do not find a name of the other suite' {
        $script = {
            param($Name)
            Import-Module $manifest
            Start-PeerNode -Suite Windows -WarningAction SilentlyContinue
            Resolve-PeerName $Name -TimeoutSeconds 3 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId
        }
        Invoke-FreshPwsh $script -ArgumentList $registered.Name -Namespace $link.Hosts[1] | Should -BeLike 'WSATRY_AGAIN,*'
    }
}

Describe 'A graph over hosts on a link' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c, d -IPv4

        # Does what each line of its input says, and answers with one line.
        $member = {
            param($Peer, $Address)
            Import-Module $manifest
            $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'
            if ($Address) {
                $null = Connect-PeerGraph notes $Address -PeerId $Peer -Listen -TimeoutSeconds 300
            } else {
                $null = New-PeerGraph notes -PeerId $Peer -Port 40123
            }
            $null = Get-PeerGraph notes | Register-PeerEvent -EventType RecordChanged, NeighborConnection -SourceIdentifier change
            function Find-Record { param($Text) Get-PeerRecord notes | Where-Object Text -CEQ $Text }
            function Wait-Until {
                param([scriptblock] $Find, $Expected)
                # It takes seconds, but a node whose attempts fail pauses for up to 30 seconds between them, and one that
                # looks for a lost node does so with its maintenance (GraphOptions.IsolatedMaintenanceInterval).
                $deadline = [datetime]::UtcNow.AddSeconds(600)
                while (($found = & $Find) -cne $Expected) {
                    $left = [int] ($deadline - [datetime]::UtcNow).TotalSeconds
                    if ($left -le 0) { return "found $found" }
                    Wait-Event change -Timeout $left | Remove-Event
                }
                'as expected'
            }
            'ready'
            while ($line = [Console]::In.ReadLine()) {
                $verb, $what, $new = $line -split ' '
                switch ($verb) {
                    add { (Add-PeerRecord notes $type -Text $what -Lifetime 01:00 -Attribute @{ by = $Peer }).Text }
                    change { (Find-Record $what | Set-PeerRecord -Text $new -PassThru).Text }
                    remove { Find-Record $what | Remove-PeerRecord; 'removed' }
                    search { (Get-PeerRecord notes -Filter "by -eq '$what'" | Sort-Object Text).Text -join ',' }
                    records { Wait-Until { (Get-PeerRecord notes | Sort-Object Text).Text -join ',' } $what }
                    neighbors { Wait-Until { (Get-PeerGraph notes).Neighbors } ([int] $what) }
                }
            }
        }
        $processes = @{}
        function Open-Member {
            param([int] $Index, [string] $Peer, [string] $ClockOffset)

            $processes[$Peer] = Open-PeerProcess $member -ArgumentList $Peer, ($Index ? '10.77.0.1:40123' : '') `
                -Namespace $link.Hosts[$Index] -StateFolder (Join-Path $sandbox $Peer) -ClockOffset $ClockOffset
            Read-PeerProcess $processes[$Peer] | Should -BeExactly ready
        }
        function Send-Line {
            param([string] $Peer, [string] $Line)

            $processes[$Peer].StandardInput.WriteLine($Line)
            Read-PeerProcess $processes[$Peer]
        }
        Open-Member 0 alice
        Open-Member 1 bob
        Open-Member 2 carol -ClockOffset '+35h'
    }

    AfterAll {
        try { $processes.Values | ForEach-Object { Close-PeerProcess $_ } } finally { Close-Link $link }
    }

    It 'has the records that any of three hosts adds, changes, finds and removes on all of them' {
        Send-Line alice 'add from-alice' | Should -BeExactly from-alice
        Send-Line bob 'add from-bob' | Should -BeExactly from-bob
        Send-Line carol 'add from-carol' | Should -BeExactly from-carol
        foreach ($peer in 'alice', 'bob', 'carol') {
            Send-Line $peer 'records from-alice,from-bob,from-carol' | Should -BeExactly 'as expected'
        }
        Send-Line carol 'change from-alice by-carol' | Should -BeExactly by-carol
        foreach ($peer in 'alice', 'bob') {
            Send-Line $peer 'records by-carol,from-bob,from-carol' | Should -BeExactly 'as expected'
        }
        Send-Line bob 'search alice' | Should -BeExactly by-carol
        Send-Line alice 'search carol' | Should -BeExactly from-carol
        Send-Line alice 'remove from-bob' | Should -BeExactly removed
        foreach ($peer in 'alice', 'bob', 'carol') {
            Send-Line $peer 'records by-carol,from-carol' | Should -BeExactly 'as expected'
        }
    }

    It 'gives back to a host that was killed what it had, and what it has missed' {
        Send-Line bob 'add last-words' | Should -BeExactly last-words
        $processes.bob.Kill()
        $processes.bob.WaitForExit()
        $processes.bob.Dispose()
        Send-Line alice 'remove from-carol' | Should -BeExactly removed
        Send-Line carol 'add missed' | Should -BeExactly missed
        Open-Member 1 bob
        foreach ($peer in 'alice', 'bob', 'carol') {
            Send-Line $peer 'records by-carol,last-words,missed' | Should -BeExactly 'as expected'
        }
    }

    It 'is whole again after it was cut in halves, whatever happened in each of them' -Skip:(-not $walls) {
        Open-Member 3 dave
        $far = $link.Hosts[2, 3]
        $far | ForEach-Object { Open-Wall $_ -Address 10.77.0.1, 10.77.0.2 }
        Send-Line alice 'change by-carol here' | Should -BeExactly here
        Send-Line bob 'add near' | Should -BeExactly near
        Send-Line carol 'remove missed' | Should -BeExactly removed
        Send-Line dave 'add far' | Should -BeExactly far
        foreach ($peer in 'alice', 'bob', 'carol', 'dave') {
            Send-Line $peer 'neighbors 1' | Should -BeExactly 'as expected' -Because 'there are two hosts in each half'
        }
        foreach ($peer in 'alice', 'bob') {
            Send-Line $peer 'records here,last-words,missed,near' | Should -BeExactly 'as expected'
        }
        foreach ($peer in 'carol', 'dave') {
            Send-Line $peer 'records by-carol,far,last-words' | Should -BeExactly 'as expected'
        }

        $far | ForEach-Object { Close-Wall $_ }
        foreach ($peer in 'alice', 'bob', 'carol', 'dave') {
            Send-Line $peer 'records far,here,last-words,near' | Should -BeExactly 'as expected'
        }
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
