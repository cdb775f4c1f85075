BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
    Start-PeerNode -ListenAddress 127.0.0.1, ::1
    Set-PeerDistribution -Mode Local

    # Puts new content into the cache, and writes its information.
    function Add-CachedContent([int] $Length = 100KB, [guid] $Tag = [guid]::Empty, [int] $Version = 1) {
        $file = New-RandomFile -Length $Length
        $information = Get-PeerContentInformation -Path $file.FullName -Version $Version
        $null = $information | Receive-PeerContent -OutFile (Get-SandboxPath) -SourcePath $file.FullName -Tag $Tag
        $information
    }

    function Get-DataCache {
        Get-PeerCache Data -IncludeSegment
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Get-PeerCache' {
    BeforeAll {
        Clear-PeerCache -Type All -Force
        $tag = [guid]::NewGuid()
        $tagged = Add-CachedContent -Tag $tag
        $other = Add-CachedContent -Version 2
    }

    It 'tells of both caches, and of each' {
        (Get-PeerCache).Type | Should -Be Data, Hash
        (Get-PeerCache Hash).Type | Should -Be Hash
        $data = Get-PeerCache Data
        $data.Node | Should -BeExactly default
        $data.Path | Should -Exist
        $data.CurrentSize | Should -BeGreaterOrEqual 200KB
        $data.MaxSize | Should -BeGreaterThan $data.CurrentSize
        $data.ActiveSegments | Should -Be (1 + $other.Segments.Count)
        $data.MaxAge | Should -BeGreaterThan ([timespan]::Zero)
        $data.Extensions | Should -BeNullOrEmpty
    }

    It 'lists segments where it is asked to' {
        (Get-PeerCache Data).Segments | Should -BeNullOrEmpty
        $segments = (Get-DataCache).Segments
        @($tagged.Segments.Id) + $other.Segments.Id | Sort-Object | Should -Be ($segments.SegmentId | Sort-Object)
        $segments | ForEach-Object { $_.BlocksHeld | Should -Be $_.BlockCount }
        $segments | ForEach-Object { $_.LastUsed.Offset | Should -Be ([timespan]::Zero) }
    }

    It 'lists the segments of a tag' {
        (Get-PeerCache Data -Tag $tag).Segments.SegmentId | Should -Be $tagged.Segments.Id
        (Get-PeerCache Data -Tag ([guid]::NewGuid())).Segments | Should -BeNullOrEmpty
    }

    It 'lists the segments asked for: by <_>' -ForEach 'text', 'segment', 'information' {
        $id = switch ($_) {
            text { "$($tagged.Segments[0].Id)" }
            segment { (Get-PeerCache Data -Tag $tag).Segments }
            information { $tagged.Segments }
        }
        (Get-PeerCache Data -SegmentId $id).Segments.SegmentId | Should -Be $tagged.Segments.Id
    }

    It 'says which segment it does not have' {
        $unknown = 'ab' * 32
        $failure = Get-Failure { Get-PeerCache Data -SegmentId $unknown, $tagged.Segments[0].Id }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $failure.TargetObject | Should -BeExactly $unknown
    }

    It 'refuses before it begins: <_>' -ForEach 'xyz', 'ab', ('ab' * 65) {
        { Get-PeerCache -SegmentId $_ } | Should -Throw -ErrorId 'ParameterArgument*,*'
    }

    It 'shows tables within 120 columns' {
        Get-PeerCache | Format-Table | Out-String -Width 120 | Should -Match 'Type +Used +Limit +Entries'
        (Get-DataCache).Segments | Format-Table | Out-String -Width 120 | Should -Match "100 KiB .*$($tagged.Segments[0].Id)"
    }
}

