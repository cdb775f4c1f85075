BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
    $manifest = Get-StagedManifest

    # Bound, and silent: whoever asks here waits.
    $silent = [System.Net.Sockets.UdpClient]::new([System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
    $silentPort = $silent.Client.LocalEndPoint.Port

    # Runs a command in a runspace of its own, stops it as Ctrl+C does once it has said that it is under way (or has
    # sent its first datagram to the silent port), and returns the stopped pipeline.
    function Stop-Command {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
        param([string] $Script, [scriptblock] $WaitUntil)

        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddScript("Import-Module '$manifest'; Connect-PeerNode lab").Invoke()
            $shell.Commands.Clear()
            $running = $shell.AddScript($Script).BeginInvoke()
            $reached = & $WaitUntil
            $shell.Stop()
            $running.AsyncWaitHandle.WaitOne(30000) | Should -BeTrue
            [pscustomobject]@{
                State   = $shell.InvocationStateInfo.State
                Errors  = @($shell.Streams.Error)
                Reached = $reached
            }
        } finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    function Wait-Datagram {
        $silent.Client.ReceiveTimeout = 30000
        $from = [System.Net.IPEndPoint]::new([ipaddress]::Any, 0)
        $silent.Receive([ref] $from)
    }

    # Until a command says how far it has come, which it does after a second.
    function Wait-Progress {
        param([powershell] $Shell)

        Wait-Until { $Shell.Streams.Progress.Count }
    }

    function Clear-Datagram {
        while ($silent.Available) { $null = Wait-Datagram }
    }
}

AfterAll {
    $silent.Dispose()
    Exit-PeerSandbox
}

Describe 'Ctrl+C' {
    BeforeEach {
        Start-PeerNode -Name lab
        Set-PeerCloud Loopback_ -Seed "127.0.0.1:$silentPort" -Node lab
        Clear-Datagram
    }

    AfterEach {
        Stop-PeerNode lab -Force
    }

    It 'ends Resolve-PeerName, which stops asking' {
        # Of the other suite, so that no node of this machine answers in the silent one's place.
        Start-PeerNode -Name quiet -Suite Windows
        Clear-Datagram
        $stopped = Stop-Command (
            "Set-PeerCloud Loopback_ -Seed 127.0.0.1:$silentPort -Node quiet; " +
            "Resolve-PeerName $(Get-FreshName) -Cloud Loopback_ -TimeoutSeconds 600 -Node quiet") { Wait-Datagram; Wait-Datagram }
        $stopped.State | Should -Be Stopped
        $stopped.Errors | Should -BeNullOrEmpty
        (Get-PeerNode quiet).State | Should -Be Running
        Stop-PeerNode quiet -Force
    }

    It 'ends Test-PeerEndpoint' {
        $stopped = Stop-Command "Test-PeerEndpoint 127.0.0.1 -Port $silentPort -TimeoutSeconds 600" { Wait-Datagram }
        $stopped.State | Should -Be Stopped
    }

    It 'ends Repair-PeerCloud' {
        $stopped = Stop-Command "Repair-PeerCloud Loopback_ -Synchronize -HostEndpoint 127.0.0.1:$silentPort -TimeoutSeconds 600" { Wait-Datagram }
        $stopped.State | Should -Be Stopped
    }

    It 'ends Register-PeerName, with every name either registered or not' {
        $prefix = Get-FreshName
        $null = Register-PeerEvent lab -EventType NameRegistered -SourceIdentifier registered
        $stopped = Stop-Command "1..100000 | ForEach-Object { `"$prefix-`$_`" } | Register-PeerName -Cloud Loopback_ -Port 80 -WarningAction SilentlyContinue" {
            # The name of the last event may be on its way still; those before it are registered.
            1..3 | ForEach-Object { Wait-Event registered -Timeout 30 | Remove-Event }
        }
        Unregister-Event registered
        Get-Event | Remove-Event
        $stopped.State | Should -Be Stopped
        $names = @(Get-PeerName -Node lab)
        $names.Count | Should -BeGreaterThan 0
        $names.Count | Should -BeLessThan 100000
        @($names.Name.Value | Sort-Object -Unique).Count | Should -Be $names.Count
        (Get-PeerCloud Loopback_ -Node lab).RegisteredCount | Should -Be $names.Count
        Unregister-PeerName -All -Node lab -Confirm:$false
        Get-PeerName -Node lab | Should -BeNullOrEmpty
    }

    It 'ends Unregister-PeerName between two names' {
        1..200 | ForEach-Object { Get-FreshName } | Register-PeerName -Cloud Loopback_ -Port 80 -Node lab -WarningAction SilentlyContinue
        $null = Register-PeerEvent lab -EventType NameUnregistered -SourceIdentifier withdrawn
        $stopped = Stop-Command 'Get-PeerName | Unregister-PeerName; while ($true) { }' { Wait-Event withdrawn -Timeout 30 }
        Unregister-Event withdrawn
        Get-Event | Remove-Event
        $stopped.Errors | Should -BeNullOrEmpty
        $stopped.Reached | Should -Not -BeNullOrEmpty
        $stopped.State | Should -Be Stopped
        (Get-PeerCloud Loopback_ -Node lab).RegisteredCount | Should -Be @(Get-PeerName -Node lab).Count
    }

    It 'ends Join-PeerGroup, which leaves no membership' {
        Start-PeerNode -Name maker -ListenAddress 127.0.0.1, ::1
        $path = Get-SandboxPath
        $null = New-PeerGroup Club -Password (Get-Password) -Cloud Loopback_ -Node maker | New-PeerGroupInvitation -PasswordInvitation -Path $path
        Stop-PeerNode maker
        $stopped = Stop-Command (
            "Join-PeerGroup '$path' -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) " +
            '-TimeoutSeconds 600') { Wait-Progress $shell }
        $stopped.State | Should -Be Stopped
        $stopped.Errors | Should -BeNullOrEmpty
        Get-PeerGroup -Node lab | Should -BeNullOrEmpty
    }

    It 'ends Connect-PeerGroup, which leaves the group closed' {
        Start-PeerNode -Name maker -ListenAddress 127.0.0.1, ::1
        $guest = New-PeerIdentity -FriendlyName Guest -Node lab
        $null = New-PeerGroup Friends -Cloud Loopback_ -Node maker
        $null = New-PeerGroupInvitation Friends $guest -Node maker | Join-PeerGroup -Node lab
        Stop-PeerNode maker
        $stopped = Stop-Command 'Connect-PeerGroup Friends -TimeoutSeconds 600' { Wait-Progress $shell }
        $stopped.State | Should -Be Stopped
        $stopped.Errors | Should -BeNullOrEmpty
        (Get-PeerGroup Friends -Node lab).IsOpen | Should -BeFalse
        Remove-PeerGroup Friends -Confirm:$false -Node lab
    }

    It 'ends Send-PeerInvitation, which takes the invitations back' {
        $own = Connect-PeerCollaboration -DisplayName Sender -PassThru -Node lab
        Start-PeerNode -Name guest -ListenAddress 127.0.0.1, ::1
        $guest = New-PeerIdentity -FriendlyName Guest -Default -Node guest
        $contact = Get-PeerContact -Me -AsXml -Node guest | Add-PeerContact -Node lab
        $stopped = Stop-Command "Send-PeerInvitation $($contact.PeerName) $([guid]::NewGuid()) -TimeoutSeconds 600" { Wait-Progress $shell }
        $stopped.State | Should -Be Stopped
        $stopped.Errors | Should -BeNullOrEmpty
        $sent = Get-PeerInvitation -Direction Sent -Node lab
        $sent.Contact | Should -BeExactly $guest.PeerName.Value
        $sent.State | Should -Be Cancelled
        $own.Status | Should -Be Online
        Stop-PeerNode guest
        Remove-PeerContact Guest -Node lab
    }

    It 'ends Get-PeerPersonNearMe -Refresh' {
        Connect-PeerCollaboration -DisplayName Seeker -Node lab
        $stopped = Stop-Command 'Get-PeerPersonNearMe -Refresh -TimeoutSeconds 600' { Wait-Progress $shell }
        $stopped.State | Should -Be Stopped
        $stopped.Errors | Should -BeNullOrEmpty
        (Get-PeerPresence -Node lab).Status | Should -Be Online
    }

    It 'leaves nothing of a node that was starting' {
        $stopped = Stop-Command 'while ($true) { Start-PeerNode -Name started -Component Pnrp; Stop-PeerNode started -Force }' { }
        $stopped.State | Should -Be Stopped
        Get-PeerNode -Name started | Stop-PeerNode -Force
        Start-PeerNode -Name started -Component Pnrp
        (Get-PeerNode started).State | Should -Be Running
        Stop-PeerNode started
    }
}

Describe 'Progress' {
    It 'is shown of what takes longer than a second, and completed' {
        Start-PeerNode -Name lab
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$manifest'; Test-PeerEndpoint 127.0.0.1 -Port $silentPort -TimeoutSeconds 2 -Node lab").Invoke()
        $records = @($shell.Streams.Progress | Where-Object Activity -EQ 'Testing')
        $shell.Dispose()
        Stop-PeerNode lab
        $records.Count | Should -BeGreaterThan 1
        $records[0].PercentComplete | Should -BeIn (1..99)
        $records[-1].RecordType | Should -Be Completed
        @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
    }
}
