BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $manifest = Get-StagedManifest
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Nodes of a session' {
    AfterEach {
        Get-PeerNode -Name * | Stop-PeerNode -Force
        Disconnect-PeerNode -WarningAction Ignore
    }

    It 'start on demand, under the name default' {
        @(Get-PeerNode -Name *).Count | Should -Be 0
        $null = Get-PeerIdentity
        $node = Get-PeerNode
        $node.Name | Should -BeExactly default
        $node.State | Should -Be Running
        $node.IsCurrent | Should -BeTrue
        $node.IsBackground | Should -BeFalse
    }

    It 'are shown as stopped while there is none' {
        (Get-PeerNode).State | Should -Be Stopped
        Get-PeerNode -Name nowhere -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'keep their state where -StatePath says, as a PowerShell path' {
        Push-Location $sandbox
        try {
            $node = Start-PeerNode -Name here -StatePath ./elsewhere -PassThru
            $node.StorePath | Should -Be (Join-Path $sandbox 'elsewhere')
            $node.StorePath | Should -Exist
        } finally {
            Pop-Location
        }
    }

    It 'start Pnrp at once when asked to, on a port that the system has free' {
        $node = Start-PeerNode -Component Pnrp -PassThru
        $node.Components | Should -Contain Pnrp
        $node.Ports.Pnrp | Should -BeGreaterThan 1024
        $node.Versions.Pnrp | Should -Be ([version] '5.0')
    }

    It 'warn and go on when started again alike' {
        Start-PeerNode
        $started = (Get-PeerNode).Started
        Start-PeerNode -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -Match 'running already'
        (Get-PeerNode).Started | Should -Be $started
    }

    It 'refuse other settings, and take them with -Force' {
        Start-PeerNode
        { Start-PeerNode -Suite Windows } | Should -Throw -ErrorId 'PEER_E_ALREADY_EXISTS,PeerNet.PowerShell.Commands.StartPeerNodeCommand'
        Start-PeerNode -Suite Windows -Force
        (Get-PeerNode).Suite | Should -Be Windows
    }

    It 'do not take a port that somebody else has' {
        $first = Start-PeerNode -Name first -Component Pnrp -PassThru
        { Start-PeerNode -Name second -PnrpPort $first.Ports.Pnrp -Component Pnrp } |
            Should -Throw -ErrorId 'PEER_E_UNABLE_TO_LISTEN,PeerNet.PowerShell.Commands.StartPeerNodeCommand'
        Get-PeerNode -Name second -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'do not share a state folder with another process' {
        $folder = Join-Path $sandbox 'shared'
        $other = Open-PeerProcess -ArgumentList $folder {
            param($folder)
            Import-Module $manifest
            Start-PeerNode -StatePath $folder
            $PID
            $null = [Console]::In.ReadLine()
        }
        try {
            $id = Read-PeerProcess $other
            { Start-PeerNode -StatePath $folder } | Should -Throw -ExpectedMessage "*$id*"
        } finally {
            Close-PeerProcess $other
        }
    }

    It 'warn when stopped while not running' {
        Stop-PeerNode -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -Match 'No node'
    }

    It 'are written as they were by Stop-PeerNode -PassThru' {
        Start-PeerNode -Name lab
        $stopped = Get-PeerNode lab | Stop-PeerNode -PassThru
        $stopped.Name | Should -BeExactly lab
        $stopped.State | Should -Be Stopped
    }
}

Describe 'Start-PeerNode refuses' {
    It 'a node name that is no folder name: <Name>' -ForEach @(
        @{ Name = 'a b' }, @{ Name = '..' }, @{ Name = 'a/b' }, @{ Name = '-x' }, @{ Name = "a`n" }
    ) {
        { Start-PeerNode -Name $Name } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'a state path that is no folder' {
        Start-PeerNode -Name nowhere -StatePath env:nowhere -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].TargetObject | Should -BeExactly env:nowhere
        Get-PeerNode nowhere -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'The current node' {
    BeforeAll {
        Start-PeerNode -Name one
        Start-PeerNode -Name two
    }

    AfterAll {
        Get-PeerNode -Name * | Stop-PeerNode -Force
        Disconnect-PeerNode -WarningAction Ignore
    }

    It 'is the first one, until another is connected' {
        (Get-PeerNode | Where-Object IsCurrent).Name | Should -BeExactly one
        (Connect-PeerNode two -PassThru).IsCurrent | Should -BeTrue
        (Get-PeerIdentity | New-PeerName).Count | Should -Be 0
        (New-PeerIdentity -FriendlyName 'on two').Node | Should -BeExactly two
    }

    It 'is another one in another runspace' {
        Connect-PeerNode one
        $names = 1..2 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            Connect-PeerNode two
            (New-PeerIdentity).Node
        } -ThrottleLimit 2
        $names | Should -Be two, two
        (Get-PeerNode | Where-Object IsCurrent).Name | Should -BeExactly one
    }

    It 'is named by -Node for one command' {
        (New-PeerIdentity -FriendlyName x -Node two).Node | Should -BeExactly two
        (Get-PeerNode two | ForEach-Object { New-PeerIdentity -Node $_ }).Node | Should -BeExactly two
    }

    It 'is carried through a pipeline by the objects' {
        Connect-PeerNode one
        $identity = New-PeerIdentity -FriendlyName 'carried' -Node two
        { $identity | Set-PeerIdentity -FriendlyName 'renamed' -ErrorAction Stop } | Should -Not -Throw
        (Get-PeerIdentity renamed -Node two).PeerName | Should -Be $identity.PeerName
    }

    It 'is an error where there is no such node, listing those there are' {
        $null = Get-PeerIdentity -Node nowhere -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NODE_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerIdentityCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -Be nowhere
        "$failure" | Should -Match 'one, two'
    }

    It 'goes on without the runspace after Disconnect-PeerNode' {
        Connect-PeerNode one
        (Disconnect-PeerNode -PassThru).State | Should -Be Running
        Get-PeerNode | Where-Object IsCurrent | Should -BeNullOrEmpty
        Disconnect-PeerNode -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -Not -BeNullOrEmpty
    }

    It 'is not silently replaced when somebody stops it' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript('param($manifest) Import-Module $manifest; Connect-PeerNode two').AddArgument($manifest).Invoke()
        Stop-PeerNode two
        $shell.Commands.Clear()
        $null = $shell.AddScript('Get-PeerIdentity').Invoke()
        $shell.Streams.Error.FullyQualifiedErrorId | Should -Be 'PEER_E_NOT_INITIALIZED,PeerNet.PowerShell.Commands.GetPeerIdentityCommand'
        $runspace.Dispose()
    }
}

Describe 'Background nodes' {
    It 'outlive the runspace that started them, and others attach' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript('param($manifest) Import-Module $manifest; Start-PeerNode -Name far -Background').AddArgument($manifest).Invoke()
        $shell.HadErrors | Should -BeFalse
        $runspace.Dispose()

        Connect-PeerNode far
        $node = Get-PeerNode far
        $node.State | Should -Be Running
        $node.IsBackground | Should -BeTrue
        $node.IsCurrent | Should -BeTrue
        Stop-PeerNode
        Get-PeerNode -Name far -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'Test-PeerEndpoint' {
    BeforeAll {
        $name = Get-FreshName
        $peer = Open-PeerProcess -ArgumentList $name {
            param($name)
            Import-Module $manifest
            Register-PeerName $name -Cloud Loopback_ -Endpoint 127.0.0.1:80
            (Get-PeerNode).Ports.Pnrp
            $null = [Console]::In.ReadLine()
        }
        $port = Read-PeerProcess $peer
        # A name is looked for in all clouds; here there is to be one only.
        Start-PeerNode -ListenAddress 127.0.0.1, ::1
    }

    AfterAll {
        Close-PeerProcess $peer
        Stop-PeerNode
    }

    It 'reaches a node by address' {
        $result = Test-PeerEndpoint 127.0.0.1 -Port $port
        $result.Reachable | Should -BeTrue
        $result.Stage | Should -BeExactly Reach
        $result.RoundTripTime | Should -BeGreaterThan ([timespan]::Zero)
        Test-PeerEndpoint 127.0.0.1 -Port $port -Quiet | Should -BeTrue
    }

    It 'reaches a node as a seed' {
        (Test-PeerEndpoint -Seed "localhost:$port").Reachable | Should -BeTrue
        (Test-PeerEndpoint -Seed "127.0.0.1:$port" -Count 3).Count | Should -Be 3
    }

    It 'reaches a node by one of its names' {
        ($name | Test-PeerEndpoint).Reachable | Should -BeTrue
    }

    It 'says what is wrong with a name that nobody has' {
        $result = Test-PeerEndpoint -Name (Get-FreshName) -TimeoutSeconds 2
        $result.Reachable | Should -BeFalse
        $result.Stage | Should -BeExactly Resolve
    }

    It 'is no error where nobody answers' {
        # A UDP port that is bound, and silent.
        $socket = [System.Net.Sockets.UdpClient]::new([System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
        try {
            $result = Test-PeerEndpoint 127.0.0.1 -Port $socket.Client.LocalEndPoint.Port -TimeoutSeconds 1 -ErrorAction Stop
            $result.Reachable | Should -BeFalse
            $result.RoundTripTime | Should -BeNullOrEmpty
            (Test-PeerEndpoint 127.0.0.1 -Port 9).Detail | Should -Match 'no node uses a port below 1025'
        } finally {
            $socket.Dispose()
        }
    }
}
