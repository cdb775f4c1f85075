BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
    $manifest = Get-StagedManifest

    # Makes a node raise NameRegistered, and NameUnregistered.
    function Invoke-NameEvent {
        param([string] $Name = (Get-FreshName), [hashtable] $Target = @{})
        Register-PeerName $Name -Cloud Loopback_ -Port 80 @Target
        Unregister-PeerName -Name $Name @Target
        $Name
    }

    # The next things that an action has put into a collection. Taking is one .NET call: a runspace handles no event of
    # its own in the meantime.
    function Wait-Action {
        param([System.Collections.Concurrent.BlockingCollection[object]] $Queue, [int] $Count = 1)
        foreach ($i in 1..$Count) {
            $next = $null
            if (-not $Queue.TryTake([ref] $next, 30000)) { throw "Only $($i - 1) of $Count actions have run." }
            $next
        }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Register-PeerEvent' {
    BeforeAll {
        Start-PeerNode
    }

    AfterEach {
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
    }

    It 'queues events for Wait-Event and Get-Event' {
        $subscriber = Get-PeerNode | Register-PeerEvent -EventType NameRegistered, NameUnregistered -SourceIdentifier names -MessageData extra
        $subscriber | Should -BeOfType System.Management.Automation.PSEventSubscriber
        (Get-EventSubscriber names).SourceIdentifier | Should -BeExactly names
        $name = Invoke-NameEvent

        $first = Wait-Event names -Timeout 30
        $first.SourceEventArgs.Type | Should -Be NameRegistered
        $first.SourceEventArgs.Node | Should -BeExactly default
        $first.SourceEventArgs.Time.Offset | Should -Be ([timespan]::Zero)
        $first.SourceEventArgs.Detail.Name.Value | Should -BeExactly $name
        $first.MessageData | Should -BeExactly extra
        $first | Remove-Event
        (Wait-Event names -Timeout 30).SourceEventArgs.Type | Should -Be NameUnregistered
    }

    It 'keeps the order' {
        $null = Register-PeerEvent default -EventType NameRegistered -SourceIdentifier order
        $names = 1..20 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Cloud Loopback_ -Port 80
        $seen = 1..20 | ForEach-Object {
            $happened = Wait-Event order -Timeout 30
            $happened | Remove-Event
            $happened.SourceEventArgs.Detail.Name.Value
        }
        Unregister-PeerName -All -Confirm:$false
        $seen | Should -BeExactly $names
    }

    It 'runs an action, as a job' {
        $job = Register-PeerEvent default -EventType NameRegistered -SourceIdentifier act -Action { "seen $($EventArgs.Detail.Name.Value)"; $null = New-Event done }
        $job | Should -BeOfType System.Management.Automation.PSEventJob
        $name = Invoke-NameEvent
        $null = Wait-Event done -Timeout 30
        $job | Receive-Job | Should -BeExactly "seen $name"
        $job | Remove-Job -Force
        Get-EventSubscriber | Should -BeNullOrEmpty
    }

    It 'ends after -MaxTriggerCount events' {
        $null = Register-PeerEvent default -EventType NameRegistered -SourceIdentifier once -MaxTriggerCount 1
        $null = Invoke-NameEvent
        $null = Wait-Event once -Timeout 30
        Get-EventSubscriber | Should -BeNullOrEmpty
    }

    It 'ends with Unregister-Event' {
        $null = Register-PeerEvent default -SourceIdentifier gone -EventType NameRegistered
        $null = Register-PeerEvent default -SourceIdentifier stays -EventType NameRegistered
        Unregister-Event gone
        $null = Invoke-NameEvent
        $null = Wait-Event stays -Timeout 30
        Get-Event gone -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'hears of one cloud, or one registration, only' {
        $name = Get-FreshName
        $registration = Register-PeerName $name -Cloud Loopback_ -Port 80 -PassThru
        $null = Get-PeerCloud Loopback_ | Register-PeerEvent -EventType NameUnregistered -SourceIdentifier cloud
        $null = $registration | Register-PeerEvent -EventType NameUnregistered -SourceIdentifier name
        $other = Invoke-NameEvent
        (Wait-Event cloud -Timeout 30).SourceEventArgs.Detail.Name.Value | Should -BeExactly $other
        Get-Event | Remove-Event
        Unregister-PeerName -Name $name
        (Wait-Event name -Timeout 30).SourceEventArgs.Detail.Name.Value | Should -BeExactly $name
    }

    It 'lists the events that a source has when asked for another' {
        $null = Get-PeerCloud Loopback_ | Register-PeerEvent -EventType NodeStopped -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'E_INVALIDARG,PeerNet.PowerShell.Commands.RegisterPeerEventCommand'
        "$failure" | Should -Match 'CloudChanged, NameRegistered'
        $failure.TargetObject.Name | Should -BeExactly Loopback_
    }

    It 'refuses what raises no events, and a source identifier that is taken' {
        42 | Register-PeerEvent -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $null = Register-PeerEvent default -SourceIdentifier twice
        Register-PeerEvent default -SourceIdentifier twice -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be ResourceExists
    }

    It 'reports a node that does not run' {
        Register-PeerEvent nowhere -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NODE_NOT_FOUND,PeerNet.PowerShell.Commands.RegisterPeerEventCommand'
    }
}

Describe 'A background node' {
    BeforeAll {
        Start-PeerNode -Name busy -Background
    }

    BeforeEach {
        $seen = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    }

    AfterEach {
        Get-EventSubscriber | Unregister-Event
        Unregister-PeerName -All -Node busy -Confirm:$false
    }

    AfterAll {
        Stop-PeerNode busy
    }

    It 'runs its actions while the prompt is busy' {
        $job = Register-PeerEvent busy -EventType NameRegistered -MessageData $seen -Action {
            $Event.MessageData.Add([Environment]::CurrentManagedThreadId)
            $Event.MessageData.Add((Get-PeerNode | Where-Object IsCurrent).Name)
        }
        $job | Should -BeOfType System.Management.Automation.PSEventJob
        $null = Invoke-NameEvent -Target @{ Node = 'busy' }

        $thread, $node = Wait-Action $seen -Count 2
        $thread | Should -Not -Be ([Environment]::CurrentManagedThreadId)
        $node | Should -BeExactly busy
    }

    It 'hands over actions in order' {
        $null = Register-PeerEvent busy -EventType NameRegistered -MessageData $seen -Action { $Event.MessageData.Add($EventArgs.Detail.Name.Value) }
        $names = 1..50 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Cloud Loopback_ -Port 80 -Node busy -WarningAction Ignore
        Wait-Action $seen -Count 50 | Should -BeExactly $names
    }

    It 'hands over hundreds of actions to several subscribers, to each in order' {
        $queues = 1..3 | ForEach-Object { , [System.Collections.Concurrent.BlockingCollection[object]]::new() }
        foreach ($queue in $queues) {
            $null = Register-PeerEvent busy -EventType NameRegistered -MessageData $queue -Action { $Event.MessageData.Add($EventArgs.Detail.Name.Value) }
        }
        $names = 1..300 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Cloud Loopback_ -Port 80 -Node busy -WarningAction Ignore
        foreach ($queue in $queues) {
            Wait-Action $queue -Count 300 | Should -BeExactly $names
        }
    }

    It 'gives its actions what PowerShell gives to any' {
        $job = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier variables -MessageData $seen -Action {
            $Event.MessageData.Add("$Sender $($EventSubscriber.SourceIdentifier) $($Event.SourceIdentifier) $($args[0].Type)")
            'an output'
            Write-Error 'an error'
            throw 'an exception'
        }
        $null = Invoke-NameEvent -Target @{ Node = 'busy' }
        Wait-Action $seen | Should -BeExactly 'busy variables variables NameRegistered'
        $null = Wait-Job $job -Timeout 30
        $job.State | Should -Be Failed
        $job.Output | Should -BeExactly 'an output'
        $job.Error | ForEach-Object { "$_" } | Should -BeExactly 'an error', 'an exception'
    }

    It 'ends a subscription after -MaxTriggerCount events' {
        $job = Register-PeerEvent busy -EventType NameRegistered -MaxTriggerCount 2 -MessageData $seen -Action { $Event.MessageData.Add($EventArgs.Detail.Name.Value) }
        $names = 1..3 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Cloud Loopback_ -Port 80 -Node busy
        $null = Wait-Job $job -Timeout 30
        $job.State | Should -Be Stopped
        $seen.ToArray() | Should -BeExactly $names[0..1]
        Get-EventSubscriber | Should -BeNullOrEmpty
    }

    It 'lets an action end its own subscription' {
        $job = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier once -MessageData $seen -Action {
            Unregister-Event once
            $Event.MessageData.Add($EventArgs.Detail.Name.Value)
        }
        $names = 1..3 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Cloud Loopback_ -Port 80 -Node busy
        $null = Wait-Job $job -Timeout 30
        Wait-Action $seen | Should -BeExactly $names[0]
        $seen.Count | Should -Be 0
    }

    It 'ends a subscription whose action is running' {
        $job = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier long -MessageData $seen -Action {
            $Event.MessageData.Add('began')
            while ($Event.MessageData.Count -gt 0) { Start-Sleep -Milliseconds 10 }
            $Event.MessageData.Add('ended')
        }
        $null = Invoke-NameEvent -Target @{ Node = 'busy' }
        while ($seen.Count -eq 0) { Start-Sleep -Milliseconds 10 }
        Unregister-Event long
        $job.State | Should -Be Stopped
        Wait-Action $seen -Count 2 | Should -BeExactly 'began', 'ended'
    }

    It 'refuses a source identifier that another runspace has taken' {
        $null = Register-PeerEvent busy -SourceIdentifier taken -Action { }
        $failure = Start-ThreadJob {
            Import-Module $using:manifest
            try {
                Register-PeerEvent busy -SourceIdentifier taken -Action { } -ErrorAction Stop
            } catch {
                $_.CategoryInfo.Category
            }
        } | Receive-Job -Wait -AutoRemoveJob
        $failure | Should -Be ResourceExists
    }

    It 'shows its subscriptions where they were made, and ends them there' {
        $null = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier shadowed -Action { 'never mind' }
        (Get-EventSubscriber shadowed).SourceIdentifier | Should -BeExactly shadowed
        $job = Get-Job shadowed
        Unregister-Event shadowed
        $job.State | Should -Be Stopped
        $job = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier shadowed -Action { 'never mind' }
        $job | Remove-Job -Force
        Get-EventSubscriber shadowed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}

Describe 'A background node that stops' {
    It 'still runs the actions for what happened before, and the rest of the one that stops it' {
        $seen = [System.Collections.Concurrent.BlockingCollection[object]]::new()
        $go = [System.Threading.ManualResetEventSlim]::new()
        Start-PeerNode -Name leaving -Background
        $null = Register-PeerEvent leaving -EventType NodeStopped -MessageData $seen -Action { $Event.MessageData.Add('node stopped') }
        $job = Register-PeerEvent leaving -EventType NameRegistered -MessageData @{ Seen = $seen; Go = $go } -Action {
            $Event.MessageData.Go.Wait()
            Stop-PeerNode leaving
            $Event.MessageData.Seen.Add('action ended')
        }
        Register-PeerName (Get-FreshName) -Cloud Loopback_ -Port 80 -Node leaving
        $go.Set()
        Wait-Action $seen -Count 2 | Should -BeExactly 'action ended', 'node stopped'
        $null = Wait-Job $job -Timeout 30
        $job.State | Should -Be Stopped
        Get-EventSubscriber | Should -BeNullOrEmpty
    }

    It 'does not wait for an action that never returns, nor does the end of the process: <_>' -ForEach 'while ($true) { }',
        'Start-Sleep 100000', 'while ($true) { try { [System.Threading.Thread]::Sleep(-1) } catch { } }' {
        Invoke-FreshPwsh -ArgumentList $_ {
            param($forever)
            Import-Module $manifest
            $seen = [System.Collections.Concurrent.BlockingCollection[object]]::new()
            foreach ($name in 'stopped', 'running') {
                Start-PeerNode -Name $name -Background
                $action = [scriptblock]::Create("`$Event.MessageData.Add(1); $forever")
                $null = Register-PeerEvent $name -EventType NameRegistered -MessageData $seen -Action $action
                Register-PeerName "0.$name" -Cloud Loopback_ -Port 80 -Node $name
                $null = $seen.Take()
            }
            Stop-PeerNode stopped
            (Get-PeerNode -Name *).Name
        } | Should -Be running
    }
}

Describe 'A subscriber that is too slow' {
    It 'is told once that events are lost' {
        $relay = (Get-Command New-PeerName).ImplementingType.Assembly.GetType('PeerNet.PowerShell.Hosting.EventRelay')
        $capacity = $relay.GetField('Capacity').GetValue($null)
        $capacity | Should -Be 10000

        Start-PeerNode -Name chatty
        $null = Register-PeerEvent chatty -EventType NameRegistered -SourceIdentifier slow
        # As many events as the session may queue are there already; what comes now finds no room.
        1..$capacity | ForEach-Object { $null = New-Event slow }
        $null = Invoke-NameEvent -Target @{ Node = 'chatty' }
        $null = Invoke-NameEvent -Target @{ Node = 'chatty' }
        $null = Register-PeerEvent chatty -EventType NodeStopped -SourceIdentifier last
        Stop-PeerNode chatty
        $null = Wait-Event last -Timeout 30

        $lost = Get-Event slow | Where-Object { $_.SourceEventArgs.Type -eq 'EventsLost' }
        @($lost).Count | Should -Be 1
        $lost.SourceEventArgs.Detail | Should -Be 2
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
    }
}
