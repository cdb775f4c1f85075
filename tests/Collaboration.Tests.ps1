# Two people of this process, each at a node: Anneliese, and Balthasar, whom she meets on the loopback interface. Others are there
# too, where other suites run at the same time, who should not be called so.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $app = [guid] 'b1c9d3a2-0000-4000-8000-00000000000c'
    $program = [Environment]::ProcessPath

    function Get-Completion([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches
    }

    # What a command says that it would do, which goes to the host alone.
    function Get-WhatIf([string] $Command) {
        $transcript = Get-SandboxPath
        $null = Start-Transcript $transcript
        try { $null = & ([scriptblock]::Create($Command)) } finally { $null = Stop-Transcript }
        (Get-Content $transcript -Raw) -replace '\s+', ' '
    }

    # Until both know each other on the link.
    function Find-Person {
        Wait-Until { (Get-PeerPersonNearMe -Node alice).Nickname -contains 'Balthasar' -and (Get-PeerPersonNearMe -Node bob).Nickname -contains 'Anneliese' }
    }

    # A file by which somebody is added.
    function Export-Contact([string] $Node) {
        $path = Get-SandboxPath
        Get-PeerContact -Me -AsXml -Node $Node | Set-Content $path
        $path
    }

    # What the other one has received of an invitation.
    function Get-Received([guid] $Id) {
        Wait-Until { Get-PeerInvitation -Direction Received -Node bob | Where-Object Id -EQ $Id }
        Get-PeerInvitation -Id $Id -Node bob
    }

    foreach ($name in 'alice', 'bob') {
        Start-PeerNode -Name $name -ListenAddress 127.0.0.1, ::1
    }
    $alice = New-PeerIdentity -FriendlyName Anneliese -Default -Node alice
    $bob = New-PeerIdentity -FriendlyName Balthasar -Default -Node bob
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Who has not signed in' {
    It 'is offline, and sees nobody' {
        $own = Get-PeerPresence -Node alice
        $own.Status | Should -Be Offline
        $own.IsOwn | Should -BeTrue
        $own.SignInScope | Should -Be None
        foreach ($command in { Get-PeerPersonNearMe -Node alice }, { Set-PeerPresence Busy -Node alice },
            { Set-PeerObject ([guid]::NewGuid()) -Text x -Node alice }) {
            (Get-Failure $command).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_SIGNED_IN,*'
        }
        Get-PeerInvitation -Node alice | Should -BeNullOrEmpty
        Get-PeerContact -Node alice | Should -BeNullOrEmpty
    }

    It 'is warned of signing out' {
        $warnings = @(Disconnect-PeerCollaboration -Node alice 3>&1)
        $warnings | Should -HaveCount 1
        "$warnings" | Should -Match "'alice' is not signed in"
    }

    It 'reads what would become known, and to whom' {
        $text = Get-WhatIf 'Connect-PeerCollaboration -DisplayName Queen -Node alice -WhatIf'
        $text | Should -Match "near me: tell everybody on this machine's links your peer name"
        $text | Should -Match "Queen \($($alice.PeerName.Value)\)"
        Get-WhatIf 'Connect-PeerCollaboration Internet -Node alice -WhatIf' | Should -Match 'on the Internet: publish your peer name'
        Get-WhatIf 'Connect-PeerCollaboration All -Node alice -WhatIf' | Should -Match 'near me and on the Internet'
        (Get-PeerPresence -Node alice).SignInScope | Should -Be None
    }

    It 'is refused before anything is done: <_>' -ForEach @(
        @{ Scope = 'None' }, @{ DisplayName = 'x' * 256 }, @{ EndpointName = '' }, @{ Status = 'Bored' }
    ) {
        $arguments = $_
        { Connect-PeerCollaboration @arguments -Node alice } | Should -Throw -ErrorId '*Argument*'
    }
}

