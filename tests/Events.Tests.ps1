BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox

    # Makes a node raise NameRegistered, and NameUnregistered.
    function Invoke-NameEvent {
        param([string] $Name = (Get-FreshName), [hashtable] $Target = @{})
        Register-PeerName $Name -Cloud Loopback_ -Port 80 @Target
        Unregister-PeerName -Name $Name @Target
        $Name
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

    AfterAll {
        Get-EventSubscriber | Unregister-Event
        Stop-PeerNode busy
    }

    It 'runs its actions while the prompt is busy' {
        $signal = [System.Threading.ManualResetEventSlim]::new()
        $thread = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
        $job = Register-PeerEvent busy -EventType NameRegistered -SourceIdentifier busy-action -MessageData @{ Signal = $signal; Thread = $thread } -Action {
            $Event.MessageData.Thread.Enqueue([Environment]::CurrentManagedThreadId)
            $Event.MessageData.Thread.Enqueue((Get-PeerNode | Where-Object IsCurrent).Name)
            $Event.MessageData.Signal.Set()
        }
        $job | Should -BeOfType System.Management.Automation.PSEventJob
        $null = Invoke-NameEvent -Target @{ Node = 'busy' }

        # One .NET call: a runspace handles no event of its own in the meantime.
        $signal.Wait(30000) | Should -BeTrue
        $thread.Count | Should -Be 2
        $thread.ToArray()[0] | Should -Not -Be ([Environment]::CurrentManagedThreadId)
        $thread.ToArray()[1] | Should -BeExactly busy
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
