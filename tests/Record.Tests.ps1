BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'
    $other = [guid] 'b1c9d3a2-0000-4000-8000-000000000002'
    $null = New-PeerGraph notes -PeerId alice -Scope Loopback -MaxRecordSize 4096
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Add-PeerRecord' {
    AfterEach { Get-PeerRecord notes | Remove-PeerRecord }

    It 'publishes text, and shows it' {
        $before = [datetime]::UtcNow
        $text = "Gr$([char] 0xfc)$([char] 0xdf)e"
        $record = Add-PeerRecord notes $type -Text $text -Lifetime 01:00
        $record.Text | Should -BeExactly $text
        $record.Type | Should -Be $type
        $record.Version | Should -Be 1
        $record.CreatorId | Should -BeExactly alice
        $record.Node | Should -BeExactly default
        $record.IsValid | Should -BeTrue
        ($record.Expires.UtcDateTime - $before).TotalMinutes | Should -BeGreaterThan 59
        (Get-PeerGraph notes).ToUniversalTime($record.ModificationPeerTime) | Should -Be $record.Modified
    }

    It 'publishes bytes, piped bytes, files, and nothing' {
        (Add-PeerRecord notes $type -Data 1, 2, 3 -Lifetime 01:00).Data | Should -Be 1, 2, 3
        (, [byte[]] (4, 5) | Add-PeerRecord notes $type -Lifetime 01:00).Data | Should -Be 4, 5
        Set-Content (Join-Path $box a.txt) 'from a file' -NoNewline
        (Get-Item (Join-Path $box a.txt) | Add-PeerRecord notes $type -Lifetime 01:00).Text | Should -BeExactly 'from a file'
        (Add-PeerRecord notes $type -Lifetime 01:00).Data.Length | Should -Be 0
    }

    It 'takes attributes as names and values, and as XML' {
        $record = Add-PeerRecord notes $type -Text x -Lifetime 01:00 -Attribute @{ color = 'red'; size = 5; day = [datetimeoffset] '2026-03-01T12:00Z'; tag = 'a', 'b' }
        $record.Attributes['color'] | Should -BeExactly red
        $record.Attributes['size'] | Should -Be 5
        $record.Attributes['day'] | Should -Be ([datetimeoffset] '2026-03-01T12:00Z')
        $record.Attributes['tag'] | Should -Be a, b
        $again = Add-PeerRecord notes $type -Text y -Lifetime 01:00 -Attribute $record.AttributesXml
        $again.Attributes['color'] | Should -BeExactly red
    }

    It 'reports <Symbol>' -ForEach @(
        @{ Symbol = 'PEER_E_INVALID_ATTRIBUTES'; Arguments = @{ Attribute = @{ 'a b' = 1 }; Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_INVALID_ATTRIBUTES'; Arguments = @{ Attribute = @{ peercreatorid = 'x' }; Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_INVALID_ATTRIBUTES'; Arguments = @{ Attribute = '<attributes><attribute/></attributes>'; Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_INVALID_RECORD_EXPIRATION'; Arguments = @{ Expires = [datetimeoffset]::UtcNow.AddMinutes(-1) } }
        @{ Symbol = 'PEER_E_INVALID_RECORD_EXPIRATION'; Arguments = @{ } }
        @{ Symbol = 'PEER_E_MAX_RECORD_SIZE_EXCEEDED'; Arguments = @{ Data = [byte[]]::new(5000); Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_NOT_AUTHORIZED'; Arguments = @{ Type = [guid] '00000400-0000-0000-0000-000000000000'; Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_NOT_AUTHORIZED'; Arguments = @{ Type = [guid] '01000000-0000-0000-0000-000000000000'; Lifetime = '01:00' } }
        @{ Symbol = 'PEER_E_INVALID_GRAPH'; Arguments = @{ Graph = 'nowhere'; Lifetime = '01:00' } }
    ) {
        $all = @{ Graph = 'notes'; Type = $type } + @{}
        foreach ($name in $Arguments.Keys) { $all[$name] = $Arguments[$name] }
        Add-PeerRecord @all -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Symbol,PeerNet.PowerShell.Commands.AddPeerRecordCommand"
    }

    It 'publishes nothing with -WhatIf, and refuses a lifetime that is none' {
        Add-PeerRecord notes $type -Text x -Lifetime 01:00 -WhatIf | Should -BeNullOrEmpty
        { Add-PeerRecord notes $type -Text x -Lifetime 00:00 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        Get-PeerRecord notes | Should -BeNullOrEmpty
    }

    It 'is not ready before the first synchronization' {
        $null = Connect-PeerGraph fresh -Offline -PeerId alice
        Add-PeerRecord fresh $type -Text x -Lifetime 01:00 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_GRAPH_NOT_READY,*'
        Disconnect-PeerGraph fresh -NoPersist
    }

    It 'renews a record that is to be refreshed' {
        $record = Add-PeerRecord notes $type -Text alive -Lifetime 00:00:10 -AutoRefresh
        $record.IsAutoRefreshed | Should -BeTrue
        $graph = Get-PeerGraph notes
        $graph | Register-PeerEvent -EventType RecordChanged -SourceIdentifier renewed
        try {
            $change = (Wait-Event renewed -Timeout 30).SourceEventArgs.Detail
            $change.Change | Should -Be Updated
            $change.Record.Expires | Should -BeGreaterThan $record.Expires
        } finally {
            Unregister-Event renewed
            Get-Event | Remove-Event
        }
    }
}

Describe 'Get-PeerRecord' {
    BeforeAll {
        $milk = Add-PeerRecord notes $type -Text Milk -Lifetime 01:00 -Attribute @{ place = 'kitchen'; priority = 2 }
        $nails = Add-PeerRecord notes $type -Text Nails -Lifetime 01:00 -Attribute @{ place = 'cellar'; priority = 1 }
        $plan = Add-PeerRecord notes $other -Text Plan -Lifetime 01:00
        $gone = Add-PeerRecord notes $other -Text Gone -Lifetime 01:00
        $gone | Remove-PeerRecord
    }
    AfterAll { Get-PeerRecord notes | Remove-PeerRecord }

    It 'shows those of applications, and of a type' {
        (Get-PeerRecord notes).Text | Sort-Object | Should -Be Milk, Nails, Plan
        (Get-PeerRecord notes -Type $other).Text | Should -BeExactly Plan
        @(Get-PeerRecord notes -Type 00000100-0000-0000-0000-000000000000).Count | Should -Be 1
        (Get-PeerRecord notes -CreatorId alice).Count | Should -Be 3
        Get-PeerRecord notes -CreatorId bob | Should -BeNullOrEmpty
    }

    It 'finds by id, piped or not' {
        (Get-PeerRecord notes -RecordId $milk.Id).Text | Should -BeExactly Milk
        ($milk, $nails | Get-PeerRecord notes).Text | Should -Be Milk, Nails
        Get-PeerRecord notes -RecordId $gone.Id -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_RECORD_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerRecordCommand'
        $failure.TargetObject | Should -Be $gone.Id
        (Get-PeerRecord notes -RecordId $gone.Id -IncludeDeleted).IsDeleted | Should -BeTrue
    }

    It 'finds by <_>' -ForEach @(
        "place -eq 'kitchen'", "place -like 'k*' -and priority -gt 1", "(place -eq 'nowhere' -or priority -ge 2)"
    ) {
        (Get-PeerRecord notes -Filter $_).Text | Should -BeExactly Milk
    }

    It 'finds by a query' {
        $query = '<peersearch><clause attrib="place" type="string" compare="equal">cell*</clause></peersearch>'
        (Get-PeerRecord notes -Query $query).Text | Should -BeExactly Nails
        (Get-PeerRecord notes -Query ([xml] $query)).Text | Should -BeExactly Nails
    }

    It 'says where a search is wrong' {
        Get-PeerRecord notes -Filter 'place -eq' -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_SEARCH,PeerNet.PowerShell.Commands.GetPeerRecordCommand'
        $failure.Exception.Message | Should -Match 'column \d+'
        Get-PeerRecord notes -Query '<peersearch/>' -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_SEARCH,*'
    }

    It 'runs no script' {
        Get-PeerRecord notes -Filter "place -eq `$(New-Item '$box/pwned')" -ErrorAction SilentlyContinue
        Join-Path $box pwned | Should -Not -Exist
    }

    It 'stops when the pipeline has enough' {
        @(Get-PeerRecord notes | Select-Object -First 1).Count | Should -Be 1
    }

    It 'shows what could drive a terminal escaped' {
        $bad = Add-PeerRecord notes $type -Text "a`e]0;title`a" -Lifetime 01:00
        ($bad | Format-Table | Out-String -Width 120) | Should -Not -Match "`e\]|`a"
        ($bad | Format-List | Out-String -Width 120) | Should -Not -Match "`e\]|`a"
        ($bad | Format-Table | Out-String -Width 120) -split '\r?\n' | ForEach-Object Length | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 120
    }
}

Describe 'Set-PeerRecord' {
    BeforeEach { $record = Add-PeerRecord notes $type -Text first -Lifetime 01:00 -Attribute @{ a = 1 } }
    AfterEach { Get-PeerRecord notes | Remove-PeerRecord }

    It 'makes a new version, and keeps what is not given' {
        $record | Set-PeerRecord -Text second | Should -BeNullOrEmpty
        $now = Get-PeerRecord notes -RecordId $record.Id
        $now.Version | Should -Be 2
        $now.Text | Should -BeExactly second
        $now.Attributes['a'] | Should -Be 1
        $now.LastModifiedById | Should -BeExactly alice
        (Set-PeerRecord notes $record.Id -Attribute @{} -Lifetime 02:00 -PassThru).Attributes.Count | Should -Be 0
    }

    It 'does not overwrite what it has not seen' {
        $record | Set-PeerRecord -Text second
        $record | Set-PeerRecord -Text third -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_RECORD,PeerNet.PowerShell.Commands.SetPeerRecordCommand'
        (Get-PeerRecord notes).Text | Should -BeExactly second
    }

    It 'moves the expiration to later only' {
        $record | Set-PeerRecord -Expires $record.Expires.AddMinutes(-10) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_INVALID_RECORD_EXPIRATION,*'
        ($record | Set-PeerRecord -Expires $record.Expires.AddMinutes(10) -PassThru).Expires | Should -BeGreaterThan $record.Expires
    }

    It 'changes nothing with -WhatIf, and no two things at once' {
        $record | Set-PeerRecord -Text x -WhatIf
        (Get-PeerRecord notes).Version | Should -Be 1
        { Set-PeerRecord notes $record.Id -Text x -Data 1 } | Should -Throw -ErrorId 'E_INVALIDARG*'
    }

    It 'does not bring a removed record back' {
        $record | Remove-PeerRecord
        $record | Set-PeerRecord -Text x -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_RECORD_NOT_FOUND,PeerNet.PowerShell.Commands.SetPeerRecordCommand'
        $record | Remove-PeerRecord -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_RECORD_NOT_FOUND,PeerNet.PowerShell.Commands.RemovePeerRecordCommand'
    }
}

Describe 'Remove-PeerRecord' {
    It 'leaves a tombstone, and asks -WhatIf' {
        $record = Add-PeerRecord notes $type -Text x -Lifetime 01:00
        $record | Remove-PeerRecord -WhatIf
        Get-PeerRecord notes | Should -Not -BeNullOrEmpty
        Remove-PeerRecord notes $record.Id
        Get-PeerRecord notes | Should -BeNullOrEmpty
        $tombstone = Get-PeerRecord notes -IncludeDeleted -Type $type | Where-Object Id -EQ $record.Id
        $tombstone.IsDeleted | Should -BeTrue
        $tombstone.Data.Length | Should -Be 0
        $tombstone | Remove-PeerRecord -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_RECORD_NOT_FOUND,*'
    }
}