Describe 'Two people near each other' {
    BeforeAll {
        $own = Connect-PeerCollaboration -EndpointName desk -PassThru -Node alice -WarningVariable warnings
        Connect-PeerCollaboration -Node bob
        $null = Get-PeerPersonNearMe -Refresh -TimeoutSeconds 1 -Node alice
        Find-Person
    }

    AfterAll {
        Disconnect-PeerCollaboration -Node bob
        Disconnect-PeerCollaboration -Node alice
    }

    It 'have a presence' {
        $warnings | Should -BeNullOrEmpty
        $own.Status | Should -Be Online
        $own.DisplayName | Should -BeExactly Anneliese
        $own.EndpointName | Should -BeExactly desk
        $own.SignInScope | Should -Be NearMe
        $own.Node | Should -BeExactly alice
    }

    It 'see each other' {
        $person = Get-PeerPersonNearMe Balthasar -Node alice
        $person.Contact | Should -BeExactly $bob.PeerName.Value
        $person.IsContact | Should -BeFalse
        $person.Endpoint.Name | Should -Not -BeNullOrEmpty
        (Get-PeerPersonNearMe b* -Node alice).Id | Should -Be $person.Id
        (Get-PeerPersonNearMe $bob.PeerName.Value -Node alice).Id | Should -Be $person.Id
        Get-PeerPersonNearMe zz* -Node alice | Should -BeNullOrEmpty
        $failure = Get-Failure { Get-PeerPersonNearMe Carol -Node alice }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        "$failure" | Should -Match '-Refresh'
        (Get-PeerPersonNearMe Anneliese -Node bob).Endpoint.Name | Should -BeExactly desk
    }

    It 'take endpoints as <Form>' -ForEach @(
        @{ Form = 'an object'; Of = { $person } }
        @{ Form = 'its endpoint'; Of = { $person.Endpoint } }
        @{ Form = 'text'; Of = { "$($person.Endpoint)" } }
        @{ Form = 'an id'; Of = { "$($person.Id)" } }
        @{ Form = 'what the person is called'; Of = { 'balthasar' } }
        @{ Form = 'a presence'; Of = { Get-PeerPresence -Endpoint balthasar -Node alice } }
    ) {
        $person = Get-PeerPersonNearMe Balthasar -Node alice
        $endpoint = Update-PeerEndpoint (& $Of) -PassThru -Node alice
        $endpoint.Id | Should -Be $person.Id
        $endpoint.Contact | Should -BeExactly $bob.PeerName.Value
        (Get-PeerPresence -Endpoint (& $Of) -Node alice).DisplayName | Should -BeExactly Balthasar
    }

    It 'show the same authentication string' {
        $here = Update-PeerEndpoint Balthasar -PassThru -Node alice
        $here.AuthenticationString | Should -Match '^\d{6}$'
        $here.Fingerprint | Should -Match '^[0-9A-F]{64}$'
        (Update-PeerEndpoint Anneliese -PassThru -Node bob).AuthenticationString | Should -BeExactly $here.AuthenticationString
    }

    It 'do not find an endpoint that is not there' {
        $failure = Get-Failure { Update-PeerEndpoint Carol -Node alice }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $failure.TargetObject | Should -BeExactly Carol
        "$failure" | Should -Match 'Get-PeerPersonNearMe'
        Get-Failure { Update-PeerEndpoint "$($bob.PeerName)/$([guid]::NewGuid())" -Node alice } | Should -Not -BeNullOrEmpty
        @('Carol', 'Balthasar' | Update-PeerEndpoint -PassThru -Node alice -ErrorAction SilentlyContinue).Count | Should -Be 1
    }

    It 'do not ask themselves' {
        Get-Failure { Update-PeerEndpoint $own -Node alice } | Should -Not -BeNullOrEmpty
    }

    It 'subscribe once' {
        Update-PeerEndpoint Balthasar -Subscribe -Node alice
        "$(Update-PeerEndpoint Balthasar -Subscribe -Node alice 3>&1)" | Should -Match 'PEER_S_SUBSCRIPTION_EXISTS'
        (Update-PeerEndpoint Balthasar -PassThru -Node alice).IsSubscribed | Should -BeTrue
        (Update-PeerEndpoint Balthasar -Unsubscribe -PassThru -Node alice).IsSubscribed | Should -BeFalse
    }

    It 'say what they do' {
        $null = Set-PeerPresence Busy 'In a meeting' -PassThru -Node bob
        $presence = Get-PeerPersonNearMe Balthasar -Node alice | Get-PeerPresence
        $presence.Status | Should -Be Busy
        $presence.Text | Should -BeExactly 'In a meeting'
        Set-PeerPresence Online '' -Node bob
        (Get-PeerPresence -Endpoint Balthasar -Node alice).Text | Should -BeExactly ''
    }

    It 'show objects' {
        $id = [guid]::NewGuid()
        $shown = Set-PeerObject $id -Text 'Table 4' -PassThru -Node bob
        $shown.Scope | Should -Be All
        $found = Get-PeerPersonNearMe Balthasar -Node alice | Get-PeerObject
        $found.Id | Should -Contain $id
        [Text.Encoding]::UTF8.GetString(($found | Where-Object Id -EQ $id).Data) | Should -BeExactly 'Table 4'
        (Get-PeerObject $id -Endpoint Balthasar -Node alice).Owner | Should -BeExactly $bob.PeerName.Value

        $null = Set-PeerObject $id -Scope Internet -Node bob
        (Get-PeerObject $id -Node bob).Data.Length | Should -Be 7
        (Get-Failure { Get-PeerObject $id -Endpoint Balthasar -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'

        1..200 | Set-PeerObject $id -Scope All -Node bob
        (Get-PeerObject $id -Node bob).Data | Should -Be (1..200)
        (Get-PeerObject $id -Node bob | Get-PeerObject).Id | Should -Be $id
        Get-PeerObject $id -Node bob | Remove-PeerObject
        Get-PeerObject -Node bob | Should -BeNullOrEmpty
    }

    It 'cannot take away what others show, whatever its id' {
        $id = [guid]::NewGuid()
        foreach ($node in 'alice', 'bob') { Set-PeerObject $id -Text x -Node $node }
        $failure = Get-Failure { Get-PeerObject $id -Endpoint Balthasar -Node alice | Remove-PeerObject }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
        "$failure" | Should -Match Balthasar
        (Get-PeerObject $id -Node alice).Id | Should -Be $id
        foreach ($node in 'alice', 'bob') { Remove-PeerObject $id -Node $node }
    }

    It 'need data for a new object, of less than 16 KiB' {
        (Get-Failure { Set-PeerObject ([guid]::NewGuid()) -Scope All -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        { Set-PeerObject ([guid]::NewGuid()) -Data ([byte[]]::new(16KB)) -Node bob } | Should -Throw -ErrorId '*Argument*'
        Get-Failure { Set-PeerObject ([guid]::NewGuid()) -Path (New-RandomFile -Length 16KB) -Node bob } | Should -Not -BeNullOrEmpty
        Set-PeerObject ([guid]::NewGuid()) -Path (New-RandomFile -Length (16KB - 1)) -Node bob
        Get-PeerObject -Node bob | Remove-PeerObject
    }

    It 'complete by name' {
        (Get-Completion 'Get-PeerPersonNearMe -Node alice -Name b').CompletionText | Should -Contain Balthasar
        (Get-Completion 'Update-PeerEndpoint -Node alice -Endpoint b').CompletionText | Should -Contain Balthasar
    }

    It 'raise events' {
        $null = Register-PeerEvent bob -EventType PresenceChanged, ObjectChanged -SourceIdentifier node
        $null = Get-PeerPersonNearMe Anneliese -Node bob | Register-PeerEvent -EventType PresenceChanged, ObjectChanged -SourceIdentifier person -Node bob
        try {
            Update-PeerEndpoint Anneliese -Subscribe -Node bob
            Set-PeerPresence Away -Node alice
            foreach ($source in 'node', 'person') {
                Wait-Until { (Get-Event $source -ErrorAction Ignore).SourceEventArgs.Detail.Status -contains 'Away' }
            }
            $null = Get-PeerPersonNearMe Anneliese -Node bob | Register-PeerEvent -EventType ContactChanged -ErrorVariable failure -ErrorAction SilentlyContinue
            "$failure" | Should -Match 'PresenceChanged'
        } finally {
            Get-EventSubscriber | Unregister-Event
            Get-Event | Remove-Event
            Update-PeerEndpoint Anneliese -Unsubscribe -Node bob
            Set-PeerPresence Online -Node alice
        }
    }
}

Describe 'A first contact' {
    BeforeAll {
        Connect-PeerCollaboration -Node alice
        Connect-PeerCollaboration -Node bob
        Find-Person
    }

    AfterAll {
        Disconnect-PeerCollaboration -Node bob
        Disconnect-PeerCollaboration -Node alice
    }

    AfterEach {
        Get-PeerContact -Node alice | Remove-PeerContact
        Get-PeerContact -Node bob | Remove-PeerContact
    }

    It 'is asked about with fingerprint and authentication string' {
        $endpoint = Update-PeerEndpoint Balthasar -PassThru -Node alice
        $text = Get-WhatIf 'Add-PeerContact -Endpoint Balthasar -Node alice -WhatIf'
        $text | Should -Match $endpoint.Fingerprint
        $text | Should -Match "$($endpoint.AuthenticationString.Substring(0, 3)) $($endpoint.AuthenticationString.Substring(3))"
        $text | Should -Match $bob.PeerName.Value
        Get-PeerContact -Node alice | Should -BeNullOrEmpty
    }

    It 'is never made where nobody can answer' {
        Invoke-FreshPwsh -ArgumentList $box {
            param($box)
            Import-Module $manifest
            foreach ($name in 'a', 'b') {
                Start-PeerNode $name -ListenAddress 127.0.0.1, ::1 -StatePath (Join-Path $box "alone-$name")
                Connect-PeerCollaboration -DisplayName "Alone $name" -Node $name
            }
            do { $null = Get-PeerPersonNearMe -Refresh -TimeoutSeconds 1 -Node a } until ('Alone b' -in (Get-PeerPersonNearMe -Node a).Nickname)
            try { Add-PeerContact -Endpoint 'Alone b' -Node a -ErrorAction Stop; 'added' } catch { 'refused' }
            @(Get-PeerContact -Node a).Count

            # Nor is an invitation accepted.
            $sent = Get-PeerPersonNearMe 'Alone b' -Node a | Send-PeerInvitation -ApplicationId ([guid]::NewGuid()) -NoWait
            do { $received = Get-PeerInvitation -Direction Received -Node b } until ($received)
            try { $received | Complete-PeerInvitation -Response Accept -NoLaunch -ErrorAction Stop; 'accepted' } catch { 'refused' }
            "$((Get-PeerInvitation -Id $sent.Id -Node a).State)"
            Get-PeerNode -Name * | Stop-PeerNode
        } | Should -Be refused, 0, refused, Pending
    }

    It 'takes the string that a script was told, and no other' {
        $told = (Update-PeerEndpoint Anneliese -PassThru -Node bob).AuthenticationString
        $other = '{0:000000}' -f ((1 + [int] $told) % 1000000)
        $failure = Get-Failure { Add-PeerContact -Endpoint Balthasar -AuthenticationString $other -Node alice }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONNECTION_NOT_AUTHENTICATED,*'
        Get-PeerContact -Node alice | Should -BeNullOrEmpty
        { Add-PeerContact -Endpoint Balthasar -AuthenticationString 12345 -Node alice } | Should -Throw -ExpectedMessage '*six digits*'

        $contact = Add-PeerContact -Endpoint Balthasar -AuthenticationString "$($told.Substring(0, 3)) $($told.Substring(3))" -Watch -Node alice
        $contact.PeerName | Should -BeExactly $bob.PeerName.Value
        $contact.Watch | Should -BeTrue
        $failure = Get-Failure { Add-PeerContact -Endpoint Balthasar -Force -Node alice }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*' -Because $failure
    }

    It 'by a file is read before it is added' {
        $file = Export-Contact bob
        $read = Get-PeerContact -Path $file -Node alice
        $read.PeerName | Should -BeExactly $bob.PeerName.Value
        $read.Added | Should -BeNullOrEmpty
        Get-PeerContact -Node alice | Should -BeNullOrEmpty
        Get-WhatIf "Add-PeerContact '$file' -Node alice -WhatIf" | Should -Match $read.Fingerprint
        (Add-PeerContact $file -Nickname Balti -Node alice).Nickname | Should -BeExactly Balti
    }

    It 'comes from <Way>' -ForEach @(
        @{ Way = 'paths in the pipeline'; Command = { $file | Add-PeerContact -Node alice } }
        @{ Way = 'files in the pipeline'; Command = { Get-Item $file | Add-PeerContact -Node alice } }
        @{ Way = 'text in the pipeline'; Command = { Get-Content $file -Raw | Add-PeerContact -Node alice } }
        @{ Way = 'a document'; Command = { Add-PeerContact -Xml ([xml] (Get-Content $file -Raw)) -Node alice } }
        @{ Way = 'a literal path'; Command = { Add-PeerContact -LiteralPath $file -Node alice } }
        @{ Way = 'another node'; Command = { Get-PeerContact -Me -Node bob | Get-PeerContact -Node alice -ErrorAction Ignore; Get-PeerContact -Me -AsXml -Node bob | Add-PeerContact -Node alice } }
    ) {
        $file = Export-Contact bob
        (& $Command).PeerName | Should -BeExactly $bob.PeerName.Value
    }

    It 'is refused of a file that was changed' {
        $file = Export-Contact bob
        $mixed = Get-SandboxPath
        (Get-Content $file -Raw) -replace $bob.PeerName.Authority, $alice.PeerName.Authority | Set-Content $mixed
        (Get-Failure { Add-PeerContact $mixed -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_CREDENTIAL,*'
        (Get-Failure { Add-PeerContact (New-RandomFile).FullName -Node alice }).FullyQualifiedErrorId | Should -BeLike 'ERROR_INVALID_DATA,*'
        (Get-Failure { Add-PeerContact (Get-SandboxPath) -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        Get-PeerContact -Node alice | Should -BeNullOrEmpty
    }
}

Describe 'Contacts' {
    BeforeAll {
        $null = Add-PeerContact (Export-Contact bob) -Watch -Node alice
        $null = Add-PeerContact (Export-Contact alice) -Nickname 'Anneliese A' -Node bob
        foreach ($node in 'alice', 'bob') { Connect-PeerCollaboration -Node $node }
        Find-Person
    }

    AfterAll {
        foreach ($node in 'bob', 'alice') {
            Disconnect-PeerCollaboration -Node $node
            Get-PeerContact -Node $node | Remove-PeerContact
        }
    }

    It 'are named by peer names, names, and wildcards' {
        (Get-PeerContact balthasar -Node alice).PeerName | Should -BeExactly $bob.PeerName.Value
        (Get-PeerContact B* -Node alice).PeerName | Should -BeExactly $bob.PeerName.Value
        (Get-PeerContact $bob.PeerName.Value -Node alice).DisplayName | Should -BeExactly Balthasar
        (Get-PeerContact 'anneliese a' -Node bob).PeerName | Should -BeExactly $alice.PeerName.Value
        Get-PeerContact zz* -Node alice | Should -BeNullOrEmpty
        $failure = Get-Failure { Get-PeerContact Carol -Node alice }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_CONTACT_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerContactCommand'
        $failure.TargetObject | Should -BeExactly Carol
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'complete by name' {
        (Get-Completion 'Get-PeerPresence -Node alice -Contact b').CompletionText | Should -Be Balthasar
        (Get-Completion 'Set-PeerContact -Node bob -Contact an').CompletionText | Should -Be "'Anneliese A'"
    }

    It 'have a presence, at each of their endpoints' {
        Wait-Until { (Get-PeerPresence Balthasar -Node alice).Status -eq 'Online' }
        Get-PeerPresence Balthasar -Node alice | ForEach-Object Contact | Should -Be $bob.PeerName.Value
        (Get-PeerContact Balthasar -Node alice | Get-PeerPresence).Status | Should -Be Online
        (Get-Failure { Get-PeerPresence Carol -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONTACT_NOT_FOUND,*'
        @('Carol', 'Balthasar' | Get-PeerPresence -Node alice -ErrorAction SilentlyContinue).Contact | Should -Be $bob.PeerName.Value
    }

    It 'push their changes' {
        $null = Get-PeerContact Balthasar -Node alice | Register-PeerEvent -EventType PresenceChanged -SourceIdentifier presence
        try {
            Set-PeerPresence OutToLunch 'Back at one' -Node bob
            Wait-Until { (Get-Event presence -ErrorAction Ignore).SourceEventArgs.Detail.Status -contains 'OutToLunch' }
            (Get-PeerPresence Balthasar -Node alice).Text | Should -BeExactly 'Back at one'
        } finally {
            Unregister-Event presence
            Get-Event | Remove-Event
            Set-PeerPresence Online '' -Node bob
        }
    }

    It 'are not those who call themselves so' {
        Start-PeerNode mallory -ListenAddress 127.0.0.1, ::1
        try {
            Connect-PeerCollaboration -DisplayName Balthasar -Node mallory
            Disconnect-PeerCollaboration -Node bob
            Wait-Until { Get-PeerPersonNearMe Balthasar -Node alice | Where-Object { -not $_.IsContact } }
            Wait-Until { -not (Get-PeerPersonNearMe Balthasar -Node alice | Where-Object IsContact) }
            $failure = Get-Failure { Get-PeerPresence -Endpoint Balthasar -TimeoutSeconds 2 -Node alice | ForEach-Object { if ($_.Contact -ne $bob.PeerName.Value) { throw 'It is Mallory.' } } }
            "$failure" | Should -Not -Match Mallory
        } finally {
            Stop-PeerNode mallory
            Connect-PeerCollaboration -Node bob
            Find-Person
        }
    }

    It 'see nothing when they are blocked' {
        $text = Get-WhatIf 'Set-PeerContact Balthasar -WatchPermission Blocked -Node alice -WhatIf'
        $text | Should -Match 'you look offline'
        (Set-PeerContact Balthasar -WatchPermission Blocked -PassThru -Node alice).WatchPermission | Should -Be Blocked
        (Get-PeerPresence -Endpoint 'Anneliese A' -Node bob).Status | Should -Be Offline
        Set-PeerContact Balthasar -WatchPermission Allowed -Node alice
        Wait-Until { (Get-PeerPresence -Endpoint 'Anneliese A' -Node bob).Status -eq 'Online' }
    }

    It 'are not oneself' {
        (Get-PeerContact -Me -Node alice).IsMe | Should -BeTrue
        (Get-PeerContact -Me -Node alice).PeerName | Should -BeExactly $alice.PeerName.Value
        $failure = Get-Failure { Get-PeerContact -Me -Node alice | Remove-PeerContact }
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        Get-Failure { Get-PeerContact -Me -AsXml -Node alice | Add-PeerContact -Node alice } | Should -Not -BeNullOrEmpty
    }

    It 'outlive the node' {
        Stop-PeerNode alice
        Start-PeerNode -Name alice -ListenAddress 127.0.0.1, ::1
        (Get-PeerContact Balthasar -Node alice).Watch | Should -BeTrue
        (Get-PeerPresence -Node alice).Status | Should -Be Offline
        Connect-PeerCollaboration -Node alice
        Find-Person
    }
}

Describe 'Applications' {
    AfterEach {
        Get-PeerApplication -Node alice | Unregister-PeerApplication
    }

    It 'are registered, replaced and unregistered' {
        $registered = Register-PeerApplication $app Chess $program -ArgumentList '-a', 'b c', '' -Data knights -Confirm:$false -Node alice
        $registered.Name | Should -BeExactly Chess
        $registered.Arguments | Should -Be '-a', 'b c', ''
        [Text.Encoding]::UTF8.GetString($registered.Data) | Should -BeExactly knights
        $registered.Scope | Should -Be All
        (Get-Failure { Register-PeerApplication $app Chess $program -Confirm:$false -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        $null = Register-PeerApplication $app Draughts $program -Force -Confirm:$false -Node alice
        (Get-PeerApplication $app -Node alice).Name | Should -BeExactly Draughts
        (Get-PeerApplication -Node alice | Get-PeerApplication).Id | Should -Be $app
        Unregister-PeerApplication $app -Node alice
        Get-PeerApplication -Node alice | Should -BeNullOrEmpty
        (Get-Failure { Unregister-PeerApplication $app -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        (Get-Failure { Get-PeerApplication $app -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
    }

    It 'are completed by name' {
        $null = Register-PeerApplication $app Chess $program -Confirm:$false -Node alice
        (Get-Completion 'Get-PeerApplication -Node alice -Id ch').CompletionText.Trim("'") | Should -Be $app
        (Get-Completion 'Send-PeerInvitation x -Node alice -ApplicationId ch').CompletionText.Trim("'") | Should -Be $app
    }

    It 'are asked about, with what would be run' {
        Get-WhatIf "Register-PeerApplication $app Chess '$program' -ArgumentList '-x', 'y z' -Node alice -WhatIf" | Should -Match "-x.* 'y z'.* whenever an invitation"
        Get-PeerApplication -Node alice | Should -BeNullOrEmpty
    }

    It 'need a file that is there' {
        Get-Failure { Register-PeerApplication $app Chess (Get-SandboxPath) -Confirm:$false -Node alice } | Should -Not -BeNullOrEmpty
        { Register-PeerApplication $app ('x' * 256) $program -WhatIf -Node alice } | Should -Throw -ErrorId '*Argument*'
        { Register-PeerApplication -Id nothing -Name Chess -Path $program -WhatIf -Node alice } | Should -Throw -ErrorId '*Argument*'
    }
}

Describe 'An invitation' {
    BeforeAll {
        $null = Add-PeerContact (Export-Contact bob) -Node alice
        $null = Add-PeerContact (Export-Contact alice) -Node bob
        foreach ($node in 'alice', 'bob') {
            Connect-PeerCollaboration -Node $node
            $null = Register-PeerApplication $app Chess $program -Confirm:$false -Node $node
        }
        Find-Person
    }

    AfterAll {
        foreach ($node in 'alice', 'bob') {
            Get-PeerContact -Node $node | Remove-PeerContact
            Disconnect-PeerCollaboration -Node $node
            Get-PeerApplication -Node $node | Unregister-PeerApplication
        }
    }

    It 'goes to a contact, and is accepted' {
        $sent = Send-PeerInvitation Balthasar $app -Message 'A game?' -Data e4 -NoWait -Node alice
        $sent.State | Should -Be Pending
        $sent.Direction | Should -Be Sent
        $received = Get-Received $sent.Id
        $received.Direction | Should -Be Received
        $received.Message | Should -BeExactly 'A game?'
        $received.ApplicationName | Should -BeExactly Chess
        [Text.Encoding]::UTF8.GetString($received.Data) | Should -BeExactly e4
        $received.IsContact | Should -BeTrue
        ($received | Get-PeerInvitation).Id | Should -Be $sent.Id
        (Get-Completion "Complete-PeerInvitation -Node bob -Invitation Ann").CompletionText.Trim("'") | Should -Contain $sent.Id
        $accepted = $received | Complete-PeerInvitation -Response Accept -NoLaunch -PassThru -Confirm:$false
        $accepted.State | Should -Be Accepted
        Wait-Until { (Get-PeerInvitation -Id $sent.Id -Node alice).State -eq 'Accepted' }
    }

    It 'is waited for, and answered while the prompt is busy' {
        Start-PeerNode carol -Background -ListenAddress 127.0.0.1, ::1
        try {
            Connect-PeerCollaboration -DisplayName Carol -Node carol
            $null = Register-PeerEvent carol -EventType InvitationReceived -Action {
                $EventArgs.Detail | Complete-PeerInvitation -Response Decline
            }
            Wait-Until { Get-PeerPersonNearMe -Node alice | Where-Object Nickname -EQ Carol }
            $answered = Get-PeerPersonNearMe Carol -Node alice | Send-PeerInvitation -ApplicationId $app
            $answered.State | Should -Be Declined
            $answered.Completed | Should -Not -BeNullOrEmpty
        } finally {
            Get-EventSubscriber | Unregister-Event
            Stop-PeerNode carol
        }
    }

    It 'expires without an error' {
        $expired = @(Send-PeerInvitation Balthasar $app -TimeoutSeconds 1 -Node alice)
        $expired | Should -HaveCount 1
        $expired[0].State | Should -Be Expired
    }

    It 'is taken back' {
        $sent = Send-PeerInvitation Balthasar $app -NoWait -Node alice
        $null = Get-Received $sent.Id
        (Complete-PeerInvitation $sent.Id Cancel -PassThru -Node alice).State | Should -Be Cancelled
        Wait-Until { (Get-PeerInvitation -Id $sent.Id -Node bob).State -eq 'Cancelled' }
        (Get-Failure { Complete-PeerInvitation $sent.Id Accept -Node bob -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVITE_CANCELLED,*'
    }

    It 'is not answered by who sent it, nor taken back by who received it' {
        $sent = Send-PeerInvitation Balthasar $app -NoWait -Node alice
        $null = Get-Received $sent.Id
        $failure = Get-Failure { Complete-PeerInvitation $sent.Id Accept -Node alice -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        "$failure" | Should -Match 'Cancel'
        "$(Get-Failure { Complete-PeerInvitation $sent.Id Cancel -Node bob })" | Should -Match 'Accept or Decline'
        Complete-PeerInvitation $sent.Id Decline -Node bob
    }

    It 'says what accepting would do, and who is no contact' {
        Remove-PeerContact Anneliese -Node bob
        $sent = Send-PeerInvitation Balthasar $app -Data e4 -NoWait -Node alice
        $null = Get-Received $sent.Id
        $text = Get-WhatIf "Complete-PeerInvitation $($sent.Id) Accept -Node bob -WhatIf"
        $text | Should -Match 'Anneliese \(not a contact\) invites you to ''Chess'''
        $text | Should -Match "run .*$([regex]::Escape((Split-Path $program -Leaf))).* with 2 B of data"
        Get-WhatIf "Complete-PeerInvitation $($sent.Id) Accept -NoLaunch -Node bob -WhatIf" | Should -Match 'run nothing'
        (Get-PeerInvitation -Id $sent.Id -Node bob).State | Should -Be Pending
        Complete-PeerInvitation $sent.Id Cancel -Node alice
        $null = Add-PeerContact (Export-Contact alice) -Node bob
    }

    It 'goes to contacts, people near and names through the pipeline' {
        foreach ($whom in { Get-PeerContact Balthasar -Node alice }, { Get-PeerPersonNearMe Balthasar -Node alice }, { 'Balthasar' }, { $bob.PeerName.Value }) {
            $sent = & $whom | Send-PeerInvitation -ApplicationId $app -NoWait -Node alice
            $sent.Contact | Should -BeExactly $bob.PeerName.Value
            $sent | Complete-PeerInvitation -Response Cancel
        }
    }

    It 'is filtered by direction and state' {
        (Get-PeerInvitation -Direction Sent -Node alice).Direction | Sort-Object -Unique | Should -Be Sent
        Get-PeerInvitation -Direction Received -Node alice | Should -BeNullOrEmpty
        (Get-PeerInvitation -State Expired, Cancelled -Node alice).State | Sort-Object -Unique | Should -Be Expired, Cancelled
    }

    It 'that there is none of is an error' {
        $id = [guid]::NewGuid()
        (Get-Failure { Complete-PeerInvitation $id Decline -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        (Get-Failure { Get-PeerInvitation -Id $id -Node alice }).TargetObject | Should -Be $id
        (Get-Failure { Send-PeerInvitation Carol $app -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONTACT_NOT_FOUND,*'
        Get-Failure { Send-PeerInvitation $alice.PeerName.Value $app -NoWait -Node alice } | Should -Not -BeNullOrEmpty
        { Send-PeerInvitation Balthasar $app -Message ('x' * 256) -WhatIf -Node alice } | Should -Throw -ErrorId '*Argument*'
        { Send-PeerInvitation Balthasar $app -Data ([byte[]]::new(16KB + 1)) -WhatIf -Node alice } | Should -Throw -ErrorId '*Argument*'
        { Send-PeerInvitation Balthasar $app -GroupInvitation x -WhatIf -Node alice } | Should -Throw
    }

    It 'runs the program that is registered, which reads what it is about' {
        (Get-Failure { Get-PeerInvitation -Launch }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $script = Get-SandboxPath
        $told = Get-SandboxPath
        Set-Content "$script.ps1" @"
Import-Module '$(Get-StagedManifest)'
`$info = Get-PeerInvitation -Launch
'{0}: {1} {2}' -f `$info.DisplayName, `$info.Message, [Text.Encoding]::UTF8.GetString(`$info.Data) | Set-Content '$told.part'
Move-Item '$told.part' '$told'
"@
        $arguments = '-NoProfile', '-NonInteractive', '-File', "$script.ps1"
        if ((Split-Path $program -Leaf) -like 'dotnet*') { $arguments = @(Join-Path $PSHOME 'pwsh.dll') + $arguments }
        $null = Register-PeerApplication $app Chess $program -ArgumentList $arguments -Force -Confirm:$false -Node bob
        $sent = Send-PeerInvitation Balthasar $app -Message 'A game?' -Data 'e4 $(exit) "' -NoWait -Node alice
        Get-Received $sent.Id | Complete-PeerInvitation -Response Accept -Confirm:$false
        Wait-Until { Test-Path $told }
        Get-Content $told | Should -BeExactly 'Anneliese: A game? e4 $(exit) "'
    }

    It 'carries a group, which is joined by accepting' {
        $null = New-PeerGroup Club -Cloud Loopback_ -Node alice
        $sent = Get-PeerContact Balthasar -Node alice | New-PeerGroupInvitation -Group Club -Node alice |
            Send-PeerInvitation -Contact Balthasar -NoWait -Node alice
        $sent.Kind | Should -Be Group
        $received = Get-Received $sent.Id
        Get-WhatIf "Complete-PeerInvitation $($sent.Id) Accept -Node bob -WhatIf" | Should -Match "join the group 'Club'"
        Get-PeerGroup -Node bob | Should -BeNullOrEmpty
        $joined = $received | Complete-PeerInvitation -Response Accept -PassThru -Confirm:$false
        $joined.JoinedGroup | Should -Not -BeNullOrEmpty
        (Get-PeerGroup -Node bob).FriendlyName | Should -BeExactly Club
        'bob', 'alice' | ForEach-Object { Get-PeerGroup -Node $_ | Remove-PeerGroup -Force -Confirm:$false }
    }

    It 'warns of a group that is for somebody else' {
        $null = New-PeerGroup Club -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation Club (New-PeerIdentity Guest -Node bob) -Node alice
        $warnings = @(Send-PeerInvitation Balthasar -GroupInvitation $invitation -TimeoutSeconds 1 -Node alice 3>&1 |
            Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        "$warnings" | Should -Match 'is for Guest'
        Get-PeerGroup -Node alice | Remove-PeerGroup -Force -Confirm:$false
        Remove-PeerIdentity Guest -Confirm:$false -Node bob
    }
}

Describe 'A status in a view' {
    BeforeAll {
        $rendering = $PSStyle.OutputRendering
        $encoding = [Console]::OutputEncoding
        $terminal = $env:TERM
        $own = Get-PeerPresence -Node alice
    }

    AfterEach {
        $PSStyle.OutputRendering = $rendering
        [Console]::OutputEncoding = $encoding
        $env:TERM = $terminal
    }

    It 'has a sign where the terminal shows it, and is a word alone where it does not' {
        $env:TERM = 'xterm'
        $PSStyle.OutputRendering = 'Ansi'
        [Console]::OutputEncoding = [Text.Encoding]::UTF8
        $own | Format-Table | Out-String | Should -Match "$([char] 0x25cb) Offline"
        [Console]::OutputEncoding = [Text.Encoding]::ASCII
        $own | Format-Table | Out-String | Should -Match '[^\S\n]Offline'
        $own | Format-Table | Out-String | Should -Not -Match "[?$([char] 0x25cb)]"
        [Console]::OutputEncoding = [Text.Encoding]::UTF8
        $env:TERM = 'dumb'
        $own | Format-Table | Out-String | Should -Not -Match "$([char] 0x25cb)"
        $env:TERM = 'xterm'
        $PSStyle.OutputRendering = 'PlainText'
        $own | Format-Table | Out-String | Should -Not -Match "$([char] 0x25cb)"
    }
}
