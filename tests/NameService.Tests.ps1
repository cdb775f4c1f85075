BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $programs = @('getent', 'curl' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }).Count -eq 0
    if (-not $programs) {
        Write-Information 'There is no getent or no curl: the test with programs that know nothing of peers is skipped.' -InformationAction Continue
    }
    $links = $programs -and (Test-LinkSupport)
    $resolved = $IsLinux -and (Test-Path /run/systemd/resolve)
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $null = Enter-PeerSandbox

    # What a resolver gets for a name: the code (0 for an answer, 2 for a failure, 3 for no such name, 5 for a refusal), the
    # number of records, and the last bytes.
    function Get-Answer {
        param([string] $Name, [int] $Port, [int] $Type = 1, [string] $Address = '127.0.0.1')

        $labels = foreach ($label in $Name -split '\.') { $label.Length; [System.Text.Encoding]::ASCII.GetBytes($label) }
        [byte[]] $question = @(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) + $labels + @(0, 0, $Type, 0, 1)
        $client = [System.Net.Sockets.UdpClient]::new($Address, $Port)
        try {
            $null = $client.Send($question, $question.Length)
            $task = $client.ReceiveAsync()
            $task.Wait(60000) | Should -BeTrue -Because 'every question has an answer'
            $answer = $task.Result.Buffer
            [pscustomobject]@{ Code = $answer[3] -band 15; Count = $answer[7]; End = $answer[-4..-1] -join '.' }
        }
        finally {
            $client.Dispose()
        }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Enable-PeerNameService' {
    BeforeAll {
        Start-PeerNode -ListenAddress 127.0.0.1, ::1
    }

    AfterEach {
        Disable-PeerNameService -WarningAction SilentlyContinue
        Get-PeerName | Unregister-PeerName
    }

    It 'writes nothing, and the service with -PassThru' {
        Enable-PeerNameService -Port 0 | Should -BeNullOrEmpty
        $service = Enable-PeerNameService -Port 0 -PassThru
        $service.IsEnabled | Should -BeTrue
        $service.Zone | Should -BeExactly pnrp.net
        $service.Addresses | Should -Contain ([ipaddress] '127.0.0.1')
        $service.Node | Should -BeExactly default
        $service.Port | Should -Be (Get-PeerNode).Ports['NameService']
        (Get-PeerNode).PortsToOpen | Should -Not -Match 'name service'
    }

    It 'answers for names of the node, and says so when asked' {
        $port = (Enable-PeerNameService -Port 0 -PassThru).Port
        Register-PeerName 0.wiki -Port 8080
        $answer = Get-Answer wiki.pnrp.net $port
        $answer.Code, $answer.Count, $answer.End | Should -Be 0, 1, '127.0.0.1'
        (Get-Answer WIKI.pnrp.net $port).End | Should -Be '127.0.0.1'
        (Get-Answer wiki.pnrp.net $port -Type 28 -Address ::1).Count | Should -Be 1
        (Get-Answer _http._tcp.wiki.pnrp.net $port -Type 33).Count | Should -Be 1
        (Get-Answer www.example.org $port).Code | Should -Be 5
        (Get-Answer wiki.pnrp.net $port -Type 255).Code | Should -Be 5
        $statistics = (Get-PeerNameService).Statistics
        $statistics.Questions | Should -Be 6
        $statistics.Refused | Should -Be 2
        $statistics.Searches | Should -Be 1
    }

    It 'finds what New-PeerName calls the host name of a secured name' {
        $port = (Enable-PeerNameService -Port 0 -PassThru).Port
        $name = New-PeerIdentity -FriendlyName Owner | New-PeerName -Classifier wiki
        Register-PeerName $name -Port 8080
        (Get-Answer $name.HostName $port).Count | Should -Be 1
    }

    It 'says failure, not absence, where nobody could be asked' {
        $port = (Enable-PeerNameService -Port 0 -PassThru).Port
        (Get-Answer nobody.pnrp.net $port).Code | Should -Be 2
        (Get-PeerNameService).Statistics.Failed | Should -Be 1
    }

    It 'warns where others can ask' -Skip:(-not $IsLinux) {
        Enable-PeerNameService -Port 0 -ListenAddress 127.0.0.2 -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -BeNullOrEmpty
        { Enable-PeerNameService -Port 0 -ListenAddress 192.0.2.77 -WarningVariable script:warning -WarningAction SilentlyContinue } |
            Should -Throw -ErrorId 'PEER_E_UNABLE_TO_LISTEN,PeerNet.PowerShell.Commands.EnablePeerNameServiceCommand'
        $script:warning | Should -Match '192\.0\.2\.77'
    }

    It 'refuses a port that there is not, and one that is taken' {
        { Enable-PeerNameService -Port 65536 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        $taken = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $taken.Start()
        { Enable-PeerNameService -Port $taken.LocalEndpoint.Port } |
            Should -Throw -ErrorId 'PEER_E_UNABLE_TO_LISTEN,*' -ExpectedMessage '*-Port*'
        $taken.Stop()
        (Get-PeerNameService).IsEnabled | Should -BeFalse
    }

    It 'does nothing with -WhatIf' {
        Enable-PeerNameService -Port 0 -WhatIf | Should -BeNullOrEmpty
        (Get-PeerNameService).IsEnabled | Should -BeFalse
    }

    It 'says what to write where, when there is no systemd-resolved to be told' -Skip:(-not $IsLinux -or $resolved) {
        { Enable-PeerNameService -Port 0 -Configure } |
            Should -Throw -ErrorId 'PEER_E_SERVICE_NOT_AVAILABLE,*' -ExpectedMessage '*server=/pnrp.net/127.0.0.1#*'
        (Get-PeerNameService).IsEnabled | Should -BeFalse
    }

    It 'moves, and ends, by what Get-PeerNameService writes' {
        $first = Enable-PeerNameService -Port 0 -PassThru
        (Enable-PeerNameService -Port 0 -PassThru).Port | Should -Be $first.Port
        Get-PeerNameService | Disable-PeerNameService -WhatIf
        (Get-PeerNameService).IsEnabled | Should -BeTrue
        Get-PeerNameService | Disable-PeerNameService -WarningVariable warning
        $warning | Should -BeNullOrEmpty
        (Get-PeerNameService).IsEnabled | Should -BeFalse
        Disable-PeerNameService -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -Match 'default'
    }

    It 'is shown in a table of 80 columns' {
        Enable-PeerNameService -Port 0
        $lines = (Get-PeerNameService | Out-String -Width 80) -split '\r?\n' | ForEach-Object { $_ -replace '\e\[[\d;]*m' }
        $lines | Where-Object { $_ } | Select-Object -First 1 | Should -Match 'Enabled +Zone +Port +Addresses +ConfiguredIn +Questions +Cached'
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
    }
}

Describe 'Programs that know nothing of peers' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName web, user -IPv4 -Plain
        $settings = "/etc/netns/$($link.Hosts[1])"
        $null = New-Item $settings -ItemType Directory -Force
        Set-Content "$settings/resolv.conf" 'nameserver 127.0.0.1'
        $web = Open-PeerProcess -Namespace $link.Hosts[0] {
            Import-Module $manifest
            Register-PeerName 0.web -Cloud Global_ -Port 8080
            $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Any, 8080)
            $listener.Start()
            'listening'
            $client = $listener.AcceptTcpClient()
            $client.GetStream().Write([System.Text.Encoding]::ASCII.GetBytes("HTTP/1.0 200 OK`r`n`r`nhello from a peer"))
            $client.Close()
            $null = [Console]::In.ReadLine()
        }
        $user = Open-PeerProcess -Namespace $link.Hosts[1] {
            Import-Module $manifest
            for ($try = 0; $try -lt 60 -and -not $found; $try++) {
                $found = Resolve-PeerName 0.web -TimeoutSeconds 300 -ErrorAction Ignore
            }
            (Enable-PeerNameService -Port 53 -PassThru).Port
            $null = [Console]::In.ReadLine()
        }
        $null = Read-PeerProcess $web
        $null = Read-PeerProcess $user
    }

    AfterAll {
        try {
            Close-PeerProcess $user
            Close-PeerProcess $web
        }
        finally {
            Close-Link $link
            Remove-Item $settings -Recurse -Force
        }
    }

    It 'find a peer by its host name, and reach it' {
        ip netns exec $link.Hosts[1] getent hosts web.pnrp.net | Should -Match '^10\.77\.0\.1\s+web\.pnrp\.net'
        ip netns exec $link.Hosts[1] curl --silent --max-time 60 http://web.pnrp.net:8080/ | Should -BeExactly 'hello from a peer'
    }

    It 'hear that there is no such name' {
        ip netns exec $link.Hosts[1] getent hosts nobody.pnrp.net | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 2
    }
}
