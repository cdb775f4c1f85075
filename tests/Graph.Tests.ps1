BeforeDiscovery {
    $browser = Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $browser) {
        Write-Information 'There is no Chromium: the test of a map in a browser is skipped.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'

    # Nodes of this process, each with a graph of its own copy.
    function Open-Pair {
        param([string] $Id)

        $graph = New-PeerGraph $Id -PeerId alice -Scope Loopback -Listen -Node one
        $null = Connect-PeerGraph $Id "127.0.0.1:$($graph.Port)" -PeerId bob -Listen -Node two
        $graph
    }

    Start-PeerNode -Name one
    Start-PeerNode -Name two
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'New-PeerGraph' {
    AfterEach {
        Get-PeerGraph | Disconnect-PeerGraph -NoPersist
    }

    It 'creates a graph that listens' {
        $graph = New-PeerGraph team -PeerId alice -FriendlyName Team -Comment Ours -Scope Loopback -MaxRecordSize 2048 -Listen
        $graph.Status | Should -Be 'Listening, Synchronized'
        $graph.PeerId | Should -BeExactly alice
        $graph.Properties.FriendlyName | Should -BeExactly Team
        $graph.Properties.MaxRecordSize | Should -Be 2048
        $graph.Node | Should -BeExactly one
        (Get-PeerNode one).Ports.Graph | Should -Be $graph.Port
        (Get-PeerNode one).Components | Should -Contain Graph
    }

    It 'takes its peer id from an identity, and makes one where there is none' {
        $graph = New-PeerGraph mine -Scope Loopback
        $graph.PeerId | Should -BeExactly (Get-PeerIdentity -Default).PeerName.Value
        $other = New-PeerIdentity -FriendlyName Other
        (New-PeerGraph other -PeerId $other -Scope Loopback).PeerId | Should -BeExactly $other.PeerName.Value
    }

    It 'creates each graph once' {
        $null = New-PeerGraph twice -PeerId alice -Scope Loopback
        New-PeerGraph twice -PeerId alice -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_DUPLICATE_GRAPH,PeerNet.PowerShell.Commands.NewPeerGraphCommand'
        $failure.TargetObject | Should -BeExactly twice
    }

    It 'creates nothing with -WhatIf' {
        New-PeerGraph nothing -PeerId alice -WhatIf | Should -BeNullOrEmpty
        Get-PeerGraph -IncludeClosed | Where-Object Id -EQ nothing | Should -BeNullOrEmpty
    }

    It 'refuses <_> before anything is done' -ForEach @(
        @{ MaxRecordSize = 1023 }, @{ MaxRecordSize = 62914561 }, @{ PresenceLifetime = [timespan]::FromSeconds(299) }, @{ MaxPresence = -2 },
        @{ FriendlyName = 'x' * 256 }, @{ Comment = 'x' * 512 }, @{ Port = 65536 }, @{ DatabaseName = '../x' }, @{ SecurityProvider = @{ Sign = {} } }
    ) {
        $arguments = $_
        { New-PeerGraph bad -PeerId alice @arguments } | Should -Throw -ErrorId 'ParameterArgument*'
    }

    It 'says which port is taken' {
        $graph = New-PeerGraph first -PeerId alice -Scope Loopback -Listen
        { New-PeerGraph second -PeerId alice -Scope Loopback -Port $graph.Port } | Should -Throw -ErrorId 'PEER_E_UNABLE_TO_LISTEN*'
        Get-PeerGraph -IncludeClosed | Where-Object Id -EQ second | Should -BeNullOrEmpty
    }
}

Describe 'Connect-PeerGraph' {
    AfterEach {
        'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist }
    }

    It 'synchronizes, then listens' {
        $graph = New-PeerGraph join -PeerId alice -FriendlyName Joined -Scope Loopback -Listen -Node one
        $null = Add-PeerRecord join $type -Text before -Lifetime 01:00 -Node one
        $joined = Connect-PeerGraph join "127.0.0.1:$($graph.Port)" -PeerId bob -Listen -Node two
        $joined.Status | Should -Be 'Listening, HasConnections, Synchronized'
        $joined.Properties.FriendlyName | Should -BeExactly Joined
        (Get-PeerRecord join -Node two).Text | Should -BeExactly before
    }

    It 'finds a node by the name that it has registered' {
        $graph = New-PeerGraph named -PeerId alice -Scope Loopback -Listen -Node one
        $name = "0.$(New-Guid)"
        $null = Register-PeerName $name -Cloud Loopback_ -Endpoint "127.0.0.1:$($graph.Port)" -Node one
        (Connect-PeerGraph named -ResolveName $name -PeerId bob -Node two).Neighbors | Should -Be 1
    }

    It 'names the name that nobody has' {
        Connect-PeerGraph nobody -ResolveName 0.nobody-has-this -PeerId bob -TimeoutSeconds 1 -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        # Whether the search or the time ends first depends on whom the node knows.
        $failure.FullyQualifiedErrorId | Should -Match '^PEER_E_(NODE_NOT_FOUND|TIMEOUT),'
        $failure.Exception.Message | Should -Match "'0.nobody-has-this'"
    }

    It 'warns of a graph that is connected already, and waits for nothing' {
        $graph = Open-Pair already
        Connect-PeerGraph already "127.0.0.1:$($graph.Port)" -Node two -WarningVariable warning -WarningAction SilentlyContinue -ErrorAction Stop |
            Should -Not -BeNullOrEmpty
        $warning | Should -Match PEER_S_ALREADY_CONNECTED
    }

    It 'says that nobody is there, and leaves nothing behind' {
        $graph = New-PeerGraph gone -PeerId alice -Scope Loopback -Listen -Node one
        Disconnect-PeerGraph gone -Node one
        Connect-PeerGraph gone "127.0.0.1:$($graph.Port)" -PeerId bob -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_FAILED,PeerNet.PowerShell.Commands.ConnectPeerGraphCommand'
        Get-PeerGraph -IncludeClosed -Node two | Should -BeNullOrEmpty
        Remove-PeerGraph gone -Confirm:$false -Node one
    }

    It 'does not connect to itself' {
        $graph = New-PeerGraph self -PeerId alice -Scope Loopback -Listen -Node one
        Connect-PeerGraph self "127.0.0.1:$($graph.Port)" -Node one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONNECT_SELF,*'
    }

    It 'ends with Ctrl+C, and leaves nothing behind' {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        try {
            $shell = [powershell]::Create().AddScript({
                param($Manifest, $Port)
                Import-Module $Manifest
                Connect-PeerNode two
                Connect-PeerGraph silent "127.0.0.1:$Port" -PeerId bob
            }).AddArgument((Get-StagedManifest)).AddArgument($listener.LocalEndpoint.Port)
            $running = $shell.BeginInvoke()
            $accepted = $listener.AcceptTcpClientAsync()
            $accepted.Wait(30000) | Should -BeTrue
            $shell.Stop()
            { $shell.EndInvoke($running) } | Should -Throw
            Get-PeerGraph -IncludeClosed -Node two | Should -BeNullOrEmpty
            $accepted.Result.Dispose()
        } finally {
            $listener.Stop()
            $shell.Dispose()
        }
    }

    It 'opens a database without a network' {
        $null = New-PeerGraph offline -PeerId alice -Scope Loopback -Node one
        $null = Add-PeerRecord offline $type -Text kept -Lifetime 01:00 -Node one
        Disconnect-PeerGraph offline -Node one
        Get-PeerGraph -Node one | Should -BeNullOrEmpty
        (Get-PeerGraph -IncludeClosed -Node one).IsOpen | Should -BeFalse
        $graph = Connect-PeerGraph offline -Offline -Node one
        $graph.PeerId | Should -BeExactly alice
        (Get-PeerRecord offline -Node one).Text | Should -BeExactly kept
    }
}

Describe 'Set-PeerGraph' {
    BeforeAll { $graph = Open-Pair set }
    AfterAll { 'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist } }

    It 'changes properties everywhere' {
        $graph | Set-PeerGraph -FriendlyName Renamed -Comment 'By the creator' -PassThru | ForEach-Object { $_.Properties.Comment } |
            Should -BeExactly 'By the creator'
        Wait-Until { (Get-PeerGraph set -Node two).Properties.FriendlyName -ceq 'Renamed' }
    }

    It 'lets only the creator do that' {
        Set-PeerGraph set -FriendlyName Mine -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_AUTHORIZED,PeerNet.PowerShell.Commands.SetPeerGraphCommand'
    }

    It 'tells of this node' {
        Set-PeerGraph set -NodeAttribute "second floor`e[31m" -Presence $true -Node two
        Wait-Until { (Get-PeerGraphNode set -PeerId bob -Node one).Attributes -like 'second floor*' }
        $shown = Get-PeerGraphNode set -PeerId bob -Node one | Format-List | Out-String -Width 120
        $shown | Should -Not -Match "`e\[31m"
        $shown | Should -Match '\\u\{1b\}'
    }

    It 'reports a graph that is not open, and goes on' {
        'nowhere', 'set' | Set-PeerGraph -AllowDirectConnection $true -Node one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_GRAPH,*'
        (Get-PeerGraph set -Node one).AllowsDirectConnections | Should -BeTrue
    }
}

Describe 'Get-PeerGraphNode' {
    BeforeAll { $graph = Open-Pair nodes }
    AfterAll { 'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist } }

    It 'shows this node and its neighbour' {
        Wait-Until { @(Get-PeerGraphNode nodes -Node one).Count -eq 2 }
        (Get-PeerGraphNode nodes -Local -Node one).PeerId | Should -BeExactly alice
        $neighbour = Get-PeerGraphNode nodes -Node one | Where-Object IsNeighbor
        $neighbour.PeerId | Should -BeExactly bob
        (Get-PeerGraphNode nodes -NodeId $neighbour.NodeId -Node one).PeerId | Should -BeExactly bob
    }

    It 'reports a node that is not known' {
        Get-PeerGraphNode nodes -NodeId 42 -Node one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NODE_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerGraphNodeCommand'
    }
}

Describe 'Remove-PeerGraph' {
    It 'leaves a graph that is open, unless it is forced' {
        $graph = New-PeerGraph remove -PeerId alice -Scope Loopback
        $graph | Remove-PeerGraph -Confirm:$false -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_GRAPH_IN_USE,PeerNet.PowerShell.Commands.RemovePeerGraphCommand'
        $graph | Remove-PeerGraph -WhatIf
        Get-PeerGraph remove | Should -Not -BeNullOrEmpty
        $graph | Remove-PeerGraph -Force -Confirm:$false
        Get-PeerGraph -IncludeClosed | Where-Object Id -EQ remove | Should -BeNullOrEmpty
    }

    It 'reports a database that is not there' {
        Remove-PeerGraph nowhere -Confirm:$false -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_DATABASE_NOT_PRESENT,*'
    }
}

Describe 'Export-PeerDatabase and Import-PeerDatabase' {
    BeforeAll {
        $null = New-PeerGraph base -PeerId alice -Scope Loopback -Listen
        1..5 | ForEach-Object { $null = Add-PeerRecord base $type -Text "r$_" -Lifetime 01:00 }
        $file = Join-Path $box base.peerdb
    }

    It 'does not export what is in use' {
        Export-PeerDatabase base $file -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_GRAPH_IN_USE,PeerNet.PowerShell.Commands.ExportPeerDatabaseCommand'
        $file | Should -Not -Exist
    }

    It 'brings all records back' {
        Disconnect-PeerGraph base
        (Export-PeerDatabase base $file -PassThru).FullName | Should -BeExactly $file
        Export-PeerDatabase base $file -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        Remove-PeerGraph base -Confirm:$false

        $result = Import-PeerDatabase base $file -Force
        $result.Accepted | Should -BeGreaterOrEqual 5
        $result.Rejected | Should -Be 0
        $null = Connect-PeerGraph base -Offline
        (Get-PeerRecord base).Text | Sort-Object | Should -Be r1, r2, r3, r4, r5
        Disconnect-PeerGraph base
    }

    It 'refuses a file that is none, or of another graph' {
        Set-Content (Join-Path $box none.peerdb) 'no database'
        Import-PeerDatabase base (Join-Path $box none.peerdb) -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_DATABASE,PeerNet.PowerShell.Commands.ImportPeerDatabaseCommand'
        Import-PeerDatabase other $file -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_DATABASE,*'
        $null = Connect-PeerGraph base -Offline
        @(Get-PeerRecord base).Count | Should -Be 5
        Disconnect-PeerGraph base -NoPersist
    }
}

Describe 'Export-PeerGraphMap' {
    BeforeAll { $graph = Open-Pair 'map<b>"x"' }
    AfterAll { 'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist } }

    It 'draws <_>' -ForEach svg, html, dot, mmd {
        $file = Join-Path $box "map.$_"
        ($graph | Export-PeerGraphMap -Path $file -PassThru).FullName | Should -BeExactly $file
        $text = Get-Content $file -Raw
        $text | Should -Match alice
        $text | Should -Match bob
        if ($_ -in 'svg', 'html') { $text | Should -Not -Match '<b>' }
        if ($_ -eq 'svg') { ([xml] $text).svg.g.Count | Should -Be 2 }
    }

    It 'overwrites only what it may' {
        $file = Join-Path $box mine.svg
        Set-Content $file mine
        $graph | Export-PeerGraphMap -Path $file -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_ALREADY_EXISTS,PeerNet.PowerShell.Commands.ExportPeerGraphMapCommand'
        Get-Content $file | Should -BeExactly mine
        $graph | Export-PeerGraphMap -Path $file -Force
        Get-Content $file -Raw | Should -Match '^<svg'
    }

    It 'is shown by a browser as it was drawn' -Skip:(-not $browser) {
        $file = Join-Path $box shown.html
        $graph | Export-PeerGraphMap -Path $file
        $program = Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        $page = & $program --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update `
            --disable-sync "--user-data-dir=$(Join-Path $box browser)" --dump-dom "file://$file" 2>$null
        $dom = [xml] ([regex]::Match($page -join "`n", '(?s)<svg.*</svg>').Value)
        $dom.svg.g.text.InnerText | Sort-Object | Should -Be alice, bob
        $dom.svg.text[0].InnerText | Should -BeLike 'map<b>"x": 2 nodes*'
        $dom.SelectNodes("//*[local-name()='b']").Count | Should -Be 0 -Because 'a name is text'
    }

    It 'knows four kinds of files' {
        { $graph | Export-PeerGraphMap -Path (Join-Path $box map.png) } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'A security provider made of script blocks' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Support/HelpPage.ps1')

        # The one that the help of New-PeerGraph shows, with a key.
        $page = Get-Content (Join-Path $PSScriptRoot '../en-US/New-PeerGraph.md') -Raw
        $example = (Get-PageExample $page | Where-Object Code -Match '-SecurityProvider').Code
        $shown = [scriptblock]::Create(($example -replace '(?m)^New-PeerGraph.*') + "`n" + '$rule')
        $rule = {
            param([byte[]] $Key)
            $scripts = & $shown
            $scripts.Variable.Key = $Key
            $scripts
        }
        $graph = New-PeerGraph secured -PeerId alice -Scope Loopback -Listen -Node one -SecurityProvider (& $rule (1..32))
    }
    AfterAll { 'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist } }

    It 'lets nobody in who does not have the key' {
        Connect-PeerGraph secured "127.0.0.1:$($graph.Port)" -PeerId eve -Node two -SecurityProvider (& $rule (2..33)) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_NOT_AUTHENTICATED,PeerNet.PowerShell.Commands.ConnectPeerGraphCommand'
    }

    It 'does not take its own words for those of somebody who has the key' {
        # Whoever connects here hears what he says.
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $echo = Start-ThreadJob {
            $stream = ($using:listener).AcceptTcpClient().GetStream()
            $buffer = [byte[]]::new(65536)
            $stream.ReadExactly($buffer, 0, 2)
            $stream.ReadExactly($buffer, 0, 256 * $buffer[0] + $buffer[1])
            try {
                while (($read = $stream.Read($buffer, 0, $buffer.Length)) -gt 0) { $stream.Write($buffer, 0, $read) }
            } catch [System.IO.IOException] { Write-Verbose 'The other side has hung up.' }
        }
        Connect-PeerGraph secured "127.0.0.1:$($listener.LocalEndpoint.Port)" -PeerId carol -Node two -SecurityProvider (& $rule (1..32)) -ErrorVariable failure -ErrorAction SilentlyContinue
        $listener.Stop()
        Remove-Job $echo -Force
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_NOT_AUTHENTICATED,PeerNet.PowerShell.Commands.ConnectPeerGraphCommand'
    }

    It 'lets those in who have it, and their records are signed' {
        $null = Connect-PeerGraph secured "127.0.0.1:$($graph.Port)" -PeerId bob -Node two -SecurityProvider (& $rule (1..32))
        $record = Add-PeerRecord secured $type -Text signed -Lifetime 01:00 -Node two
        $record.SecurityData.Length | Should -Be 32
        Wait-Until { (Get-PeerRecord secured -Node one).Text -ceq 'signed' }
    }

    It 'does not take signed data from somebody who publishes it as his own' {
        $open = & $rule (1..32)
        'Authenticate', 'ValidateAuthentication' | ForEach-Object { $open.Remove($_) }
        $graph = New-PeerGraph copied -PeerId alice -Scope Loopback -Listen -Node one -SecurityProvider $open
        $original = Add-PeerRecord copied $type -Text 'Pay bob' -Lifetime 01:00 -Node one
        $thief = @{
            Variable       = @{ Signature = [byte[]] @($original.SecurityData | ForEach-Object { if ($_ -is [byte]) { $_ } else { $_.ToArray() } }) }
            SecureRecord   = { $Signature }
            ValidateRecord = { $true }
        }
        $null = Connect-PeerGraph copied "127.0.0.1:$($graph.Port)" -PeerId eve -Node two -SecurityProvider $thief
        $null = Add-PeerRecord copied $type -Text 'Pay bob' -Attribute @{ by = 'eve' } -Lifetime 01:00 -Node two
        Wait-Until { (Get-PeerGraph copied -Node one).Statistics.Dropped['RejectedRecord'] -gt 0 }
        (Get-PeerRecord copied -Node one).CreatorId | Should -BeExactly alice
    }
}

Describe 'Events of a graph' {
    BeforeAll { $graph = Open-Pair events }
    AfterAll { 'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist } }
    AfterEach {
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
    }

    It 'tell of records of a type' {
        $graph | Register-PeerEvent -EventType RecordChanged -RecordType $type -SourceIdentifier records
        $null = Add-PeerRecord events ([guid]::NewGuid()) -Text other -Lifetime 01:00 -Node two
        $record = Add-PeerRecord events $type -Text mine -Lifetime 01:00 -Node two
        $change = (Wait-Event records -Timeout 30).SourceEventArgs.Detail
        $change.Change | Should -Be Added
        $change.RecordId | Should -Be $record.Id
        Remove-Event -SourceIdentifier records
        $record | Remove-PeerRecord
        (Wait-Event records -Timeout 30).SourceEventArgs.Detail.Change | Should -Be Deleted
    }

    It 'tell of neighbours and synchronization' {
        $graph | Register-PeerEvent -EventType NeighborConnection, GraphStatusChanged -SourceIdentifier links
        Get-PeerGraph events -Node two | Disconnect-PeerGraph
        $seen = @{}
        Wait-Until {
            Get-Event links -ErrorAction Ignore | ForEach-Object { $seen["$($_.SourceEventArgs.Type)"] = $_.SourceEventArgs.Detail; $_ | Remove-Event }
            $seen.NeighborConnection -and $seen.GraphStatusChanged
        }
        $seen.NeighborConnection.Change | Should -Be Disconnected
        $seen.NeighborConnection.Reason | Should -BeExactly Left
    }

    It 'run actions on a background node' {
        Start-PeerNode -Name back -Background
        try {
            $background = New-PeerGraph background -PeerId alice -Scope Loopback -Listen -Node back
            $seen = [System.Collections.Concurrent.BlockingCollection[string]]::new()
            $null = $background | Register-PeerEvent -Node back -EventType RecordChanged -MessageData $seen -Action {
                $Event.MessageData.Add($EventArgs.Detail.Record.Text)
            }
            $null = Add-PeerRecord background $type -Text acted -Lifetime 01:00 -Node back
            $text = ''
            $seen.TryTake([ref] $text, 30000) | Should -BeTrue
            $text | Should -BeExactly acted
        } finally {
            Stop-PeerNode back
        }
    }

    It 'are only those that a graph raises' {
        $graph | Register-PeerEvent -EventType CloudChanged -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
    }
}

Describe 'Completion' {
    It 'offers graphs, peers and connections' {
        $null = Open-Pair complete
        $line = 'Get-PeerRecord comp'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain complete
        $line = 'Open-PeerConnection complete bo'
        Wait-Until { (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText -contains 'bob' }
        'one', 'two' | ForEach-Object { Get-PeerGraph -Node $_ | Disconnect-PeerGraph -NoPersist }
    }
}

Describe 'A graph over three processes' {
    BeforeAll {
        $member = {
            param($Peer, $Port)
            Import-Module $manifest
            $graph = if ($Port) { Connect-PeerGraph trio "127.0.0.1:$Port" -PeerId $Peer -Listen } else { New-PeerGraph trio -PeerId $Peer -Scope Loopback -Listen }
            $graph.Port
            $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'
            while ($line = [Console]::In.ReadLine()) {
                switch -Regex ($line) {
                    '^add (.*)' { "$((Add-PeerRecord trio $type -Text $Matches[1] -Lifetime 01:00).Id)" }
                    '^remove (.*)' { Remove-PeerRecord trio $Matches[1]; 'removed' }
                    '^set (\S+) (.*)' { (Set-PeerRecord trio $Matches[1] -Text $Matches[2] -PassThru).Version }
                    '^list' { (Get-PeerRecord trio | Sort-Object Text).Text -join ',' }
                }
            }
        }
        function Send-Line {
            param($Process, [string] $Line)

            $Process.StandardInput.WriteLine($Line)
            Read-PeerProcess $Process
        }
        function Wait-RecordList {
            param($Process, [string] $Expected)

            Wait-Until { (Send-Line $Process list) -ceq $Expected }
        }
    }

    It 'keeps the same records everywhere, also when one is killed and comes again' {
        $states = 1..3 | ForEach-Object { Join-Path $box "state$_" }
        $first = Open-PeerProcess $member -ArgumentList alice, 0 -StateFolder $states[0]
        $port = Read-PeerProcess $first
        $second = Open-PeerProcess $member -ArgumentList bob, $port -StateFolder $states[1]
        $null = Read-PeerProcess $second
        $third = Open-PeerProcess $member -ArgumentList carol, $port -StateFolder $states[2]
        $null = Read-PeerProcess $third

        $id = Send-Line $second 'add of-bob'
        $null = Send-Line $third 'add of-carol'
        Wait-RecordList $first 'of-bob,of-carol'
        Send-Line $third "set $id changed" | Should -Be 2
        Wait-RecordList $second 'changed,of-carol'

        $null = Send-Line $third 'add last-words'
        $third.Kill()
        $third.WaitForExit()
        $null = Send-Line $first 'add meanwhile'
        Send-Line $first "remove $id" | Should -BeExactly removed
        $third = Open-PeerProcess $member -ArgumentList carol, $port -StateFolder $states[2]
        $null = Read-PeerProcess $third
        Wait-RecordList $third 'last-words,meanwhile,of-carol'
        Wait-RecordList $first 'last-words,meanwhile,of-carol'

        $third, $second, $first | ForEach-Object { Close-PeerProcess $_ }
    }
}

Describe 'A process that ends by <_>' -ForEach 'TERM', 'HUP' -Skip:$IsWindows {
    It 'takes leave of its neighbours' {
        $graph = "leave-$([guid]::NewGuid().ToString('n'))"
        $null = New-PeerGraph $graph
        $open = Connect-PeerGraph $graph -Offline -Listen
        $null = Register-PeerEvent $open NeighborConnection -SourceIdentifier $graph
        $process = Open-PeerProcess -ArgumentList $graph, $open.Port {
            param($graph, $port)
            Import-Module $manifest
            $null = Connect-PeerGraph $graph "127.0.0.1:$port"
            'connected'
            $null = [Console]::In.ReadLine()
        }
        try {
            Read-PeerProcess $process | Should -Be connected
            kill -s $_ $process.Id
            do {
                $happened = Wait-Event -SourceIdentifier $graph -Timeout 60
                $happened | Should -Not -BeNullOrEmpty
                $happened | Remove-Event
                $reason = $happened.SourceEventArgs.Detail.Reason
            } until ($reason)
            # One that does not take leave is Lost.
            $reason | Should -BeExactly Left
            $process.WaitForExit(60000) | Should -BeTrue
        } finally {
            Unregister-Event -SourceIdentifier $graph
            $process.Dispose()
            Disconnect-PeerGraph $graph
        }
    }
}