Describe 'Set-PeerCache' {
    AfterEach {
        Clear-PeerCache -Force
        (Get-PeerCache Data).Extensions | ForEach-Object { Set-PeerCache -RemoveExtension $_.Path -Force }
        Set-PeerCache -Percentage 5 -Force
    }

    It 'limits the cache in bytes and as a share of the disk' {
        (Set-PeerCache -SizeBytes 20MB -PassThru).MaxSize | Should -Be 20MB
        $share = Set-PeerCache -Percentage 10 -PassThru
        $share.Percentage | Should -Be 10
        $share.MaxSize | Should -BeGreaterThan 20MB
    }

    It 'keeps the limits when the node starts again' {
        Set-PeerCache -SizeBytes 30MB -MaxAge (New-TimeSpan -Days 7)
        Stop-PeerNode
        Start-PeerNode -ListenAddress 127.0.0.1, ::1
        $cache = Get-PeerCache Data
        $cache.MaxSize | Should -Be 30MB
        $cache.MaxAge.TotalDays | Should -Be 7
    }

    It 'evicts what was used longest ago, and says so to whoever confirms' {
        $old = Add-CachedContent 1MB
        $recent = Add-CachedContent 1MB
        $null = $old | Receive-PeerContent -OutFile (Get-SandboxPath)
        $newest = Add-CachedContent 1MB
        Set-PeerCache -SizeBytes 2.5MB -Force
        $held = (Get-DataCache).Segments.SegmentId
        $held | Should -Contain $old.Segments[0].Id
        $held | Should -Contain $newest.Segments[0].Id
        $held | Should -Not -Contain $recent.Segments[0].Id
        (Get-PeerCache Data).CurrentSize | Should -BeLessOrEqual 2.5MB
    }

    It 'stays below its limit however much comes' {
        Set-PeerCache -SizeBytes 3MB
        $files = 1..6 | ForEach-Object { Add-CachedContent 1MB }
        (Get-PeerCache Data).CurrentSize | Should -BeLessOrEqual 3MB
        (Get-DataCache).Segments.SegmentId | Should -Contain $files[-1].Segments[0].Id
    }

    It 'asks before it removes content, and does nothing where nobody answers' {
        $null = Add-CachedContent 2MB
        { Set-PeerCache -SizeBytes 1MB -ErrorAction Stop } | Should -Throw
        $cache = Get-PeerCache Data
        $cache.MaxSize | Should -BeGreaterThan 1MB
        $cache.ActiveSegments | Should -Be 1
    }

    It 'moves with what is in it' {
        $kept = Add-CachedContent
        $folder = Get-SandboxPath
        $former = (Get-PeerCache Data).Path
        (Set-PeerCache -MoveTo $folder -Force -PassThru).Path | Should -BeExactly $folder
        (Get-DataCache).Segments.SegmentId | Should -Be $kept.Segments.Id
        ($kept | Receive-PeerContent -OutFile (Get-SandboxPath)).BytesFromCache | Should -Be 100KB
        Get-ChildItem $former -Recurse -File -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'does not move into a folder that has something in it' {
        $folder = New-Item (Get-SandboxPath) -ItemType Directory
        Set-Content (Join-Path $folder 'mine') 'mine'
        $former = (Get-PeerCache Data).Path
        $failure = Get-Failure { Set-PeerCache -MoveTo $folder.FullName -Force }
        $failure.CategoryInfo.Category | Should -Be ResourceExists
        "$($failure.TargetObject)" | Should -BeExactly $folder.FullName
        (Get-PeerCache Data).Path | Should -BeExactly $former
        Get-Content (Join-Path $folder 'mine') | Should -BeExactly 'mine'
    }

    It 'grows by an extension, and gives it up with its content' {
        Set-PeerCache -SizeBytes 2MB
        $folder = Get-SandboxPath
        $cache = Set-PeerCache -AddExtension $folder -SizeBytes 4MB -PassThru
        $cache.Extensions.Path | Should -BeExactly $folder
        $cache.Extensions.MaxSize | Should -Be 4MB
        $many = 1..5 | ForEach-Object { Add-CachedContent 1MB }
        (Get-DataCache).ActiveSegments | Should -BeGreaterThan 2
        (Get-PeerCache Data).Extensions.CurrentSize | Should -BeGreaterThan 1MB
        $many | ForEach-Object { $_ | Receive-PeerContent -OutFile (Get-SandboxPath) -ErrorAction SilentlyContinue } |
            ForEach-Object Verified | Should -Not -Contain $false

        Set-PeerCache -RemoveExtension $folder -Force
        $rest = Get-DataCache
        $rest.Extensions | Should -BeNullOrEmpty
        $rest.CurrentSize | Should -BeLessOrEqual 2MB
        Get-ChildItem $folder -Recurse -File -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'does not grow into a folder that has something in it' {
        $folder = New-Item (Get-SandboxPath) -ItemType Directory
        Set-Content (Join-Path $folder 'mine') 'mine'
        $failure = Get-Failure { Set-PeerCache -AddExtension $folder.FullName -SizeBytes 4MB -Force }
        $failure.CategoryInfo.Category | Should -Be ResourceExists
        (Get-PeerCache Data).Extensions | Should -BeNullOrEmpty
        (Get-ChildItem $folder -Force).Name | Should -BeExactly 'mine'
    }

    It 'does not know an extension that was not added' {
        $unknown = Get-SandboxPath
        $failure = Get-Failure { Set-PeerCache -RemoveExtension $unknown -Force }
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -BeExactly $unknown
    }

    It 'changes nothing with -WhatIf' {
        $before = Get-PeerCache Data
        $folder = Get-SandboxPath
        Set-PeerCache -SizeBytes 1MB -MoveTo $folder -MaxAge (New-TimeSpan -Days 1) -Compact -WhatIf
        Set-PeerCache -AddExtension $folder -SizeBytes 1MB -WhatIf
        Set-PeerCache -RemoveExtension $folder -WhatIf
        $after = Get-PeerCache Data
        $after.MaxSize, $after.Path, $after.MaxAge, $after.Extensions.Count |
            Should -Be $before.MaxSize, $before.Path, $before.MaxAge, $before.Extensions.Count
        $folder | Should -Not -Exist
    }

    It 'takes the data cache from the pipeline, and refuses the other' {
        (Get-PeerCache Data | Set-PeerCache -SizeBytes 25MB -PassThru).MaxSize | Should -Be 25MB
        (Get-Failure { Get-PeerCache Hash | Set-PeerCache -SizeBytes 25MB }).FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
    }

    It 'compacts' {
        $null = Add-CachedContent 1MB
        (Set-PeerCache -Compact -PassThru).ActiveSegments | Should -Be 1
    }

    It 'wants something to change' {
        $failure = Get-Failure { Set-PeerCache }
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure.Exception.Message | Should -Match '-SizeBytes'
    }

    It 'refuses before it begins: <Name>' -ForEach @(
        @{ Name = 'no bytes'; Arguments = @{ SizeBytes = 0 } }
        @{ Name = 'fewer bytes than a cache needs'; Arguments = @{ SizeBytes = 1MB - 1 } }
        @{ Name = 'no share'; Arguments = @{ Percentage = 0 } }
        @{ Name = 'more than all'; Arguments = @{ Percentage = 101 } }
        @{ Name = 'an age below a day'; Arguments = @{ MaxAge = [timespan] '23:59:59' } }
        @{ Name = 'an age above 3,650 days'; Arguments = @{ MaxAge = [timespan] '3650.00:00:01' } }
    ) {
        { Set-PeerCache @Arguments -WhatIf } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'does not take a size twice, nor an extension without one' {
        { Set-PeerCache -SizeBytes 10MB -Percentage 10 } | Should -Throw -ErrorId 'E_INVALIDARG,*'
        { Set-PeerCache -AddExtension (Get-SandboxPath) -RemoveExtension (Get-SandboxPath) } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}

Describe 'Clear-PeerCache' {
    BeforeEach {
        Clear-PeerCache -Force
        $tag = [guid]::NewGuid()
        $tagged = Add-CachedContent -Tag $tag
        $other = Add-CachedContent
    }

    It 'removes everything, without asking with -Force or -Confirm:$false' {
        Clear-PeerCache -Confirm:$false
        (Get-DataCache).Segments | Should -BeNullOrEmpty
    }

    It 'asks first, and removes nothing where nobody answers' {
        { Clear-PeerCache -ErrorAction Stop } | Should -Throw
        (Get-DataCache).ActiveSegments | Should -Be 2
    }

    It 'removes what has a tag' {
        Clear-PeerCache -Tag $tag
        (Get-DataCache).Segments.SegmentId | Should -Be $other.Segments.Id
    }

    It 'removes segments: <_>' -ForEach 'by id', 'from the pipeline', 'of an information' {
        switch ($_) {
            'by id' { Clear-PeerCache -SegmentId "$($tagged.Segments[0].Id)" }
            'from the pipeline' { (Get-PeerCache Data -Tag $tag).Segments | Clear-PeerCache }
            'of an information' { $tagged.Segments | Clear-PeerCache }
        }
        (Get-DataCache).Segments.SegmentId | Should -Be $other.Segments.Id
    }

    It 'removes nothing with -WhatIf' {
        Clear-PeerCache -WhatIf
        Clear-PeerCache -Tag $tag -WhatIf
        Clear-PeerCache -SegmentId $tagged.Segments -WhatIf
        (Get-DataCache).ActiveSegments | Should -Be 2
    }

    It 'leaves published files alone' {
        $file = New-RandomFile
        $null = Publish-PeerContent $file.FullName -AddToCache -ContentId kept
        Clear-PeerCache -Type All -Force
        $file.FullName | Should -Exist
        (Get-PeerContentInformation kept -Version 1).Length | Should -Be 100KB
        Unpublish-PeerContent kept
    }

    It 'clears the cache that comes through the pipeline' {
        Get-PeerCache Data | Clear-PeerCache -Force
        (Get-DataCache).ActiveSegments | Should -Be 0
    }
}

Describe 'Export-PeerCache and Import-PeerCache' {
    BeforeAll {
        Clear-PeerCache -Force
        $content = Add-CachedContent 300KB -Version 2
        $package = Get-SandboxPath
        $written = Export-PeerCache $package -DataCache
    }

    It 'carry the cache to another node' {
        $written.FullName | Should -BeExactly $package
        if (-not $IsWindows) {
            [System.IO.File]::GetUnixFileMode($package) | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
        }

        Start-PeerNode -Name other -ListenAddress 127.0.0.1
        $tag = [guid]::NewGuid()
        $result = Import-PeerCache $package -Tag $tag -Node other
        $result.Segments | Should -Be $content.Segments.Count
        $result.Bytes | Should -Be 300KB
        $result.Rejected | Should -Be 0
        (Get-PeerCache Data -Tag $tag -Node other).Segments.SegmentId | Sort-Object | Should -Be ($content.Segments.Id | Sort-Object)
        $content | Receive-PeerContent -OutFile (Get-SandboxPath) -Node other | ForEach-Object BytesFromCache | Should -Be 300KB
        Stop-PeerNode other
    }

    It 'carry what was staged, with a list that leaves it out of the next package' {
        $staging, $list = (Get-SandboxPath), (Get-SandboxPath)
        $file = New-RandomFile -Length 200KB
        $null = Publish-PeerContent $file.FullName -ContentId staged -StageData -StagingPath $staging
        $null = Export-PeerCache (Get-SandboxPath) -StagingPath $staging -OutputReferenceFile $list
        $list | Should -Exist
        Clear-PeerCache -Force
        $again = Get-SandboxPath
        $null = Publish-PeerContent $file.FullName -ContentId staged -StageData -StagingPath $again -ReferenceFile $list -Force
        $result = Import-PeerCache (Export-PeerCache (Get-SandboxPath) -StagingPath $again).FullName
        $result.Bytes | Should -Be 0
        Unpublish-PeerContent staged
    }

    It 'overwrite with -Force only, and write nothing with -WhatIf' {
        (Get-Failure { Export-PeerCache $package -DataCache }).FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        (Export-PeerCache $package -DataCache -Force).FullName | Should -BeExactly $package
        $target = Get-SandboxPath
        Export-PeerCache $target -DataCache -WhatIf
        $target | Should -Not -Exist
    }

    It 'take nothing with -WhatIf' {
        Clear-PeerCache -Force
        Import-PeerCache $package -WhatIf
        (Get-DataCache).ActiveSegments | Should -Be 0
    }

    It 'take packages from the pipeline and by wildcards' {
        Clear-PeerCache -Force
        $information = Add-CachedContent
        $folder = New-Item (Get-SandboxPath) -ItemType Directory
        'one.pkg', 'two.pkg' | ForEach-Object { $null = Export-PeerCache (Join-Path $folder $_) -DataCache }
        Get-ChildItem $folder | Import-PeerCache | Should -HaveCount 2
        Import-PeerCache (Join-Path $folder '*.pkg') | Should -HaveCount 2
        (Get-DataCache).Segments.SegmentId | Should -Be $information.Segments.Id
    }

    It 'take of a damaged package what is sound, and say so' {
        Clear-PeerCache -Force
        $information = Add-CachedContent 200KB
        $path = (Export-PeerCache (Get-SandboxPath) -DataCache).FullName
        $bytes = [System.IO.File]::ReadAllBytes($path)
        $bytes[$bytes.Length - 70000] = $bytes[$bytes.Length - 70000] -bxor 1
        [System.IO.File]::WriteAllBytes($path, $bytes)
        Clear-PeerCache -Force
        $failure = Get-Failure { Import-PeerCache $path }
        $failure.CategoryInfo.Category | Should -Be InvalidData
        $failure.Exception.Message | Should -Match 'is damaged before byte'
        (Get-DataCache).Segments.BlocksHeld | Should -BeIn (1..3)
        $information | Receive-PeerContent -OutFile (Get-SandboxPath) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_MISSING_DATA,*'
    }

    It 'refuse what is no package: <_>' -ForEach 'other bytes', 'nothing', 'half', 'a folder' {
        $path = Get-SandboxPath
        $bytes = [System.IO.File]::ReadAllBytes($package)
        $kind = $_
        switch ($kind) {
            'other bytes' { [array]::Reverse($bytes) }
            'nothing' { [array]::Resize([ref] $bytes, 0) }
            'half' { [array]::Resize([ref] $bytes, $bytes.Length / 2) }
        }
        if ($kind -eq 'a folder') { $null = New-Item $path -ItemType Directory } else { [System.IO.File]::WriteAllBytes($path, $bytes) }
        $failure = Get-Failure { Import-PeerCache $path }
        $failure.CategoryInfo.Category | Should -Be InvalidData
        $failure.TargetObject | Should -BeExactly $path
        $failure.Exception.Message | Should -Match ([regex]::Escape($path))
    }

    It 'say which file is not there, and go on' {
        $missing = Get-SandboxPath
        $results = Import-PeerCache $missing, $package -ErrorVariable failure -ErrorAction SilentlyContinue
        $results | Should -HaveCount 1
        $failure[0].TargetObject | Should -BeExactly $missing
        (Get-Failure { Export-PeerCache (Get-SandboxPath) -StagingPath $missing }).CategoryInfo.Category | Should -BeIn ObjectNotFound, InvalidArgument
    }

    It 'say that the cache cannot be written' -Skip:$IsWindows {
        $file = New-RandomFile
        $information = Get-PeerContentInformation -Path $file.FullName -Version 1
        $path = (Get-PeerCache Data).Path
        Rename-Item $path "$path.away"
        try {
            $failure = Get-Failure { Import-PeerCache $file.FullName -Information $information }
        } finally {
            if (Test-Path $path) { Remove-Item $path -Recurse -Force }
            Rename-Item "$path.away" $path
        }
        $failure.TargetObject | Should -BeExactly $file.FullName
        $failure.Exception.Message | Should -Match 'could not be stored'
        (Get-PeerCache Data -IncludeSegment).Segments.SegmentId | Should -Not -Contain $information.Segments[0].Id
    }

    It 'take a file whose information is known' {
        $file = New-RandomFile
        $information = Get-PeerContentInformation -Path $file.FullName -Version 1
        (Import-PeerCache $file.FullName -Information $information).Bytes | Should -Be 100KB
        ($information | Receive-PeerContent -OutFile (Get-SandboxPath)).BytesFromCache | Should -Be 100KB
    }

    It 'take nothing of a file that is something else' {
        $information = Get-PeerContentInformation -Path (New-RandomFile).FullName -Version 1
        $result = Import-PeerCache (New-RandomFile).FullName -Information $information -WarningAction SilentlyContinue
        $result.Bytes | Should -Be 0
        $result.Rejected | Should -BeGreaterThan 0
        (Get-PeerCache Data -IncludeSegment).Segments.SegmentId | Should -Not -Contain $information.Segments[0].Id
    }
}

Describe 'Completion' {
    It 'offers the tags, segments and kinds of caches' {
        $tag = [guid]::NewGuid()
        $id = "$((Add-CachedContent -Tag $tag).Segments[0].Id)"
        function Get-Completion([string] $Line) { (TabExpansion2 $Line).CompletionMatches.ListItemText }
        Get-Completion "Get-PeerCache -Tag $("$tag".Substring(0, 8))" | Should -BeExactly "$tag"
        Get-Completion "Clear-PeerCache -SegmentId $($id.Substring(0, 12))" | Should -BeExactly $id
        Get-Completion 'Get-PeerCache -Type ' | Should -BeExactly All, Data, Hash
    }
}
