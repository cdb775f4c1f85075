BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $manifest = Get-StagedManifest

    function New-Sample([string] $Machine, [int] $Minutes = 0, [hashtable] $With = @{}) {
        $sample = @{
            Machine = $Machine; Node = 'default'; State = 'Running'; Version = '0.1.0.0'; StorePath = '/state'; CacheSize = 5MB + $Minutes * 1MB; CacheMaxSize = 1GB
            Taken = ([datetimeoffset] '2026-11-30T12:00:00Z').AddMinutes($Minutes); Started = [datetimeoffset] '2026-11-29T12:00:00Z'
        }
        foreach ($key in $With.Keys) { $sample[$key] = $With[$key] }
        [PeerNet.PowerShell.PeerFleetNode] $sample
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A fleet of this machine' {
    It 'is looked at without a node being started' {
        $row = Get-PeerFleet
        $row.State | Should -BeExactly Stopped
        $row.Machine | Should -BeExactly ([Environment]::MachineName)
        (Get-PeerNode).State | Should -Be Stopped
    }

    It 'shows what a node has' {
        Start-PeerNode -ListenAddress 127.0.0.1
        (Get-PeerFleet).Clouds | Should -BeNullOrEmpty
        (Get-PeerNode).Components | Should -BeNullOrEmpty
        $name = Register-PeerName (Get-FreshName) -Port 80 -Cloud Loopback_ -PassThru
        $null = New-PeerGraph lab
        $row = Get-PeerFleet
        $row.State | Should -BeExactly Running
        $row.IsRunning | Should -BeTrue
        $row.StorePath | Should -BeExactly (Get-PeerNode).StorePath
        $row.Clouds | Should -Contain Loopback_
        $row.Names | Should -Be $name.Name.Value
        $row.Graphs.Id | Should -Be lab
        $row.Graphs.Records | Should -Be (Get-PeerGraph lab).Records
        $row.HitRatio | Should -BeNullOrEmpty
        $row.ClockOffset | Should -BeNullOrEmpty
        $row.Errors | Should -BeNullOrEmpty
    }

    It 'says where downloads came from' {
        $file = New-RandomFile (Get-SandboxPath) 300KB
        $content = Publish-PeerContent $file -ContentId fleet
        $null = Receive-PeerContent $content[0] -OutFile (Get-SandboxPath) -SourcePath $file
        $null = Receive-PeerContent $content[0] -OutFile (Get-SandboxPath) -SourcePath $file
        $row = Get-PeerFleet
        $row.BytesFromSource + $row.BytesFromCache | Should -Be (2 * 300KB)
        $row.HitRatio | Should -Be ($row.BytesFromCache / (2 * 300KB))
        $row.CacheSize | Should -BeGreaterThan 0
        $row.CacheMaxSize | Should -BeGreaterThan $row.CacheSize
        (Get-PeerDistribution).Statistics['DownloadCompleted'] | Should -Be 2
    }

    It 'is shown in a table of 120 columns, and in a list' {
        $lines = Get-PeerFleet | Format-Table | Out-String -Width 120 | ForEach-Object { $_ -split '\r?\n' } | Where-Object { $_.Trim() }
        $lines.Count | Should -Be 3
        $lines[0] | Should -Match 'Errors'
        $list = Get-PeerFleet | Format-List | Out-String
        $list | Should -Match 'Graphs +: lab'
        $list | Should -Not -Match 'MiB\{|PeerFleetGraph'
    }
}

