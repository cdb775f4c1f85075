BeforeDiscovery {
    # What comes out of each Get-, and whatever takes it.
    $type = '5d0ab5a2-7c4b-4f0e-8a6f-2f7d5a1c9e01'
    $pipes = @(
        @{ Get = { Get-PeerNode }; To = { $in | Connect-PeerNode } }
        @{ Get = { Get-PeerNode }; To = { $in | Stop-PeerNode -WhatIf } }
        @{ Get = { Get-PeerNode }; To = { $in | Get-PeerNode } }
        @{ Get = { Get-PeerIdentity }; To = { $in | Set-PeerIdentity -FriendlyName Alice } }
        @{ Get = { Get-PeerIdentity }; To = { $in | Remove-PeerIdentity -WhatIf } }
        @{ Get = { Get-PeerIdentity }; To = { $in | Export-PeerIdentity -Public -Path (Join-Path $sandbox 'alice.xml') -Force } }
        @{ Get = { Get-PeerIdentity }; To = { $in | Get-PeerIdentity } }
        @{ Get = { Get-PeerName 0.* }; To = { $in | Register-PeerName } }
        @{ Get = { Get-PeerName 0.* }; To = { $in | Resolve-PeerName -Criteria Any } }
        @{ Get = { Get-PeerName 0.* }; To = { $in | Unregister-PeerName -WhatIf } }
        @{ Get = { Get-PeerName 0.* }; To = { $in | Get-PeerName } }
        @{ Get = { Get-PeerCloud Loopback_ }; To = { $in | Set-PeerCloud -Mode Full } }
        @{ Get = { Get-PeerCloud Loopback_ }; To = { $in | Repair-PeerCloud -FlushCache } }
        @{ Get = { Get-PeerCloud Loopback_ }; To = { $in | Get-PeerCloud } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Get-PeerGraph } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Set-PeerGraph -Comment 'by pipe' } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Connect-PeerGraph -Offline } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Disconnect-PeerGraph -WhatIf } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Remove-PeerGraph -WhatIf } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Get-PeerGraphNode } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Export-PeerGraphMap -Path (Join-Path $sandbox 'map.svg') -Force } }
        @{ Get = { Get-PeerGraph notes }; To = { $in | Export-PeerDatabase -Path (Join-Path $sandbox 'notes.db') -WhatIf } }
        @{ Get = { Get-PeerRecord notes -Type $type }; To = { $in | Set-PeerRecord -Attribute @{ seen = 'yes' } } }
        @{ Get = { Get-PeerRecord notes -Type $type }; To = { $in | Remove-PeerRecord -WhatIf } }
        @{ Get = { Get-PeerRecord notes -Type $type }; To = { $in | Add-PeerRecord } }
        @{ Get = { Get-PeerRecord notes -Type $type }; To = { $in | Get-PeerRecord } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Get-PeerGroup } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Set-PeerGroup -Comment 'by pipe' } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Connect-PeerGroup -Offline } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Disconnect-PeerGroup -WhatIf } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Remove-PeerGroup -WhatIf } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Add-PeerRecord -Type $type -Text piped -Lifetime 01:00:00 } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Get-PeerGraphNode } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Get-PeerConnection } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Export-PeerGraphMap -Path (Join-Path $sandbox 'group.svg') -Force } }
        @{ Get = { Get-PeerGroup Friends }; To = { $in | Export-PeerDatabase -Path (Join-Path $sandbox 'friends.db') -WhatIf } }
        @{ Get = { Get-PeerRecord -Group Friends -Type $type }; To = { $in | Get-PeerRecord } }
        @{ Get = { Get-PeerRecord -Group Friends -Type $type }; To = { $in | Set-PeerRecord -Attribute @{ seen = 'yes' } } }
        @{ Get = { Get-PeerRecord -Group Friends -Type $type }; To = { $in | Add-PeerRecord } }
        @{ Get = { Get-PeerRecord -Group Friends -Type $type }; To = { $in | Remove-PeerRecord -WhatIf } }
        @{ Get = { Get-PeerGroupMember Friends }; To = { $in | Get-PeerGroupMember } }
        @{ Get = { Get-PeerGroupMember Friends }; To = { $in | Set-PeerGroupMember -Role Member -WhatIf } }
        @{ Get = { Get-PeerGroupMember Friends }; To = { $in | Remove-PeerGroupMember -WhatIf } }
        @{ Get = { New-PeerGroupInvitation Friends $guest }; To = { $in | Get-PeerInvitation } }
        @{ Get = { Get-PeerPresence }; To = { $in | Get-PeerPresence } }
        @{ Get = { Get-PeerPresence }; To = { $in | Set-PeerPresence -Text 'by pipe' } }
        @{ Get = { Get-PeerContact }; To = { $in | Get-PeerContact } }
        @{ Get = { Get-PeerContact }; To = { $in | Set-PeerContact -Nickname 'by pipe' } }
        @{ Get = { Get-PeerContact }; To = { $in | Remove-PeerContact -WhatIf } }
        @{ Get = { Get-PeerContact }; To = { $in | Get-PeerPresence } }
        @{ Get = { Get-PeerObject }; To = { $in | Get-PeerObject } }
        @{ Get = { Get-PeerObject }; To = { $in | Set-PeerObject -Scope NearMe } }
        @{ Get = { Get-PeerObject }; To = { $in | Remove-PeerObject -WhatIf } }
        @{ Get = { Get-PeerApplication }; To = { $in | Get-PeerApplication } }
        @{ Get = { Get-PeerApplication }; To = { $in | Register-PeerApplication -Force -Confirm:$false } }
        @{ Get = { Get-PeerApplication }; To = { $in | Unregister-PeerApplication -WhatIf } }
        @{ Get = { Get-PeerInvitation }; To = { $in | Get-PeerInvitation } }
        @{ Get = { Get-PeerInvitation }; To = { $in | Complete-PeerInvitation -Response Cancel -WhatIf } }
        @{ Get = { Get-PeerCache Data }; To = { $in | Set-PeerCache -Percentage 12 } }
        @{ Get = { Get-PeerCache Data }; To = { $in | Set-PeerCache -MaxAge 20.00:00:00 } }
        @{ Get = { Get-PeerCache }; To = { $in | Clear-PeerCache -WhatIf } }
        @{ Get = { (Get-PeerCache Data -IncludeSegment).Segments }; To = { $in | Clear-PeerCache -WhatIf } }
        @{ Get = { Get-PeerContentInformation }; To = { $in | Get-PeerContentInformation } }
        @{ Get = { Get-PeerContentInformation }; To = { $in | Unpublish-PeerContent -WhatIf } }
        @{ Get = { Get-PeerDistribution }; To = { $in | Set-PeerDistribution -Mode Local } }
        @{ Get = { Get-PeerDistribution }; To = { $in | Reset-PeerDistribution -WhatIf } }
    ) | ForEach-Object { $_ + @{ Type = $type } }

    # The properties that only another parameter set than the usual one takes, with what stands beside them.
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Get-StagedManifest)
    $id = '5d0ab5a2-7c4b-4f0e-8a6f-2f7d5a1c9e02'
    $samples = @{
        Group = 'Friends'; Graph = 'notes'; RecordId = $id; Id = $id; SegmentId = 'ab' * 32; Node = 'default'; PeerName = 'nobody'
        LiteralPath = $PSCommandPath; Path = './binding.svg'; Member = 'nobody'; Xml = '<none/>'; Uri = 'http://127.0.0.1:9/none'; Text = 'text'; Data = [byte[]] (1, 2)
        PeerId = 'nobody'; Type = $id; Lifetime = '1:00'; Filter = 'a -eq 1'; Password = ConvertTo-SecureString secret -AsPlainText -Force
        Query = '<peersearch><clause attrib="a" type="string" compare="equal">b</clause></peersearch>'
    }
    $properties = foreach ($command in Get-Command -Module PeerNet -CommandType Cmdlet) {
        $usual = $command.ParameterSets | Where-Object IsDefault
        foreach ($set in $command.ParameterSets | Where-Object { $usual -and -not $_.IsDefault }) {
            $piped = @($set.Parameters | Where-Object ValueFromPipelineByPropertyName)
            foreach ($parameter in $piped | Where-Object Name -NotIn $usual.Parameters.Name) {
                $sample = @{ Node = 'default' }
                foreach ($one in $piped | Where-Object { $_.IsMandatory -or $_.Name -eq $parameter.Name }) { $sample[$one.Name] = $samples[$one.Name] }
                $arguments = if ($command.Name -eq 'Set-PeerRecord') { @{ Text = 'text' } } else { @{} }
                foreach ($one in $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -notin $piped.Name }) {
                    $arguments[$one.Name] = if ($one.ParameterType -eq [switch]) { $true } else { $samples[$one.Name] }
                }
                @{ Command = $command.Name; Set = $set.Name; Parameter = $parameter.Name; Sample = $sample; Arguments = $arguments }
            }
        }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $null = New-PeerIdentity -FriendlyName Alice
    Register-PeerName 0.pipes -Port 80 -Cloud Loopback_
    $null = New-PeerGraph notes -Listen
    $null = Add-PeerRecord notes '5d0ab5a2-7c4b-4f0e-8a6f-2f7d5a1c9e01' -Text first -Lifetime 01:00:00
    $null = New-PeerGroup Friends -Cloud Loopback_
    $null = Add-PeerRecord -Group Friends '5d0ab5a2-7c4b-4f0e-8a6f-2f7d5a1c9e01' -Text first -Lifetime 01:00:00
    $guest = Export-PeerIdentity (New-PeerIdentity Guest) -Public -AsXml
    $file = Join-Path $sandbox 'guest.xml'
    Get-PeerContact -Me -Identity Guest -AsXml | Set-Content $file
    Remove-PeerIdentity Guest -Confirm:$false
    $null = Add-PeerContact $file
    Connect-PeerCollaboration
    Set-PeerObject ([guid]::NewGuid()) -Text shown
    $null = Register-PeerApplication ([guid]::NewGuid()) Chess ([Environment]::ProcessPath) -Confirm:$false
    $null = Get-PeerContact | Send-PeerInvitation -ApplicationId ([guid]::NewGuid()) -TimeoutSeconds 3600 -NoWait
    $null = Publish-PeerContent (New-RandomFile (Join-Path $sandbox 'content') 100KB) -AddToCache
    Set-PeerDistribution -Mode Local
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A pipeline' {
    BeforeEach {
        $ErrorActionPreference = 'Stop'
    }

    It 'takes objects:<Get>|<To>' -ForEach $pipes {
        $in = & $Get
        $in | Should -Not -BeNullOrEmpty
        $null = & $To
    }

    It 'takes their properties:<Get>|<To>' -ForEach $pipes {
        $in = & $Get | Select-Object *
        $null = & $To
    }

    It 'shows the records of graphs, and adds to them' {
        $null = Add-PeerRecord notes ($kind = [guid]::NewGuid()) -Text first -Lifetime 01:00:00
        (Get-PeerGraph | Get-PeerRecord -Type $kind).Text | Should -Be first
        (Get-PeerGraph | Add-PeerRecord -Type ([guid]::NewGuid()) -Text second -Lifetime 01:00:00).Text | Should -Be second
        (Get-PeerGraph | Add-PeerRecord -Type ([guid]::NewGuid()) -Lifetime 01:00:00).Data | Should -BeNullOrEmpty
        (Get-PeerGraph | Get-PeerRecord -Filter 'nothing -eq 1') | Should -BeNullOrEmpty
    }

    It 'takes the ids of graphs for graphs, whatever else is given' {
        ('notes' | Add-PeerRecord -Type ($kind = [guid]::NewGuid()) -Text third -Lifetime 01:00:00).Text | Should -Be third
        ('notes' | Get-PeerRecord -Type $kind).Text | Should -Be third
        'notes' | Get-PeerRecord -Filter 'nothing -eq 1' | Should -BeNullOrEmpty
        'notes' | Get-PeerRecord -Deferred | Should -BeNullOrEmpty
        ('notes' | Get-PeerGraphNode -Local).GraphId | Should -Be notes
    }

    It 'takes groups for groups, whatever else is given' {
        $group = Get-PeerGroup Friends
        ($group | Add-PeerRecord -Type ($kind = [guid]::NewGuid()) -Text third -Lifetime 01:00:00).Text | Should -Be third
        ($group | Add-PeerRecord -Type $kind -Data 1, 2 -Lifetime 01:00:00).Data | Should -Be 1, 2
        @($group | Get-PeerRecord -Type $kind).Count | Should -Be 2
        $group | Get-PeerRecord -Filter 'nothing -eq 1' | Should -BeNullOrEmpty
        $group | Get-PeerRecord -Deferred | Should -BeNullOrEmpty
        ($group | New-PeerGroupInvitation -IdentityInfo $guest).Group | Should -Be $group.PeerName
    }

    It 'shows each record again, and not all of its graph' {
        $all = @(Get-PeerRecord notes)
        @($all[0] | Get-PeerRecord).Id | Should -Be $all[0].Id
        @($all[0].Id | Get-PeerRecord -Graph notes).Id | Should -Be $all[0].Id
    }

    It 'names the graph of a direct connection' {
        Get-PeerGraph notes | Open-PeerConnection -PeerId nobody -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Match '^(PEER_E|ERROR)_'
        "$failure" | Should -Match 'nobody'
    }

    It 'withdraws names by their text' {
        '0.withdrawn' | Register-PeerName -Port 80 -Cloud Loopback_
        '0.withdrawn' | Unregister-PeerName
        (Get-PeerName).Name.Value | Should -Not -Contain 0.withdrawn
    }

    It 'limits the cache that it is given' {
        (Get-PeerCache Data | Set-PeerCache -Percentage 12 -PassThru).Percentage | Should -Be 12
        { Set-PeerCache -Percentage 12 -SizeBytes 1GB } | Should -Throw -ErrorId 'E_INVALIDARG*'
        { Set-PeerCache -AddExtension (Join-Path $sandbox 'more') } | Should -Throw -ErrorId 'E_INVALIDARG*'
    }

    It 'unpublishes all that it is shown, empty files included' {
        $folder = New-Item (Join-Path $sandbox 'pub') -ItemType Directory
        $null = New-RandomFile (Join-Path $folder 'full') 10KB
        $null = New-Item (Join-Path $folder 'empty')
        $published = Publish-PeerContent $folder -WarningAction SilentlyContinue
        ($published | Where-Object Length -EQ 0).ContentId | Should -Be empty
        Get-PeerContentInformation | Unpublish-PeerContent
        Get-PeerContentInformation | Should -BeNullOrEmpty
    }

    It 'unpublishes by wildcards' {
        $folder = Join-Path $sandbox 'pub'
        $null = Publish-PeerContent $folder -WarningAction SilentlyContinue
        Unpublish-PeerContent e*
        (Get-PeerContentInformation).ContentId | Should -Not -Contain empty
        Unpublish-PeerContent *
        Get-PeerContentInformation | Should -BeNullOrEmpty
    }

    It 'receives content once, whatever versions it is described in' {
        $file = New-RandomFile (Join-Path $sandbox 'once') 100KB
        $receipts = @(Publish-PeerContent $file -AddToCache | Receive-PeerContent -OutFile (Join-Path $sandbox 'received'))
        $receipts | Should -HaveCount 1
        (Get-FileHash (Join-Path $sandbox 'received')).Hash | Should -Be (Get-FileHash $file).Hash
    }

    It 'receives empty content as an empty file' {
        $file = New-Item (Join-Path $sandbox 'nothing')
        $null = Publish-PeerContent $file -WarningAction SilentlyContinue | Receive-PeerContent -OutFile (Join-Path $sandbox 'nothing.received')
        (Get-Item (Join-Path $sandbox 'nothing.received')).Length | Should -Be 0
    }

    It 'takes a file as it is called, and its name for no pattern: <Command>' -ForEach @(
        @{ Command = { $file | Publish-PeerContent -WhatIf } }
        @{ Command = { $file | Import-PeerCache } }
        @{ Command = { $file | Import-PeerIdentity } }
        @{ Command = { $file | Add-PeerContact } }
        @{ Command = { $file | Get-PeerInvitation } }
        @{ Command = { $file | Import-PeerDatabase -Graph new } }
        @{ Command = { Publish-PeerContent $file -WhatIf } }
        @{ Command = { Import-PeerCache $file } }
        @{ Command = { Import-PeerIdentity $file } }
        @{ Command = { Add-PeerContact $file } }
        @{ Command = { Get-PeerInvitation $file } }
        @{ Command = { Get-PeerContact -Path $file } }
        @{ Command = { Import-PeerDatabase $file -Graph new } }
        @{ Command = { (Get-PeerContentInformation -Path $file).ContentId } }
        @{ Command = { Get-PeerContentInformation -InformationPath $file } }
    ) {
        $file = New-RandomFile (Join-Path $sandbox 'called[1]') 1KB
        $null = New-RandomFile (Join-Path $sandbox 'called1') 1KB
        $log = Join-Path $sandbox 'log'
        Start-Transcript $log | Out-Null
        try {
            & $Command 2>&1 | Out-Host
        } catch {
            $_ | Out-Host
        } finally {
            Stop-Transcript | Out-Null
        }

        $told = (Get-Content -LiteralPath $log) -join ''
        $told | Should -BeLike '*called`[1`]*'
        $told | Should -Not -BeLike '*called1*'
    }

    It 'takes what is called so, and its name for no pattern' {
        $null = New-PeerIdentity 'Ann [x]'
        $null = New-PeerIdentity 'Ann x'
        (Get-PeerIdentity 'Ann [x]').FriendlyName | Should -BeExactly 'Ann [x]'
        (Get-PeerIdentity 'Ann [xy]').FriendlyName | Should -BeExactly 'Ann x'
        'bracket[1]', 'bracket1' | ForEach-Object { $null = New-RandomFile (Join-Path $sandbox $_) 10KB | Publish-PeerContent -Version 2 }
        $published = Get-PeerContentInformation 'bracket[1]'
        $published.ContentId | Should -BeExactly 'bracket[1]'
        $published | Get-PeerContentInformation | ForEach-Object ContentId | Should -BeExactly 'bracket[1]'
        $published | Unpublish-PeerContent
        (Get-PeerContentInformation 'bracket[12]').ContentId | Should -BeExactly bracket1
        Unpublish-PeerContent bracket1
        'Ann [x]', 'Ann x' | Remove-PeerIdentity -Confirm:$false
    }

    It 'asks addresses, names and hosts alike' {
        '127.0.0.1' | Test-PeerEndpoint -Port (Get-PeerNode).Ports.Pnrp -TimeoutSeconds 1 | ForEach-Object Target | Should -BeLike '127.0.0.1:*'
        'localhost' | Test-PeerEndpoint -Port (Get-PeerNode).Ports.Pnrp -TimeoutSeconds 1 | ForEach-Object Target | Should -BeLike 'localhost*'
        '0.pipes' | Test-PeerEndpoint -TimeoutSeconds 10 | ForEach-Object Target | Should -Be 0.pipes
    }
}

