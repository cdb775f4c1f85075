# Two nodes of this process: Alice's, who makes groups, and Bob's, who joins them.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $type = [guid] 'b1c9d3a2-0000-4000-8000-00000000000a'
    $password = Get-Password

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

    # A group of Alice's with Bob in it.
    function Open-Group {
        param([string] $Name, [string] $Role = 'Member')

        $group = New-PeerGroup $Name -Cloud Loopback_ -Node alice
        $null = New-PeerGroupInvitation $group.PeerName $bobInfo -Role $Role -Force -Node alice | Join-PeerGroup -Connect -Node bob
        Wait-Until { (Get-PeerGroupMember $group.PeerName -Node alice).FriendlyName -contains 'Bob' }
        $group
    }

    Start-PeerNode -Name alice -ListenAddress 127.0.0.1, ::1
    Start-PeerNode -Name bob -ListenAddress 127.0.0.1, ::1
    $alice = New-PeerIdentity -FriendlyName Alice -Default -Node alice
    $bob = New-PeerIdentity -FriendlyName Bob -Default -Node bob
    $bobInfo = Get-SandboxPath
    $null = Export-PeerIdentity $bob -Public -Path $bobInfo -Node bob
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'New-PeerGroup' {
    AfterEach {
        Get-PeerGroup -Node alice | Remove-PeerGroup -Force -Confirm:$false
    }

    It 'makes a group that is open, with its maker as administrator' {
        $group = New-PeerGroup Friends -Comment 'Since school' -Cloud Loopback_ -MemberLifetime 10.00:00:00 -Node alice
        $group.FriendlyName | Should -BeExactly Friends
        $group.PeerName | Should -Match '^[0-9a-f]{40}\..+'
        $group.Identity | Should -BeExactly $alice.PeerName.Value
        $group.Role | Should -Be Admin
        $group.IsOpen | Should -BeTrue
        $group.HasGroupKey | Should -BeTrue
        $group.Cloud | Should -BeExactly Loopback_
        $group.Properties.Comment | Should -BeExactly 'Since school'
        $group.Properties.MemberLifetime | Should -Be ([timespan]::FromDays(10))
        $group.Properties.Authentication | Should -Be Gmc
        $group.Node | Should -BeExactly alice
        $member = Get-PeerGroupMember Friends -Node alice
        $member.FriendlyName | Should -BeExactly Alice
        $member.IsSelf | Should -BeTrue
        $member.IsCreator | Should -BeTrue
    }

    It 'makes nothing with -WhatIf' {
        New-PeerGroup Nothing -Cloud Loopback_ -Node alice -WhatIf | Should -BeNullOrEmpty
        Get-PeerGroup -Node alice | Should -BeNullOrEmpty
    }

    It 'takes a password, and both ways in where nothing is said' {
        $properties = (New-PeerGroup Club -Password $password -Cloud Loopback_ -Node alice).Properties
        $properties.Authentication | Should -Be Both
        $properties.PasswordRole | Should -Be Member
        $properties = (New-PeerGroup Open -Password $password -Authentication Password -PasswordRole InvitingMember -Cloud Loopback_ -Node alice).Properties
        $properties.Authentication | Should -Be Password
        $properties.PasswordRole | Should -Be InvitingMember
    }

    It 'refuses what does not go together: <Arguments>' -ForEach @(
        @{ Arguments = @{ Authentication = 'Password' } }
        @{ Arguments = @{ Authentication = 'Both' } }
        @{ Arguments = @{ Authentication = 'Gmc'; Password = 'x' } }
        @{ Arguments = @{ PasswordRole = 'Admin' } }
    ) {
        $given = $Arguments.Clone()
        if ($given.Password) { $given.Password = $password }
        { New-PeerGroup Odd @given -Cloud Loopback_ -Node alice -WhatIf } | Should -Throw -ErrorId 'PEER_E_INVALID_GROUP_PROPERTIES,*'
    }

    It 'refuses before anything is done: <_>' -ForEach @(
        @{ MemberLifetime = [timespan]::FromMinutes(37) }, @{ MemberLifetime = [timespan]::FromDays(366) },
        @{ PresenceLifetime = [timespan]::FromSeconds(299) }, @{ Comment = 'x' * 256 }, @{ Classifier = 'x' * 150 }, @{ Port = 65536 },
        @{ PasswordRole = 'Nobody' }, @{ Authentication = 'None' }
    ) {
        $arguments = $_
        { New-PeerGroup Bad @arguments -Node alice } | Should -Throw -ErrorId '*Argument*'
    }

    It 'names the cloud that is not there' {
        (Get-Failure { New-PeerGroup Nowhere -Cloud Nowhere_ -Node alice }).FullyQualifiedErrorId | Should -Match '^PEER_E_(NO_CLOUD|CLOUD)'
        Get-PeerGroup -Node alice | Should -BeNullOrEmpty
    }
}