Describe 'A fleet of other machines' {
    BeforeAll {
        $sessions = 1..2 | ForEach-Object { Open-PeerSession }
        $null = New-PeerIdentity Bob -Session $sessions[0]
        $null = New-PeerIdentity Carol -Session $sessions[1]
    }
    AfterAll {
        Disconnect-PeerNode -WarningAction Ignore
        Stop-PeerNode -Session $sessions -Confirm:$false -WarningAction Ignore -ErrorAction Ignore
        $sessions | Remove-PSSession
    }

    It 'has a row for each, and one for this machine where that is asked for' {
        $rows = Get-PeerFleet -Session $sessions
        $rows | Should -HaveCount 2
        $rows.Machine | Should -Be $sessions.ComputerName
        $rows.PSComputerName | Should -Be $rows.Machine
        ($rows.StorePath | Sort-Object -Unique) | Should -HaveCount 2
        $rows.ClockOffset | Should -Be @([timespan]::Zero, [timespan]::Zero)
        $all = Get-PeerFleet -Session $sessions -IncludeLocal
        $all | Should -HaveCount 3
        $all.Machine | Should -Contain ([Environment]::MachineName)
    }

    It 'has one error for a machine that fails, and the others' {
        $lost = Open-PeerSession
        $lost | Remove-PSSession
        $failures = $null
        $rows = Get-PeerFleet -Session (@($lost) + $sessions) -IncludeLocal -ErrorAction SilentlyContinue -ErrorVariable failures
        $rows | Should -HaveCount 3
        $failures | Should -HaveCount 1
    }

    It 'is what the cmdlets that follow use' {
        $connected = Connect-PeerNode -Session $sessions -PassThru
        $connected.PSComputerName | Should -Be $sessions.ComputerName
        (Get-PeerIdentity).FriendlyName | Sort-Object | Should -Be Bob, Carol
        (Get-PeerIdentity -Session $sessions[0]).FriendlyName | Should -Be Bob
        Get-PeerNode | Should -HaveCount 2
        Get-PeerFleet | Should -HaveCount 2
        $before = Get-PeerIdentity Bob -ErrorAction SilentlyContinue
        $before | Set-PeerIdentity -FriendlyName Bobby -ErrorAction SilentlyContinue
        (Get-PeerIdentity).FriendlyName | Sort-Object | Should -Be Bobby, Carol
        { Register-PeerEvent default } | Should -Throw '*this machine*'
        Disconnect-PeerNode
        Get-PeerIdentity | ForEach-Object FriendlyName | Should -Not -Contain Carol
        (Get-PeerFleet).Machine | Should -Be ([Environment]::MachineName)
    }

    It 'is not used after another node was chosen' {
        Connect-PeerNode -Session $sessions
        Connect-PeerNode default
        Get-PeerIdentity | ForEach-Object FriendlyName | Should -Not -Contain Carol
        Disconnect-PeerNode
    }

    It 'is not connected where a session is not open' {
        $lost = Open-PeerSession
        $lost | Remove-PSSession
        (Get-Failure { Connect-PeerNode -Session $lost }).CategoryInfo.Category | Should -Be ConnectionError
        Connect-PeerNode -Session $sessions -WhatIf
        Get-PeerIdentity | ForEach-Object FriendlyName | Should -Not -Contain Carol
    }
}