Describe 'Bytes and text through a pipeline' {
    BeforeAll {
        $type = [guid]::NewGuid()
        $bytes = [byte[]] (1..255)
        $file = Join-Path $sandbox 'bytes'
        [System.IO.File]::WriteAllBytes($file, $bytes)
    }

    It 'become one record: <Command>' -ForEach @(
        @{ Command = { Get-Content $file -AsByteStream | Add-PeerRecord notes $type -Lifetime 01:00:00 } }
        @{ Command = { Get-Content $file -AsByteStream -Raw | Add-PeerRecord notes $type -Lifetime 01:00:00 } }
        @{ Command = { $bytes | Add-PeerRecord notes $type -Lifetime 01:00:00 } }
        @{ Command = { , $bytes | Add-PeerRecord notes $type -Lifetime 01:00:00 } }
        @{ Command = { 1..255 | Add-PeerRecord notes $type -Lifetime 01:00:00 } }
        @{ Command = { 1..255 | Add-PeerRecord -Group Friends $type -Lifetime 01:00:00 } }
        @{ Command = { Get-Content $file -AsByteStream | Add-PeerRecord -Group Friends $type -Lifetime 01:00:00 } }
    ) {
        $records = @(& $Command)
        $records | Should -HaveCount 1
        $records[0].Data | Should -Be $bytes
    }

    It 'become one record each where they are arrays' {
        $records = @([byte[]] (1, 2), [byte[]] (3, 4) | Add-PeerRecord notes $type -Lifetime 01:00:00)
        $records | Should -HaveCount 2
        $records[1].Data | Should -Be 3, 4
    }

    It 'is a record a line' {
        ('one', '2' | Add-PeerRecord notes $type -Lifetime 01:00:00).Text | Should -Be one, '2'
        ('one', '2' | Add-PeerRecord -Group Friends $type -Lifetime 01:00:00).Text | Should -Be one, '2'
    }

    It 'add nothing with -WhatIf' {
        $before = @(Get-PeerRecord notes).Count
        $bytes | Add-PeerRecord notes $type -Lifetime 01:00:00 -WhatIf | Should -BeNullOrEmpty
        @(Get-PeerRecord notes).Count | Should -Be $before
    }
}

