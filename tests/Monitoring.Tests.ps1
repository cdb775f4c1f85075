BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox

    # What is logged is written a moment later.
    function Get-Log([string] $Path, [string] $Pattern) {
        Wait-Until { (Get-Content -LiteralPath $Path -Raw) -match $Pattern }
        Get-Content -LiteralPath $Path
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'The log of a node' {
    BeforeEach {
        $log = Join-Path $sandbox "$([guid]::NewGuid().ToString('n')).log"
    }

    AfterEach {
        Get-PeerNode -Name * | Where-Object ProcessId -EQ $PID | Stop-PeerNode -Force
    }

    It 'is a file of the user''s alone, one line a message, as a PowerShell path' {
        Push-Location $sandbox
        try {
            $node = Start-PeerNode -Name logged -ListenAddress 127.0.0.1 -LogPath "./$(Split-Path $log -Leaf)" -PassThru
        } finally {
            Pop-Location
        }
        $node.LogPath | Should -BeExactly $log
        $node.LogLevel | Should -Be Information
        Stop-PeerNode logged
        $lines = Get-Content -LiteralPath $log
        $lines[0] | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info PeerNet\.Engine\.Node\.PeerNode\[1000\] Node logged started'
        $lines[-1] | Should -Match 'Node logged stopped\.$'
        if (-not $IsWindows) { (Get-Item $log).UnixMode | Should -BeExactly '-rw-------' }
    }

    It 'is silent unless it is asked for' {
        $node = Start-PeerNode -Name quiet -ListenAddress 127.0.0.1 -PassThru
        $node.LogPath | Should -BeNullOrEmpty
        $node.IsLoggedBySystem | Should -BeFalse
    }

    It 'begins, changes its level and ends while the node runs' {
        Start-PeerNode -Name changing -ListenAddress 127.0.0.1
        Set-PeerNode changing -LogPath $log -LogLevel Debug
        $null = Get-PeerCloud -Node changing
        $null = Get-Log $log 'PNRP listens on port'
        $node = Get-PeerNode changing
        $node.LogPath, $node.LogLevel | Should -Be $log, 'Debug'
        $node | Format-List | Out-String | Should -Match 'LogPath +: .*\.log'
        $ended = $node | Set-PeerNode -LogPath '' -PassThru
        $ended.LogPath | Should -BeNullOrEmpty
        $ended.LogLevel | Should -Be Debug -Because 'what is not given stays'
    }

    It 'is written by one node at a time' {
        Start-PeerNode -Name first -ListenAddress 127.0.0.1 -LogPath $log
        { Start-PeerNode -Name second -ListenAddress 127.0.0.1 -LogPath $log } | Should -Throw -ErrorId 'ERROR_SHARING_VIOLATION,*'
        Get-PeerNode second -ErrorAction Ignore | Should -BeNullOrEmpty
        Start-PeerNode -Name second -ListenAddress 127.0.0.1
        { Set-PeerNode second -LogPath $log -ErrorAction Stop } | Should -Throw -ErrorId 'ERROR_SHARING_VIOLATION,*'
        Set-PeerNode first -LogPath ''
        Set-PeerNode second -LogPath $log
        (Get-PeerNode second).LogPath | Should -BeExactly $log
    }

    It 'is refused <What>' -ForEach @(
        @{ What = 'in a folder that is not there'; Path = 'no/such/node.log'; Id = 'PEER_E_NOT_FOUND' }
        @{ What = 'outside the file system'; Path = 'env:log'; Id = 'E_INVALIDARG' }
    ) {
        $file = $Path -like 'env:*' ? $Path : (Join-Path $sandbox $Path)
        { Set-PeerNode -LogPath $file -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        { Start-PeerNode -Name refused -LogPath $file -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'is left alone with -WhatIf' {
        Start-PeerNode -Name same -ListenAddress 127.0.0.1
        Set-PeerNode same -LogPath $log -LogLevel Trace -WhatIf
        (Get-PeerNode same).LogLevel | Should -Be Information
        $log | Should -Not -Exist
    }
}