Describe 'A report' {
    BeforeAll {
        $path = "$(Get-SandboxPath).html"
        function Get-Report($Samples, [hashtable] $With = @{}) {
            $Samples | Export-PeerFleetReport $path -Force @With
            Get-Content $path -Raw
        }
    }

    It 'is a page that needs nothing else' {
        $page = Get-Report (New-Sample one)
        $page | Should -Match '<strong>one</strong>'
        $page | Should -Not -Match 'https?:|src=|url\(|<link|@import'
        $script = [regex]::Match($page, '(?s)<script>(.*?)</script>').Groups[1].Value
        $hash = [convert]::ToBase64String([System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($script)))
        $page | Should -BeLike "*default-src 'none'*script-src 'sha256-$hash'*"
    }

    It 'has names that are hostile as text: <What>' -ForEach @(
        @{ What = 'a script'; Text = '</script><script>alert(1)</script>' }
        @{ What = 'an end of an attribute'; Text = '" onmouseover="alert(1)' }
        @{ What = 'an entity'; Text = '&lt;b&gt;' }
        @{ What = 'an end of a title'; Text = '</title></style></table><img src=x onerror=alert(1)>' }
        @{ What = 'control characters'; Text = "a$([char] 0x202e)b$([char] 0)c$([char] 27)[31m" }
    ) {
        $graph = [PeerNet.PowerShell.PeerFleetGraph] @{ Id = $Text; Name = $Text; Records = 1 }
        $sample = @{ Node = $Text; State = $Text; Version = $Text; StorePath = $Text; Clouds = $Text; Names = $Text; Graphs = $graph; Errors = $Text }
        $page = Get-Report (New-Sample $Text -With $sample) @{ Title = $Text }
        [regex]::Matches($page, '<script').Count | Should -Be 1
        [regex]::Matches($page, '</(title|style|table|script)>').Count | Should -Be 4
        $page | Should -Not -Match '<img|<b>|[\u202e\0\x1b]'
        [regex]::Matches($page, '<[a-z][^>]*>').Value -replace '"[^"]*"' | Where-Object { $_ -match '\son\w+=' } | Should -BeNullOrEmpty
        # What a browser reads is what was said, with what cannot be seen written out.
        $read = [System.Net.WebUtility]::HtmlDecode([regex]::Match($page, '(?s)<strong>(.*?)</strong>').Groups[1].Value)
        $read | Should -BeExactly ([PeerNet.PowerShell.PeerText]::Escape($Text))
    }

    It 'has a row for each node, however often it was asked, with curves' {
        $samples = 0, 10, 20 | ForEach-Object { New-Sample one $_; New-Sample two $_ }
        $page = Get-Report $samples
        [regex]::Matches($page, '<strong>').Value | Should -HaveCount 2
        $page | Should -Match '<title>5.00 MiB – 25.0 MiB</title><polyline points="2,18 40,10 78,2"/>'
        Get-Report (New-Sample one) | Should -Not -Match '<polyline'
    }

    It 'says what is behind, and what is wrong' {
        $graph = { [PeerNet.PowerShell.PeerFleetGraph] @{ Id = 'g'; Name = 'inventory'; Records = $args[0]; IsSynchronized = $true } }
        $page = Get-Report @(
            New-Sample one -With @{ Graphs = & $graph 1200 }
            New-Sample two -With @{ Graphs = & $graph 1169; ClockOffset = [timespan]::FromSeconds(-93) }
            New-Sample three -With @{ State = 'Stopped' })
        $page | Should -Match 'inventory <span class="quiet">1,169</span><br><span class="late">31 behind</span>'
        $page | Should -Match 'The clock is wrong'
        $page | Should -Match 'The node does not run'
        $page | Should -Match '<dt>In need of attention</dt><dd class="bad">2</dd>'
    }

    It 'takes rows that were kept in a file' {
        $kept = "$(Get-SandboxPath).xml"
        New-Sample one | Export-Clixml $kept -Depth 4
        Get-Report (Import-Clixml $kept) | Should -Match '<strong>one</strong>'
    }

    It 'is written as files are: <What>' -ForEach @(
        @{ What = 'not over another one'; Script = { Set-Content $other x; New-Sample one | Export-PeerFleetReport $other -ErrorAction SilentlyContinue -ErrorVariable failed; $failed.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'; Get-Content $other | Should -Be x } }
        @{ What = 'over it with -Force'; Script = { Set-Content $other x; New-Sample one | Export-PeerFleetReport $other -Force; Get-Content $other -Raw | Should -Match html } }
        @{ What = 'not with -WhatIf'; Script = { New-Sample one | Export-PeerFleetReport $other -WhatIf; $other | Should -Not -Exist } }
        @{ What = 'with a file to show'; Script = { (New-Sample one | Export-PeerFleetReport $other -PassThru).FullName | Should -Be $other } }
        @{ What = 'with the name of a page'; Script = { { New-Sample one | Export-PeerFleetReport 'x.txt' } | Should -Throw '*.html*' } }
    ) {
        $other = "$(Get-SandboxPath).html"
        & $Script
    }
}