Describe 'A group' {
    BeforeAll {
        $group = Open-Group Friends
    }

    AfterAll {
        'bob', 'alice' | ForEach-Object { Get-PeerGroup -Node $_ | Remove-PeerGroup -Force -Confirm:$false }
    }

    It 'has both as members' {
        foreach ($node in 'alice', 'bob') {
            Wait-Until { @(Get-PeerGroupMember Friends -Present -Node $node).Count -eq 2 }
            $members = Get-PeerGroupMember Friends -Node $node | Sort-Object FriendlyName
            $members.FriendlyName | Should -Be Alice, Bob
            $members.Role | Should -Be Admin, Member
            $members.PeerName | Should -Be $alice.PeerName.Value, $bob.PeerName.Value
            ($members | Where-Object IsSelf).FriendlyName | Should -Be $node
            $members[0].IsCreator | Should -BeTrue
            $members[1].Issuer | Should -Be $alice.PeerName.Value
            $members.State | Sort-Object -Unique | Should -Be Valid
            $members[0].Addresses.Port | Should -Contain $group.Port
        }
        (Get-PeerGroup Friends -Node bob).Role | Should -Be Member
        (Get-PeerGroup Friends -Node bob).HasGroupKey | Should -BeFalse
    }

    It 'is named by its peer name, its friendly name, or a wildcard' {
        (Get-PeerGroup $group.PeerName -Node bob).FriendlyName | Should -Be Friends
        (Get-PeerGroup friends -Node bob).PeerName | Should -BeExactly $group.PeerName
        (Get-PeerGroup f*s -Node bob).PeerName | Should -BeExactly $group.PeerName
        Get-PeerGroup zz* -Node bob | Should -BeNullOrEmpty
        (Get-PeerGroup -Identity Bob -Node bob).PeerName | Should -BeExactly $group.PeerName
        $failure = Get-Failure { Get-PeerGroup Enemies -Node bob }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_GROUP,PeerNet.PowerShell.Commands.GetPeerGroupCommand'
        $failure.TargetObject | Should -BeExactly Enemies
    }

    It 'has members that are named by their peer names, their friendly names, or wildcards' {
        (Get-PeerGroupMember Friends b* -Node alice).PeerName | Should -BeExactly $bob.PeerName.Value
        (Get-PeerGroupMember Friends -PeerName $bob.PeerName.Value -Node alice).FriendlyName | Should -Be Bob
        (Get-PeerGroupMember Friends -PeerName bob -Node alice).FriendlyName | Should -Be Bob
        Get-PeerGroupMember Friends x* -Node alice | Should -BeNullOrEmpty
        (Get-PeerGroup Friends -Node alice | Get-PeerGroupMember).FriendlyName | Sort-Object | Should -Be Alice, Bob
        (Get-PeerGroupMember Friends Bob -Node alice | Get-PeerGroupMember).FriendlyName | Should -Be Bob
        (Get-Failure { Get-PeerGroupMember Friends Carol -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
    }

    It 'carries records both ways' {
        $record = Add-PeerRecord -Group Friends $type -Text 'from Alice' -Lifetime 01:00:00 -Node alice
        $record.GraphId | Should -BeExactly $group.PeerName
        $record.CreatorId | Should -BeExactly $alice.PeerName.Value
        $null = Add-PeerRecord -Group $group $type -Text 'from Bob' -Lifetime 01:00:00 -Node bob
        foreach ($node in 'alice', 'bob') {
            Wait-Until { @(Get-PeerRecord -Group Friends -Type $type -Node $node).Count -eq 2 }
            (Get-PeerRecord -Group Friends -Type $type -Node $node).Text | Sort-Object | Should -Be 'from Alice', 'from Bob'
        }
    }

    It 'takes back what came from it: <Command>' -ForEach @(
        @{ Command = { $record | Get-PeerRecord } }
        @{ Command = { $record | Set-PeerRecord -Text changed -PassThru } }
        @{ Command = { Get-PeerRecord -Group Friends -RecordId $record.Id -Node alice } }
        @{ Command = { $record.Id | Get-PeerRecord -Group Friends -Node alice } }
        @{ Command = { Set-PeerRecord -Group Friends -RecordId $record.Id -Text changed -PassThru -Node alice } }
        @{ Command = { Get-PeerRecord -Group Friends -Filter "kind -eq 'mine'" -Node alice | Where-Object Id -EQ $record.Id } }
        @{ Command = { $group | Get-PeerRecord -Type $type | Where-Object Id -EQ $record.Id } }
    ) {
        $record = Add-PeerRecord -Group Friends $type -Text mine -Attribute @{ kind = 'mine' } -Lifetime 01:00:00 -Node alice
        (& $Command).Id | Should -Be $record.Id
        $record | Remove-PeerRecord
        Get-PeerRecord -Group Friends -Node alice | Where-Object Id -EQ $record.Id | Should -BeNullOrEmpty
    }

    It 'becomes one record of bytes that come one by one, and a record of each text' {
        $records = @([byte[]] (1..99) | Add-PeerRecord -Group Friends $type -Lifetime 01:00:00 -Node alice)
        $records | Should -HaveCount 1
        $records[0].Data | Should -Be (1..99)
        $records = @('one', 'two' | Add-PeerRecord -Group Friends $type -Lifetime 01:00:00 -Node alice)
        $records.Text | Should -Be one, two
    }

    It 'lets members change what is theirs, and administrators everything' {
        $record = Add-PeerRecord -Group Friends $type -Text 'of Alice' -Lifetime 01:00:00 -Node alice
        Wait-Until { Get-PeerRecord -Group Friends -Node bob | Where-Object Id -EQ $record.Id }
        $failure = Get-Failure { Set-PeerRecord -Group Friends -RecordId $record.Id -Text 'of Bob' -Node bob }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
        $record = Add-PeerRecord -Group Friends $type -Text 'of Bob' -Lifetime 01:00:00 -Node bob
        Wait-Until { Get-PeerRecord -Group Friends -Node alice | Where-Object Id -EQ $record.Id }
        Remove-PeerRecord -Group Friends -RecordId $record.Id -Node alice
        Wait-Until { -not (Get-PeerRecord -Group Friends -Node bob | Where-Object Id -EQ $record.Id) }
    }

    It 'has nodes, connections and a map with its members' {
        @(Get-PeerGraphNode -Group Friends -Node alice).PeerId | Should -Contain $alice.PeerName.Value
        $connection = Get-PeerConnection -Group Friends -Node alice
        $connection.PeerId | Should -BeExactly $bob.PeerName.Value
        $connection.Cipher | Should -Not -BeNullOrEmpty
        (Get-PeerGroup Friends -Node alice | Get-PeerConnection).Id | Should -Be $connection.Id
        @(Get-PeerConnection -Node alice).Id | Should -Contain $connection.Id
        Test-PeerEndpoint -Connection $connection -Node alice -Quiet | Should -BeTrue
        foreach ($extension in 'svg', 'html', 'dot', 'mmd') {
            $map = Export-PeerGraphMap -Group Friends -Path (Join-Path $box "map.$extension") -Force -PassThru -Node alice
            Get-Content $map -Raw | Should -Match 'Alice.+Admin' -Because $extension
            Get-Content $map -Raw | Should -Match 'Bob.+Member' -Because $extension
        }
    }

    It 'carries data between members' {
        $null = Get-PeerGroup Friends -Node alice | Register-PeerEvent -EventType DirectConnection -SourceIdentifier expected
        try {
            $connection = Open-PeerConnection -Group Friends -Member Alice -Node bob
            $connection.PeerId | Should -BeExactly $alice.PeerName.Value
            $connection | Send-PeerData -DataType $type -Text hello
            (Receive-PeerData -Group Friends -Count 1 -TimeoutSeconds 30 -Node alice).Text | Should -BeExactly hello
            Send-PeerData $connection.Id $type -Text again -Group Friends -Node bob
            (Receive-PeerData -Count 1 -TimeoutSeconds 30 -Node alice).Text | Should -BeExactly again
            $connection | Close-PeerConnection
            (Get-PeerGroupMember Friends Alice -Node bob | Open-PeerConnection).PeerId | Should -BeExactly $alice.PeerName.Value
            Get-PeerConnection -Group Friends -Type Direct -Node bob | Close-PeerConnection
            $node = Get-PeerGraphNode -Group Friends -PeerId $alice.PeerName.Value -Node bob
            ($node | Open-PeerConnection).PeerId | Should -BeExactly $alice.PeerName.Value
            Get-PeerConnection -Group Friends -Type Direct -Node bob | Close-PeerConnection
        } finally {
            Unregister-Event expected
        }
        $null = New-PeerGraph beside -Scope Loopback -Node bob
        try {
            Receive-PeerData -Node bob | Should -BeNullOrEmpty
            (Get-Failure { Receive-PeerData -Wait -Node bob }).FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        } finally {
            Disconnect-PeerGraph beside -NoPersist -Node bob
        }
        { Send-PeerData 1 $type -Text x -Graph a -Group b } | Should -Throw -ErrorId 'E_INVALIDARG,*'
    }

    It 'is found by name, and answers' {
        (Test-PeerEndpoint -Group Friends -Node bob).Reachable | Should -BeTrue
        (Test-PeerEndpoint -Group Friends -Node bob).Target | Should -Be "Alice ($($alice.PeerName.Value))"
        $found = Resolve-PeerName -Group Friends -MaxResult 2 -Criteria Any -Node bob
        $found.Endpoints.Port | Should -Contain $group.Port
        $found[0].Name.Value | Should -BeLike '*.participant'
        $found[0].IsVerified | Should -BeTrue
        (Get-PeerGroup Friends -Node bob | Resolve-PeerName -Criteria Any).Name.Value | Should -BeLike '*.participant'
    }

    It 'tells of its members' {
        $null = Get-PeerGroup Friends -Node bob | Register-PeerEvent -EventType MemberChanged -SourceIdentifier members
        try {
            $null = Set-PeerGroupMember Friends Bob -Lifetime 20.00:00:00 -Node alice
            do {
                $happened = Wait-Event members -Timeout 60
                $happened | Should -Not -BeNullOrEmpty
                $happened | Remove-Event
                $change = $happened.SourceEventArgs.Detail
            } until ($change.Member.FriendlyName -eq 'Bob')
            $happened.SourceEventArgs.Type | Should -Be MemberChanged
            $happened.SourceEventArgs.Source | Should -BeExactly $group.PeerName
            $change.Type | Should -BeIn Changed, Renewed
        } finally {
            Unregister-Event members
            Get-Event | Remove-Event
        }
        { Get-PeerGroup Friends -Node bob | Register-PeerEvent -EventType CloudChanged -ErrorAction Stop } | Should -Throw -ErrorId 'E_INVALIDARG,*'
    }

    It 'is completed by friendly name, and so are its members' {
        $found = Get-Completion 'Get-PeerRecord -Node alice -Group fri'
        $found.CompletionText | Should -Be Friends
        $found.ToolTip | Should -Be $group.PeerName
        (Get-Completion "Get-PeerGroup -Node alice $($group.PeerName.Substring(0, 8))").CompletionText | Should -Be Friends
        (Get-Completion 'Set-PeerGroupMember -Node alice Friends ').CompletionText | Should -Be Alice, Bob
        (Get-Completion 'Set-PeerGroupMember -Node alice Friends -PeerName Bo').ToolTip | Should -Be $bob.PeerName.Value
        (Get-Completion 'Set-PeerGroupMember -Node alice Friends Bob -Role ').CompletionText | Should -Be Admin, InvitingMember, Member
        (Get-Completion 'Open-PeerConnection -Node bob -Group Friends -Member al').CompletionText | Should -Be Alice
    }

    It 'is found by a copy of it' {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-PeerGroup Friends -Node alice)))
        (Set-PeerGroup -Group $copy -Comment x -Node alice -PassThru).Properties.Comment | Should -BeExactly x
        { Get-PeerRecord -Group $copy -Node alice } | Should -Not -Throw
    }

    It 'is ambiguous where another one is called the same' {
        $other = New-PeerGroup Friends -Cloud Loopback_ -Node alice
        $failure = Get-Failure { Get-PeerRecord -Group Friends -Node alice }
        $failure.Exception.Message | Should -Match ([regex]::Escape($other.PeerName))
        $failure.Exception.Message | Should -Match ([regex]::Escape($group.PeerName))
        @(Get-PeerGroup Friends -Node alice).Count | Should -Be 2
        (Get-Completion 'Get-PeerRecord -Node alice -Group ').CompletionText.Trim("'") | Should -Contain $other.PeerName
        Remove-PeerGroup $other -Force -Confirm:$false
    }

    It 'changes its name, its remark and nothing else' {
        (Set-PeerGroup Friends -Comment 'For good' -Node alice -PassThru).Properties.Comment | Should -BeExactly 'For good'
        Wait-Until { (Get-PeerGroup $group.PeerName -Node bob).Properties.Comment -ceq 'For good' }
        (Get-Failure { Set-PeerGroup Friends -Comment Mine -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NO_KEY_ACCESS,*'
        Set-PeerGroup Friends -Comment Never -Node alice -WhatIf
        (Get-PeerGroup Friends -Node alice).Properties.Comment | Should -BeExactly 'For good'
    }

    It 'is left and opened again' {
        Disconnect-PeerGroup Friends -Node bob
        $closed = Get-PeerGroup Friends -Node bob
        $closed.IsOpen | Should -BeFalse
        foreach ($command in { Get-PeerGroupMember Friends -Node bob }, { Get-PeerRecord -Group Friends -Node bob },
            { Add-PeerRecord -Group Friends $type -Text x -Lifetime 01:00 -Node bob }, { Get-PeerConnection -Group Friends -Node bob },
            { New-PeerGroupInvitation Friends $bobInfo -Node bob }, { Disconnect-PeerGroup Friends -Node bob }) {
            $failure = Get-Failure $command
            $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_GROUP,*' -Because "$command"
            $failure.Exception.Message | Should -Match "'Friends' is closed; Connect-PeerGroup" -Because "$command"
        }
        (Connect-PeerGroup Friends -Offline -Node bob).IsOpen | Should -BeTrue
        Disconnect-PeerGroup Friends -Node bob
        (Connect-PeerGroup Friends -Endpoint "127.0.0.1:$($group.Port)" -Node bob).Neighbors | Should -Be 1
        Connect-PeerGroup Friends -Endpoint "127.0.0.1:$($group.Port)" -Node bob -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match PEER_S_ALREADY_CONNECTED
    }

    It 'is not removed while it is open' {
        (Get-Failure { Remove-PeerGroup Friends -Confirm:$false -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_GROUP_IN_USE,*'
        (Get-PeerGroup Friends -Node bob).IsOpen | Should -BeTrue
        Remove-PeerGroup Friends -WhatIf -Force -Node bob
        (Get-PeerGroup Friends -Node bob).IsOpen | Should -BeTrue
    }

    It 'says what is lost: <Command>' -ForEach @(
        @{ Command = 'Remove-PeerGroup Friends -Force -WhatIf -Node alice'; Lost = "The group's own key", 'Alice|[0-9a-f]{40}' }
        @{ Command = 'Remove-PeerGroupMember Friends Bob -WhatIf -Node alice'; Lost = 'role Member', 'Bob' }
        @{ Command = 'Set-PeerGroupMember Friends Bob -Role Admin -WhatIf -Node alice'; Lost = 'role Admin, instead of Member', 'Bob' }
    ) {
        $said = Get-WhatIf $Command
        foreach ($word in $Lost) { $said | Should -Match $word }
    }
}

Describe 'Roles' {
    AfterEach {
        'bob', 'alice' | ForEach-Object { Get-PeerGroup -Node $_ | Remove-PeerGroup -Force -Confirm:$false }
    }

    It 'decide who invites' {
        $null = Open-Group Roles
        $carol = New-PeerIdentity -FriendlyName Carol -Node bob
        (Get-Failure { New-PeerGroupInvitation Roles $carol -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
        (Set-PeerGroupMember Roles Bob -Role InvitingMember -PassThru -Node alice).Role | Should -Be InvitingMember
        Wait-Until { (Get-PeerGroup Roles -Node bob).Role -eq 'InvitingMember' }
        $invitation = New-PeerGroupInvitation Roles $carol -Node bob
        $invitation.Role | Should -Be Member
        $invitation.Invitee | Should -BeExactly $carol.PeerName.Value
        (Get-Failure { New-PeerGroupInvitation Roles $carol -Role Admin -Force -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
        (Get-Failure { Set-PeerGroupMember Roles Bob -Role Admin -Force -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
    }

    It 'are not given away without asking' {
        $null = Open-Group Asked
        # A host that cannot ask.
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-StagedManifest)'; Set-PeerGroupMember Asked Bob -Role Admin -Node alice; New-PeerGroupInvitation Asked '$bobInfo' -Role Admin -Node alice").Invoke()
            $shell.Streams.Error.Count | Should -Be 2
            "$($shell.Streams.Error)" | Should -Match 'prompt|interaction'
        } finally {
            $shell.Dispose()
        }
        (Get-PeerGroupMember Asked Bob -Node alice).Role | Should -Be Member
        Set-PeerGroupMember Asked Bob -Role Admin -Confirm:$false -Node alice
        Wait-Until { (Get-PeerGroup Asked -Node bob).Role -eq 'Admin' }
    }

    It 'come with a credential that can be handed over as an invitation' {
        $group = Open-Group Handed
        $invitation = Get-PeerGroupMember Handed Bob -Node alice | Set-PeerGroupMember -Role InvitingMember -NoStore -AsInvitation
        $invitation.Group | Should -BeExactly $group.PeerName
        $invitation.Role | Should -Be InvitingMember
        (Get-PeerGroup Handed -Node bob).Role | Should -Be Member
        $joined = $invitation | Join-PeerGroup -Node bob -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match PEER_S_ALREADY_A_MEMBER
        $joined.Role | Should -Be InvitingMember
        { Set-PeerGroupMember Handed Bob -NoStore -Node alice } | Should -Throw -ErrorId 'E_INVALIDARG,*'
    }

    It 'end where the member is revoked' {
        $group = Open-Group Revoked
        $null = Add-PeerRecord -Group Revoked $type -Text before -Lifetime 01:00:00 -Node bob
        Wait-Until { @(Get-PeerRecord -Group Revoked -Node alice).Count -eq 1 }
        Remove-PeerGroupMember Revoked Bob -WhatIf -Node alice
        (Get-PeerGroupMember Revoked Bob -Node alice).State | Should -Be Valid
        $member = Get-PeerGroupMember Revoked Bob -Node alice | Remove-PeerGroupMember -Reason 'Lost the laptop' -Confirm:$false -PassThru
        $member.State | Should -Be Revoked
        $member.Reason | Should -BeExactly 'Lost the laptop'
        Wait-Until { -not (Get-PeerConnection -Group Revoked -Node alice) }
        (Get-PeerRecord -Group Revoked -Node alice).Text | Should -BeExactly before
        Disconnect-PeerGroup Revoked -Node bob
        $failure = Get-Failure { Connect-PeerGroup Revoked -Endpoint "127.0.0.1:$($group.Port)" -TimeoutSeconds 20 -Node bob }
        $failure.Exception.Message | Should -Match 'revoked|Lost the laptop'
    }

    It 'are not for members to take' {
        $null = Open-Group Mutiny
        (Get-Failure { Remove-PeerGroupMember Mutiny Alice -Confirm:$false -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
        (Get-Failure { Remove-PeerGroupMember Mutiny Alice -Confirm:$false -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_AUTHORIZED,*'
    }
}

Describe 'New-PeerGroupInvitation' {
    BeforeAll {
        $group = New-PeerGroup Guests -Cloud Loopback_ -Node alice
    }

    AfterAll {
        Get-PeerGroup -Node alice | Remove-PeerGroup -Force -Confirm:$false
    }

    It 'takes <Kind>' -ForEach @(
        @{ Kind = 'a path'; Info = { $bobInfo } }
        @{ Kind = 'a file'; Info = { Get-Item $bobInfo } }
        @{ Kind = 'a document as text'; Info = { Get-Content $bobInfo -Raw } }
        @{ Kind = 'a document'; Info = { [xml] (Get-Content $bobInfo -Raw) } }
        @{ Kind = 'a certificate'; Info = { $bob.Certificate } }
        @{ Kind = 'an identity'; Info = { $bob } }
    ) {
        (New-PeerGroupInvitation Guests (& $Info) -Node alice).Invitee | Should -BeExactly $bob.PeerName.Value
        (& $Info | New-PeerGroupInvitation Guests -Node alice).Invitee | Should -BeExactly $bob.PeerName.Value
    }

    It 'says what is no identity' {
        $path = Get-SandboxPath
        Set-Content $path '<x/>'
        foreach ($wrong in $path, '<PEERIDENTITYINFO VERSION="1.0"/>', 42) {
            (Get-Failure { New-PeerGroupInvitation Guests $wrong -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_CREDENTIAL_INFO,*'
        }
        (Get-Failure { New-PeerGroupInvitation Guests (Get-SandboxPath) -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
    }

    It 'writes a file once' {
        $path = Get-SandboxPath
        $file = New-PeerGroupInvitation Guests $bobInfo -Path $path -Node alice
        $file.FullName | Should -Be $path
        Get-Content $path -Raw | Should -Match '^<'
        (Get-Failure { New-PeerGroupInvitation Guests $bobInfo -Path $path -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        (New-PeerGroupInvitation Guests $bobInfo -Path $path -Force -Node alice).FullName | Should -Be $path
    }

    It 'lasts as long as it is told' {
        $usual = New-PeerGroupInvitation Guests $bobInfo -Node alice
        ($usual.ValidTo - [datetimeoffset]::UtcNow).TotalDays | Should -BeGreaterThan 364
        ($usual.ValidTo - [datetimeoffset]::UtcNow).TotalDays | Should -BeLessThan 366
        $short = New-PeerGroupInvitation Guests $bobInfo -Lifetime 1.00:00:00 -Node alice
        ($short.ValidTo - [datetimeoffset]::UtcNow).TotalDays | Should -BeLessThan 1.1
        { New-PeerGroupInvitation Guests $bobInfo -Lifetime 1.00:00:00 -Expires ([datetimeoffset]::UtcNow.AddDays(1)) -Node alice } |
            Should -Throw -ErrorId 'PEER_E_INVALID_TIME_PERIOD,*'
    }

    It 'invites nobody with -WhatIf' {
        New-PeerGroupInvitation Guests $bobInfo -Node alice -WhatIf | Should -BeNullOrEmpty
    }

    It 'has no password to invite by' {
        (Get-Failure { New-PeerGroupInvitation Guests -PasswordInvitation -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_*'
    }
}

Describe 'Get-PeerInvitation' {
    BeforeAll {
        $group = New-PeerGroup Guests -Cloud Loopback_ -Node alice
        $path = Get-SandboxPath
        $null = New-PeerGroupInvitation Guests $bobInfo -Role InvitingMember -Path $path -Node alice
    }

    AfterAll {
        Get-PeerGroup -Node alice | Remove-PeerGroup -Force -Confirm:$false
    }

    It 'reads <Kind>' -ForEach @(
        @{ Kind = 'a path'; Command = { Get-PeerInvitation $path -Node bob } }
        @{ Kind = 'a path from the pipeline'; Command = { $path | Get-PeerInvitation -Node bob } }
        @{ Kind = 'a wildcard'; Command = { Get-PeerInvitation "$path*" -Node bob } }
        @{ Kind = 'a literal path'; Command = { Get-PeerInvitation -LiteralPath $path -Node bob } }
        @{ Kind = 'a file'; Command = { Get-Item $path | Get-PeerInvitation -Node bob } }
        @{ Kind = 'text'; Command = { Get-PeerInvitation -Xml (Get-Content $path -Raw) -Node bob } }
        @{ Kind = 'text from the pipeline'; Command = { Get-Content $path -Raw | Get-PeerInvitation -Node bob } }
        @{ Kind = 'a document'; Command = { [xml] (Get-Content $path -Raw) | Get-PeerInvitation -Node bob } }
        @{ Kind = 'an invitation'; Command = { Get-PeerInvitation $path -Node bob | Get-PeerInvitation } }
    ) {
        $invitation = & $Command
        $invitation | Should -HaveCount 1
        $invitation.Kind | Should -Be Identity
        $invitation.Group | Should -BeExactly $group.PeerName
        $invitation.FriendlyName | Should -BeExactly Guests
        $invitation.Role | Should -Be InvitingMember
        $invitation.Invitee | Should -BeExactly $bob.PeerName.Value
        $invitation.InviteeFriendlyName | Should -BeExactly Bob
        $invitation.Issuer | Should -BeExactly Alice
        $invitation.IsTrusted | Should -BeTrue
    }

    It 'says for whom it is where that is nobody here' {
        $invitation = Get-PeerInvitation $path -Node alice
        $invitation.IsTrusted | Should -BeFalse
        $invitation.Reason | Should -Not -BeNullOrEmpty
    }

    It 'says what was altered' {
        $xml = (Get-Content $path -Raw) -replace 'Guests', 'Enemies'
        $altered = $xml | Get-PeerInvitation -Node bob
        $altered.FriendlyName | Should -Be $altered.FriendlyName
        $cut = $xml -replace '(?s)[A-Za-z0-9+/=\s]{400}(?=</)', 'AAAA'
        $found = $null
        try { $found = Get-PeerInvitation -Xml $cut -Node bob -ErrorAction Stop } catch { $_.FullyQualifiedErrorId | Should -Match '^(PEER_E|ERROR)_' }
        if ($found) { $found.IsTrusted | Should -BeFalse }
    }

    It 'says what is none: <Xml>' -ForEach @(
        @{ Xml = '<x/>' }
        @{ Xml = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>' }
        @{ Xml = '<PEERINVITATION VERSION="9.0"/>' }
        @{ Xml = '<' }
    ) {
        (Get-Failure { Get-PeerInvitation -Xml $Xml -Node bob }).FullyQualifiedErrorId | Should -Match '^(PEER_E_UNSUPPORTED_VERSION|ERROR_INVALID_DATA|PEER_E_INVALID|PEER_E_INVITATION)'
    }

    It 'says which file is not there' {
        (Get-Failure { Get-PeerInvitation (Get-SandboxPath) -Node bob }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
    }
}

Describe 'Join-PeerGroup' {
    AfterEach {
        'bob', 'alice' | ForEach-Object { Get-PeerGroup -Node $_ | Remove-PeerGroup -Force -Confirm:$false }
    }

    It 'joins without connecting, and connects by name alone' {
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        $path = Get-SandboxPath
        $null = New-PeerGroupInvitation Joined $bobInfo -Path $path -Node alice
        $joined = Join-PeerGroup $path -Node bob
        $joined.FriendlyName | Should -BeExactly Joined
        $joined.IsOpen | Should -BeFalse
        $joined.Role | Should -Be Member
        (Connect-PeerGroup Joined -Node bob).Neighbors | Should -Be 1
    }

    It 'joins nothing with -WhatIf' {
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        New-PeerGroupInvitation Joined $bobInfo -Node alice | Join-PeerGroup -Node bob -WhatIf | Should -BeNullOrEmpty
        Get-PeerGroup -Node bob | Should -BeNullOrEmpty
    }

    It 'warns of a member that joins again' {
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation Joined $bobInfo -Node alice
        $null = $invitation | Join-PeerGroup -Node bob
        $null = $invitation | Join-PeerGroup -Node bob -WarningVariable warning -WarningAction SilentlyContinue -ErrorAction Stop
        "$warning" | Should -Match PEER_S_ALREADY_A_MEMBER
    }

    It 'warns of a credential that ends soon' {
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        $null = New-PeerGroupInvitation Joined $bobInfo -Lifetime 3.00:00:00 -Node alice | Join-PeerGroup -Node bob -WarningAction SilentlyContinue
        $null = Get-PeerGroup -Node bob -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -Match 'Joined.+ends in [23] days'
    }

    It 'keeps an identity from being deleted, unless it leaves its groups' {
        $dora = New-PeerIdentity -FriendlyName Dora -Node bob
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        $null = New-PeerGroupInvitation Joined $dora -Node alice | Join-PeerGroup -Node bob
        $failure = Get-Failure { Remove-PeerIdentity Dora -Confirm:$false -Node bob }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_GROUPS_EXIST,*'
        $failure.Exception.Message | Should -Match 'Joined'
        Get-WhatIf 'Remove-PeerIdentity Dora -Force -WhatIf -Node bob' | Should -Match 'membership in Joined'
        (Get-PeerGroup -Node bob).Identity | Should -BeExactly $dora.PeerName.Value
        Remove-PeerIdentity Dora -Force -Confirm:$false -Node bob
        Get-PeerGroup -Node bob | Should -BeNullOrEmpty
        Get-PeerIdentity -Node bob | ForEach-Object FriendlyName | Should -Not -Contain Dora
    }

    It 'refuses an invitation that is for somebody else' {
        $null = New-PeerGroup Joined -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation Joined (New-PeerIdentity -FriendlyName Carol -Node alice) -Node alice
        (Get-Failure { $invitation | Join-PeerGroup -Node bob }).FullyQualifiedErrorId | Should -Match '^PEER_E_(INVALID_CREDENTIAL|INVITATION_NOT_TRUSTED|IDENTITY_NOT_FOUND),'
        Get-PeerGroup -Node bob | Should -BeNullOrEmpty
    }

    It 'joins by password' {
        $null = New-PeerGroup Club -Password $password -PasswordRole InvitingMember -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation Club -PasswordInvitation -Node alice
        $invitation.Kind | Should -Be Password
        $invitation.Xml | Should -Not -Match 'correct|horse'
        $joined = $invitation | Join-PeerGroup -Password $password -Node bob
        $joined.Role | Should -Be InvitingMember
        Wait-Until { (Get-PeerGroupMember Club -Node alice).FriendlyName -contains 'Bob' }
    }

    It 'does not join by a wrong password' {
        $null = New-PeerGroup Club -Password $password -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation Club -PasswordInvitation -Node alice
        $failure = Get-Failure { $invitation | Join-PeerGroup -Password (Get-Password 'xylophone zeppelin') -Node bob }
        $failure.FullyQualifiedErrorId | Should -Match '^(ERROR_INVALID_PASSWORD|PEER_E_CONNECTION_NOT_AUTHENTICATED|PEER_E_NO_MEMBER_CONNECTIONS),'
        "$failure" | Should -Not -Match 'horse|xylophone'
        Get-PeerGroup -Node bob | Should -BeNullOrEmpty
    }
}

Describe 'The configuration of a group' {
    AfterEach {
        'bob', 'alice' | ForEach-Object { Get-PeerGroup -Node $_ | Remove-PeerGroup -Force -Confirm:$false }
    }

    It 'goes to another machine, with the key' {
        $group = New-PeerGroup Moved -Cloud Loopback_ -Node alice
        $null = Add-PeerRecord -Group Moved $type -Text kept -Lifetime 01:00:00 -Node alice
        $identity = Get-SandboxPath
        $configuration = Get-SandboxPath
        $null = Export-PeerIdentity Alice -Password $password -Path $identity -Node alice
        $null = $group | Export-PeerIdentity -Password $password -Path $configuration
        Get-Content $configuration -Raw | Should -Match '<PEERGROUPCONFIG'
        $group | Export-PeerIdentity -Password $password -AsXml | Should -Match '<PEERGROUPCONFIG'
        $null = Start-PeerNode -Name machine -ListenAddress 127.0.0.1, ::1
        try {
            (Get-Failure { Import-PeerIdentity $configuration -Password $password -Node machine }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_IDENTITY_NOT_FOUND,*'
            $null = Import-PeerIdentity $identity -Password $password -Node machine
            (Get-Failure { Import-PeerIdentity $configuration -Password (Get-Password wrong) -Node machine }).FullyQualifiedErrorId | Should -BeLike 'ERROR_INVALID_PASSWORD,*'
            $moved = Import-PeerIdentity $configuration -Password $password -Node machine
            $moved.GetType().Name | Should -Be PeerGroup
            $moved.PeerName | Should -BeExactly $group.PeerName
            $moved.HasGroupKey | Should -BeTrue
            $null = Connect-PeerGroup Moved -Node machine
            (Get-PeerRecord -Group Moved -Node machine).Text | Should -BeExactly kept
            Set-PeerGroup Moved -Comment 'from the other machine' -Node machine
            Wait-Until { (Get-PeerGroup Moved -Node alice).Properties.Comment -ceq 'from the other machine' }
        } finally {
            Stop-PeerNode machine
        }
        Export-PeerIdentity -Group Moved -Password $password -AsXml -Node alice | Should -Match '<PEERGROUPCONFIG'
        'Alice' | Export-PeerIdentity -Password $password -AsXml -Node alice | Should -Match '<PEERIDENTITYEXPORT'
        Get-PeerIdentity Alice -Node alice | Export-PeerIdentity -Password $password -AsXml | Should -Match '<PEERIDENTITYEXPORT'
    }

    It 'keeps its records in a file' {
        $null = New-PeerGroup Kept -Cloud Loopback_ -Node alice
        $null = Add-PeerRecord -Group Kept $type -Text kept -Lifetime 01:00:00 -Node alice
        $path = Get-SandboxPath
        (Get-Failure { Export-PeerDatabase -Group Kept $path -Node alice }).FullyQualifiedErrorId | Should -Match '^PEER_E_(GROUP|GRAPH)_IN_USE,'
        Disconnect-PeerGroup Kept -Node alice
        Get-PeerGroup Kept -Node alice | Export-PeerDatabase -Path $path
        $result = Import-PeerDatabase -Group Kept -Path $path -Force -Node alice
        $result.Accepted | Should -BeGreaterThan 0
        $result.Rejected | Should -Be 0
        $null = Connect-PeerGroup Kept -Offline -Node alice
        (Get-PeerRecord -Group Kept -Node alice).Text | Should -BeExactly kept
    }
}

Describe 'Text of other members' {
    AfterEach {
        Get-PeerGroup -Node alice | Remove-PeerGroup -Force -Confirm:$false
    }

    It 'does not drive the terminal' {
        # Escape sequences are no text in XML, and refused; what turns a line around is.
        $turn = [char] 0x202e
        (Get-Failure { New-PeerGroup "Red$([char] 27)[31m" -Cloud Loopback_ -Node alice }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_*'
        $group = New-PeerGroup "Red$turn" -Comment "x$turn" -Cloud Loopback_ -Node alice
        $invitation = New-PeerGroupInvitation $group.PeerName (New-PeerIdentity -FriendlyName "Eve$turn" -Node bob) -Node alice
        foreach ($object in $group, (Get-PeerGroupMember $group.PeerName -Node alice), $invitation, (Get-PeerInvitation -Xml $invitation.Xml -Node bob)) {
            foreach ($view in { $object | Format-Table }, { $object | Format-List }) {
                & $view | Out-String -Width 200 | Should -Not -Match $turn
            }
        }
    }
}
