BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'
    $other = [guid] 'b1c9d3a2-0000-4000-8000-000000000002'

    Start-PeerNode -Name one
    Start-PeerNode -Name two
    $graph = New-PeerGraph talk -PeerId alice -Scope Loopback -Listen -Node one
    $endpoint = "127.0.0.1:$($graph.Port)"
    $null = Connect-PeerGraph talk $endpoint -PeerId bob -Listen -Node two
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Open-PeerConnection' {
    AfterEach {
        Get-PeerConnection -Type Direct -Node two | Close-PeerConnection
        # The other side hears of it later: its event is not the next test's.
        Wait-Until { -not (Get-PeerConnection -Type Direct -Node one) }
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
        Set-PeerGraph talk -AllowDirectConnection $false -Node one
    }

    It 'is refused where nobody expects it' {
        Open-PeerConnection talk alice -Endpoint $endpoint -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_REFUSED,PeerNet.PowerShell.Commands.OpenPeerConnectionCommand'
        $failure.Exception.HResult | Should -Be 0x8063010B
    }

    It 'is taken in where the graph allows it, and found by peer id' {
        Set-PeerGraph talk -AllowDirectConnection $true -Node one
        $connection = Open-PeerConnection talk alice -Node two
        $connection.Type | Should -Be Direct
        $connection.State | Should -Be Connected
        $connection.PeerId | Should -BeExactly alice
        $connection.IsInitiator | Should -BeTrue
        Test-PeerEndpoint -Connection $connection -Node two -Quiet | Should -BeTrue
    }

    It 'is opened to a node that is piped' {
        Set-PeerGraph talk -AllowDirectConnection $true -Node one
        $node = Get-PeerGraphNode talk -PeerId alice -Node two
        ($node | Open-PeerConnection).PeerId | Should -BeExactly alice
        ($node | Get-PeerGraphNode -PeerId alice).NodeId | Should -Be $node.NodeId
        (Get-PeerConnection -Node two | Get-PeerGraphNode -Local).PeerId | Should -Contain bob
    }

    It 'is taken in as long as somebody listens to it' {
        $null = $graph | Register-PeerEvent -EventType DirectConnection -SourceIdentifier direct
        $connection = Open-PeerConnection talk alice -Node two
        (Wait-Event direct -Timeout 30).SourceEventArgs.Detail.Change | Should -Be Connected
        Remove-Event direct
        $connection | Close-PeerConnection
        (Wait-Event direct -Timeout 30).SourceEventArgs.Detail.Change | Should -Be Disconnected
        Unregister-Event direct
        Open-PeerConnection talk alice -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONNECTION_REFUSED,*'
    }

    It 'is not allowed by a subscription to everything' {
        $null = $graph | Register-PeerEvent -SourceIdentifier all
        Open-PeerConnection talk alice -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONNECTION_REFUSED,*'
    }

    It 'reports <Symbol>' -ForEach @(
        @{ Symbol = 'PEER_E_NODE_NOT_FOUND'; Peer = 'nobody' }
        @{ Symbol = 'PEER_E_CONNECT_SELF'; Peer = 'bob' }
    ) {
        Open-PeerConnection talk $Peer -Node two -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Symbol,PeerNet.PowerShell.Commands.OpenPeerConnectionCommand"
    }

    It 'opens nothing with -WhatIf' {
        Open-PeerConnection talk alice -Node two -WhatIf | Should -BeNullOrEmpty
        Get-PeerConnection talk -Type Direct -Node two | Should -BeNullOrEmpty
    }
}

Describe 'Get-PeerConnection' {
    It 'shows neighbours' {
        $neighbour = Get-PeerConnection talk -Type Neighbor -Node one
        $neighbour.PeerId | Should -BeExactly bob
        $neighbour.Utility | Should -Not -BeNullOrEmpty
        (Get-PeerConnection -Id $neighbour.Id -Node one).PeerId | Should -BeExactly bob
        (Get-PeerGraph -Node one | Get-PeerConnection).Id | Should -Be $neighbour.Id
    }

    It 'reports one that there is not' {
        Get-PeerConnection talk -Id 4711 -Node one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerConnectionCommand'
    }
}