Describe 'What an object brings through a pipeline' {
    BeforeAll {
        $type = [guid]::NewGuid()
        $line = Join-Path $sandbox 'line'
        Set-Content $line 'a line' -NoNewline
    }

    It 'is in the record: <Brings>, <Into>' -ForEach @(
        foreach ($into in '-Graph notes', '-Group Friends') {
            @(
                @{ Brings = 'text'; Object = { [pscustomobject]@{ Type = $type; Text = 'hello'; Lifetime = '1:00' } }; Data = 'hello' }
                @{ Brings = 'text alone'; Object = { [pscustomobject]@{ Text = 'hello' } }; Data = 'hello' }
                @{ Brings = 'bytes'; Object = { [pscustomobject]@{ Type = $type; Data = [byte[]] (104, 105); Lifetime = '1:00' } }; Data = 'hi' }
                @{ Brings = 'a byte'; Object = { [pscustomobject]@{ Type = $type; Data = [byte[]] 33; Lifetime = '1:00' } }; Data = '!' }
                @{ Brings = 'JSON'; Object = { '{ "Data": [104, 105] }' | ConvertFrom-Json }; Data = 'hi' }
                @{ Brings = 'a path'; Object = { [pscustomobject]@{ Type = $type; Path = $line; Lifetime = '1:00' } }; Data = 'a line' }
                @{ Brings = 'a file'; Object = { Get-Item $line }; Data = 'a line' }
                @{ Brings = 'lines of a file'; Object = { Get-Content $line }; Data = 'a line' }
                @{ Brings = 'bytes of a file'; Object = { Get-Content $line -AsByteStream }; Data = 'a line' }
                @{ Brings = 'text that is a number'; Object = { '5' }; Data = '5' }
                @{ Brings = 'bytes and their text'; Object = { [pscustomobject]@{ Data = [byte[]] (104, 105); Text = 'hi' } }; Data = 'hi' }
                @{ Brings = 'empty text'; Object = { [pscustomobject]@{ Type = $type; Text = '' } }; Data = '' }
                @{ Brings = 'no bytes'; Object = { [pscustomobject]@{ Type = $type; Data = [byte[]]::new(0) } }; Data = '' }
            ) | ForEach-Object { $_ + @{ Into = $into } }
        }
    ) {
        $target = if ($Into -like '-Group*') { @{ Group = 'Friends' } } else { @{ Graph = 'notes' } }
        $piped = & $Object
        foreach ($name in 'Type', 'Lifetime') {
            if ($piped.PSObject.Properties.Name -notcontains $name) { $target[$name] = if ($name -eq 'Type') { $type } else { '1:00' } }
        }
        $records = @($piped | Add-PeerRecord @target)
        $records | Should -HaveCount 1
        $records.Text | Should -BeExactly $Data
    }

    It 'is each object''s own' {
        $records = @(
            [pscustomobject]@{ Text = 'one' }, [pscustomobject]@{ Data = [byte[]] (50, 50) }, [pscustomobject]@{ Path = $line }, [pscustomobject]@{ Data = [byte[]] 51 }, [pscustomobject]@{ Text = 'five' } |
                Add-PeerRecord notes $type -Lifetime 1:00
        )
        $records.Text | Should -Be one, 22, 'a line', 3, five
    }

    It 'is copied from graph to graph, whole' {
        $null = New-PeerGraph copies
        $bytes = Add-PeerRecord notes ($kind = [guid]::NewGuid()) -Data 0xff, 0xfe -Lifetime 1:00
        $text = Add-PeerRecord notes $kind -Text copied -Lifetime 1:00 -Attribute @{ color = 'red' }
        $copies = @($bytes, $text | Add-PeerRecord -Graph copies)
        $copies[0].Data | Should -Be 0xff, 0xfe
        $copies[1].Text | Should -BeExactly copied
        $copies[1].Attributes['color'] | Should -BeExactly red
        $copies.Expires | Should -Be $bytes.Expires, $text.Expires
        Disconnect-PeerGraph copies -NoPersist
    }

    It 'gives way to what is named' {
        ([pscustomobject]@{ Text = 'piped' } | Add-PeerRecord notes $type -Data 104, 105 -Lifetime 1:00).Text | Should -BeExactly hi
        (Get-Item $line | Add-PeerRecord notes $type -Text named -Lifetime 1:00).Text | Should -BeExactly named
    }

    It 'is missed where it is not there: <Brings>' -ForEach @(
        @{ Brings = 'nothing'; Target = @{ Graph = 'notes' }; Object = { [pscustomobject]@{ Type = $type; Lifetime = '1:00' } } }
        @{ Brings = 'nothing'; Target = @{ Group = 'Friends' }; Object = { [pscustomobject]@{ Type = $type; Lifetime = '1:00' } } }
        @{ Brings = 'its graph'; Target = @{}; Object = { [pscustomobject]@{ Graph = 'notes'; Type = $type; Lifetime = '1:00' } } }
        @{ Brings = 'another property'; Target = @{ Graph = 'notes' }; Object = { [pscustomobject]@{ Type = $type; Lifetime = '1:00'; Content = 'lost' } } }
        @{ Brings = 'two contents'; Target = @{ Graph = 'notes' }; Object = { [pscustomobject]@{ Type = $type; Lifetime = '1:00'; Text = 'this'; Data = 1, 2 } } }
    ) {
        $before = @(Get-PeerRecord notes).Count
        & $Object | Add-PeerRecord @Target -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeExactly 'E_INVALIDARG,PeerNet.PowerShell.Commands.AddPeerRecordCommand'
        $failure.Exception.Message | Should -Match '-Data'
        @(Get-PeerRecord notes).Count | Should -Be $before
        { Add-PeerRecord notes $type -Text a -Data 1 -Lifetime 1:00 } | Should -Throw -ErrorId 'E_INVALIDARG*'
    }

    It 'is asked for where a record is to change' {
        $record = Add-PeerRecord notes $type -Text first -Lifetime 1:00
        { [pscustomobject]@{ GraphId = 'notes'; Id = $record.Id; Text = 'lost' } | Set-PeerRecord } | Should -Throw -ErrorId 'E_INVALIDARG*'
        $record | Get-PeerRecord | ForEach-Object Version | Should -Be 1
    }

    It 'changes an object that is shown' {
        $id = [guid]::NewGuid()
        Set-PeerObject $id -Text first
        $text = { [System.Text.Encoding]::UTF8.GetString((Get-PeerObject $id).Data) }
        [pscustomobject]@{ Id = $id; Text = 'second' } | Set-PeerObject
        & $text | Should -BeExactly second
        [pscustomobject]@{ Id = $id; Path = $line } | Set-PeerObject
        & $text | Should -BeExactly 'a line'
        'third' | Set-PeerObject $id
        & $text | Should -BeExactly third
        Get-Content $line | Set-PeerObject $id
        & $text | Should -BeExactly 'a line'
        [byte[]] (104, 105) | Set-PeerObject $id
        & $text | Should -BeExactly hi
        Get-PeerObject $id | Set-PeerObject -Scope NearMe
        & $text | Should -BeExactly hi
        { Set-PeerObject $id -Text a -Data 1 } | Should -Throw -ErrorId 'E_INVALIDARG*'
    }

    # Where the usual parameter set is content with a part of what an object brings, PowerShell does not look at the rest.
    It 'is not passed over: <Command> (<Set>) -<Parameter>' -ForEach $properties {
        $trace = Join-Path $sandbox 'binding'
        $piped = [pscustomobject]$Sample
        $all = $Arguments + $(if ((Get-Command $Command).Parameters['WhatIf']) { @{ WhatIf = $true } } else { @{} })
        $global:Error.Clear()
        Trace-Command ParameterBinding { $piped | & $Command @all -ErrorAction SilentlyContinue } -FilePath $trace *>&1 | Out-Null
        $isRefused = $global:Error.Count -gt 0 -and $global:Error[-1].Exception -is [System.Management.Automation.ParameterBindingException]
        if (-not $isRefused) { $trace | Should -FileContentMatch "BIND arg .* to param \[$Parameter\] SUCCESSFUL" }
        Remove-Item $trace
    }
}

