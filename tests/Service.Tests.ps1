BeforeDiscovery {
    $verifier = Get-Command systemd-analyze -CommandType Application -ErrorAction Ignore
    if (-not $verifier) {
        Write-Information 'There is no systemd-analyze: the check of units by systemd itself is skipped.' -InformationAction Continue
    }
    $systemd = Test-Path /run/systemd/system
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $manifest = Get-StagedManifest

    # What a command with -WhatIf says that it would do, line by line.
    function Get-WhatIf([scriptblock] $Command) {
        $shell = [powershell]::Create()
        try {
            $file = Join-Path $sandbox "whatif-$([guid]::NewGuid().ToString('n')).txt"
            $script = "Import-Module '$manifest'; `$null = Start-Transcript '$file'; & { $Command } 3>`$null; `$null = Stop-Transcript"
            $null = $shell.AddScript($script).Invoke()
            (Get-Content -LiteralPath $file) -replace '^    '
        } finally {
            $shell.Dispose()
        }
    }

    # A command line as systemd takes it apart.
    function Split-ExecStart([string] $Line) {
        [regex]::Matches($Line, '"((?:\\.|[^"\\])*)"').ForEach{ $_.Groups[1].Value -replace '\\(.)', '$1' -replace '%%', '%' }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Install-PeerNode' -Skip:(-not $IsLinux) {
    It 'shows the whole unit with -WhatIf, and does nothing' {
        $lines = Get-WhatIf { Install-PeerNode cache -AllowLowPort -WhatIf }
        $lines | Should -Contain 'Write /etc/systemd/system/peernet-cache.service:'
        $lines | Should -Contain 'DynamicUser=yes'
        $lines | Should -Contain 'AmbientCapabilities=CAP_NET_BIND_SERVICE'
        $lines | Should -Contain 'Run systemctl enable peernet-cache.service'
        '/etc/systemd/system/peernet-cache.service' | Should -Not -Exist
        Get-PeerNode cache -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'writes units that systemd accepts' -Skip:(-not $verifier) {
        $script = Join-Path $sandbox 'a "script" of 100% $HOME it''s.ps1'
        Set-Content -LiteralPath $script '1'
        $folder = New-Item (Get-SandboxPath) -ItemType Directory
        foreach ($command in { Install-PeerNode cache -AllowLowPort -WhatIf }, [scriptblock]::Create("Install-PeerNode cache -Scope User -ScriptPath '$($script -replace "'", "''")' -WhatIf")) {
            $lines = @(Get-WhatIf $command)
            $first = $lines.IndexOf('[Unit]')
            $last = @($lines -match '^StatePath=')[0]
            $unit = Join-Path $folder peernet-cache.service
            $lines[$first..$lines.IndexOf($last)] | Set-Content -LiteralPath $unit
            systemd-analyze verify --man=no $unit 2>&1 | Out-String | Should -BeNullOrEmpty
            $LASTEXITCODE | Should -Be 0
        }
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a name with %'; Arguments = @{ Name = 'a%n' }; Id = 'ParameterArgumentValidationError' }
        @{ What = 'a name with a space'; Arguments = @{ Name = 'a b' }; Id = 'ParameterArgumentValidationError' }
        @{ What = 'a name with a line break'; Arguments = @{ Name = "a`nb" }; Id = 'ParameterArgumentValidationError' }
        @{ What = 'a user with a line break'; Arguments = @{ Name = 'a'; User = "a`nb" }; Id = 'ParameterArgumentValidationError' }
        @{ What = 'a folder with a line break'; Arguments = @{ Name = 'a'; Scope = 'User'; StatePath = "/srv/a`nb" }; Id = 'E_INVALIDARG' }
        @{ What = 'a folder of the machine without a user who keeps it'; Arguments = @{ Name = 'a'; StatePath = '/srv/a' }; Id = 'E_INVALIDARG' }
        @{ What = 'a script that is not there'; Arguments = @{ Name = 'a'; ScriptPath = '/srv/no.ps1' }; Id = 'PEER_E_NOT_FOUND' }
        @{ What = 'a user for the user''s own node'; Arguments = @{ Name = 'a'; Scope = 'User'; User = 'ann' }; Id = 'E_INVALIDARG' }
    ) {
        { Install-PeerNode @Arguments -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'says what to do where there is no systemd' -Skip:$systemd {
        { Install-PeerNode cache -Scope User -ErrorAction Stop } |
            Should -Throw -ErrorId 'PEER_E_SERVICE_NOT_AVAILABLE,*' -ExpectedMessage '*container*'
    }
}

Describe 'Uninstall-PeerNode' {
    It 'says that a node is not installed' {
        { Uninstall-PeerNode nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'PEER_E_NODE_NOT_FOUND,*' -ExpectedMessage '*nowhere*'
    }
}

Describe 'Get-PeerNode' -Skip:(-not $IsLinux) {
    BeforeAll {
        $config = $env:XDG_CONFIG_HOME
        $env:XDG_CONFIG_HOME = Join-Path $sandbox config
        $units = New-Item (Join-Path $env:XDG_CONFIG_HOME systemd/user) -ItemType Directory
    }

    AfterAll {
        $env:XDG_CONFIG_HOME = $config
    }

    It 'shows an installed node that does not run, and one that does' {
        $seen = Invoke-FreshPwsh -StateFolder $env:PEERNET_HOME -ArgumentList $units.FullName {
            param($Units)
            Import-Module $manifest
            $state = Join-Path $env:PEERNET_HOME installed
            Set-Content (Join-Path $Units peernet-installed.service) @(
                '# Written by PeerNet (Install-PeerNode); Uninstall-PeerNode deletes it.', '[X-PeerNet]', "StatePath=$state")
            Get-PeerNode | Select-Object Name, State, Installed, StorePath
            Start-PeerNode installed
            Get-PeerNode installed | Select-Object Name, State, Installed, StorePath
            @{ Count = @(Get-PeerNode).Count }
        }
        $seen[0].Name, $seen[0].State, $seen[0].Installed | Should -Be installed, Stopped, User
        $seen[1].State, $seen[1].Installed | Should -Be Running, User
        $seen[1].StorePath | Should -BeExactly $seen[0].StorePath
        $seen[2].Count | Should -Be 1
    }
}

Describe 'The process of an installed node' -Skip:(-not $IsLinux) {
    BeforeAll {
        # Runs the unit's command line as systemd would, and waits until the process says that it is ready.
        function Start-Unit([scriptblock] $Install) {
            $line = @(Get-WhatIf $Install) -match '^ExecStart='
            $program, $arguments = Split-ExecStart $line[0]
            $start = [System.Diagnostics.ProcessStartInfo]::new($program, [string[]] $arguments)
            $address = Get-SandboxPath
            $listener = [System.Net.Sockets.Socket]::new('Unix', 'Dgram', 'Unspecified')
            $listener.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new($address))
            $start.Environment['NOTIFY_SOCKET'] = $address
            $start.Environment['NO_COLOR'] = '1'
            $start.Environment['JOURNAL_STREAM'] = '8:1'
            $start.RedirectStandardError = $true
            $start.RedirectStandardOutput = $true
            $process = [System.Diagnostics.Process]::Start($start)
            $buffer = [byte[]]::new(1024)
            try {
                Wait-Until { $listener.Poll(0, 'SelectRead') -or $process.HasExited }
                if ($process.HasExited) { throw "The process has ended with $($process.ExitCode): $($process.StandardError.ReadToEnd())" }
                $notice = [System.Text.Encoding]::ASCII.GetString($buffer, 0, $listener.Receive($buffer))
            } finally {
                $listener.Dispose()
            }
            Add-Member -InputObject $process -NotePropertyName Notice -NotePropertyValue $notice -PassThru
        }

        function Stop-Unit($Process) {
            kill -TERM $Process.Id
            $Process.WaitForExit(60000) | Should -BeTrue -Because 'SIGTERM ends it'
        }
    }

    It 'runs the node and its script, is reached from here, and leaves at SIGTERM' {
        $script = Join-Path $sandbox 'it''s 100% "ready" $HOME.ps1'
        Set-Content -LiteralPath $script 'Register-PeerName 0.served -Port 8080 -Comment "by the script"'
        $env:UNIT_SCRIPT = $script
        $unit = Start-Unit { Install-PeerNode unit -Scope User -ScriptPath $env:UNIT_SCRIPT -WhatIf }
        try {
            $unit.Notice | Should -BeLike 'READY=1*'
            $node = Get-PeerNode unit
            $node.ProcessId | Should -Be $unit.Id
            $node.Components | Should -Contain Distribution
            (Get-PeerName -Node unit).Comment | Should -BeExactly 'by the script'
            (Connect-PeerNode -StatePath $node.StorePath -PassThru).ProcessId | Should -Be $unit.Id
            Disconnect-PeerNode
        } finally {
            Stop-Unit $unit
        }
        Join-Path $node.StorePath node.channel | Should -Not -Exist -Because 'it said goodbye'
        $log = $unit.StandardError.ReadToEnd().TrimEnd() -split "`n"
        $log | Should -Match '^<6>' -Because 'the journal takes priorities, and there was nothing to complain of'
        $log[0] | Should -Match 'Node unit started'
        $log[-1] | Should -Match 'Node unit stopped'
    }

    It 'ends well when the node is stopped from another terminal, and badly when its script fails' {
        $unit = Start-Unit { Install-PeerNode unit -Scope User -WhatIf }
        Stop-PeerNode unit
        $env:UNIT_SCRIPT = Join-Path $sandbox 'fails.ps1'
        Set-Content -LiteralPath $env:UNIT_SCRIPT 'Get-PeerIdentity nobody'
        { Start-Unit { Install-PeerNode failing -Scope User -ScriptPath $env:UNIT_SCRIPT -WhatIf } } | Should -Throw '*ended with 1*nobody*'
        $unit.WaitForExit(60000) | Should -BeTrue
        $unit.ExitCode | Should -Be 0
    }
}