Describe 'Close-PeerConnection' {
    It 'leaves neighbours to the graph' {
        Get-PeerConnection talk -Type Neighbor -Node one | Close-PeerConnection -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_*,PeerNet.PowerShell.Commands.ClosePeerConnectionCommand'
        @(Get-PeerConnection talk -Type Neighbor -Node one).Count | Should -Be 1
    }

    It 'reports one that is gone, and takes ids' {
        Close-PeerConnection 4711 -Node one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONNECTION_NOT_FOUND,PeerNet.PowerShell.Commands.ClosePeerConnectionCommand'
        { Close-PeerConnection x -Node one } | Should -Throw -ErrorId 'CannotConvertArgument*'
    }
}

Describe 'Send-PeerData and Receive-PeerData' {
    BeforeAll {
        Set-PeerGraph talk -AllowDirectConnection $true -Node one
        $connection = Open-PeerConnection talk alice -Node two
    }
    AfterAll { $connection | Close-PeerConnection -ErrorAction Ignore }

    It 'carry text, bytes and files both ways, in order' {
        Set-Content (Join-Path $box data.bin) 'file' -NoNewline
        Send-PeerData $connection $type -Text text
        Send-PeerData $connection $other -Data 1, 2, 3
        Send-PeerData $connection $type -Path (Join-Path $box data.bin)
        $items = Receive-PeerData -Graph talk -Count 3 -TimeoutSeconds 30 -Node one
        $items.Count | Should -Be 3
        $items[0].Text | Should -BeExactly text
        $items[1].Data | Should -Be 1, 2, 3
        $items[1].DataType | Should -Be $other
        $items[2].Text | Should -BeExactly file
        $items[0].PeerId | Should -BeExactly bob

        Send-PeerData $items[0] $type -Text answer
        (Receive-PeerData $connection -Count 1 -TimeoutSeconds 30).Text | Should -BeExactly answer
    }

    It 'tell of types that are wanted, and leave the rest' {
        Send-PeerData $connection $type -Text first
        Send-PeerData $connection $other -Text second
        (Receive-PeerData -DataType $other -Count 1 -TimeoutSeconds 30 -Node one).Text | Should -BeExactly second
        (Receive-PeerData -Node one).Text | Should -BeExactly first
        Receive-PeerData -Node one | Should -BeNullOrEmpty
    }

    It 'raise an event with the data' {
        $null = $graph | Register-PeerEvent -EventType IncomingData -ConnectionDataType $type -SourceIdentifier data
        try {
            Send-PeerData $connection $other -Text ignored
            Send-PeerData $connection $type -Text told
            (Wait-Event data -Timeout 30).SourceEventArgs.Detail.Text | Should -BeExactly told
            $null = Receive-PeerData -Node one
        } finally {
            Unregister-Event data
            Get-Event | Remove-Event
        }
    }

    It 'stop quietly when nothing comes, and with Ctrl+C' {
        Receive-PeerData -TimeoutSeconds 1 -Node one | Should -BeNullOrEmpty
        $shell = [powershell]::Create().AddScript({
            param($Manifest)
            Import-Module $Manifest
            Connect-PeerNode one
            'ready'
            Receive-PeerData -Wait
        }).AddArgument((Get-StagedManifest))
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]] $null, $output)
            Wait-Until { $output.Count -ge 1 }
            Send-PeerData $connection $type -Text seen
            Wait-Until { $output.Count -ge 2 }
            $output[1].Text | Should -BeExactly seen
            $shell.Stop()
            $running.IsCompleted | Should -BeTrue
        } finally {
            $shell.Dispose()
        }
    }

    It 'refuse the type that the protocol keeps for itself' {
        Send-PeerData $connection 0ccbb0d2-be41-4bd6-914b-058ec5dcce64 -Text x -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_AUTHORIZED,PeerNet.PowerShell.Commands.SendPeerDataCommand'
    }

    It 'send nothing with -WhatIf' {
        Send-PeerData $connection $type -Text x -WhatIf
        Receive-PeerData -TimeoutSeconds 1 -Node one | Should -BeNullOrEmpty
    }
}

Describe 'Test-PeerEndpoint -Protocol Graph' {
    It 'tells whether a graph listens' {
        Test-PeerEndpoint 127.0.0.1 -Port $graph.Port -Protocol Graph -Quiet | Should -BeTrue
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        (Test-PeerEndpoint 127.0.0.1 -Port $port -Protocol Graph -TimeoutSeconds 5).Reachable | Should -BeFalse
    }
}