Describe 'A time span' {
    It 'needs its unit: <Cmdlet> -<Parameter>' -ForEach @(
        @{ Cmdlet = 'Add-PeerRecord'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'Set-PeerRecord'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'Register-PeerName'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'Export-PeerIdentity'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'New-PeerGraph'; Parameter = 'PresenceLifetime' }
        @{ Cmdlet = 'Set-PeerGraph'; Parameter = 'PresenceLifetime' }
        @{ Cmdlet = 'New-PeerGroup'; Parameter = 'MemberLifetime' }
        @{ Cmdlet = 'New-PeerGroup'; Parameter = 'PresenceLifetime' }
        @{ Cmdlet = 'Set-PeerGroupMember'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'New-PeerGroupInvitation'; Parameter = 'Lifetime' }
        @{ Cmdlet = 'Set-PeerCache'; Parameter = 'MaxAge' }
        @{ Cmdlet = 'Set-PeerDistribution'; Parameter = 'MinimumLatency' }
    ) {
        foreach ($number in 30, '30', 1.5, 30L) {
            $arguments = @{ $Parameter = $number }
            { & $Cmdlet @arguments -WhatIf } | Should -Throw -ExpectedMessage '*no unit of time*'
        }
        { Add-PeerRecord notes ([guid]::NewGuid()) -Lifetime 30 } | Should -Throw -ExpectedMessage '*00:00:30*'
    }

    It 'is read the same way by every parameter' {
        $transformed = { param($parameter) $parameter.Attributes.Where{ $_.GetType().Name -eq 'TimeSpanTransformationAttribute' } }
        Get-Command -Module PeerNet | ForEach-Object { $_.Parameters.Values } |
            Where-Object { $_.ParameterType -in [timespan], [Nullable[timespan]] -and -not (& $transformed $_) } |
            ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'is a second at least where something is to last' {
        { Add-PeerRecord notes ([guid]::NewGuid()) -Lifetime 00:00:00.5 } | Should -Throw -ExpectedMessage '*a second*'
    }
}
