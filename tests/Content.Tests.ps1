BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    # Content has no need of a network here.
    Start-PeerNode -ListenAddress 127.0.0.1, ::1
    Set-PeerDistribution -Mode Local

    # A file with content that no other test has.
    function New-ContentFile {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
        param([string] $Path = (Join-Path $TestDrive "$([guid]::NewGuid().ToString('n')).bin"), [int] $Length = 300KB)

        $null = New-Item (Split-Path $Path) -ItemType Directory -Force
        [System.IO.File]::WriteAllBytes($Path, [System.Security.Cryptography.RandomNumberGenerator]::GetBytes($Length))
        Get-Item -LiteralPath $Path
    }

    function Get-Target {
        Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
    }

    function Get-ByteHash([System.IO.FileInfo] $File) {
        (Get-FileHash -LiteralPath $File.FullName).Hash
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Publish-PeerContent' {
    AfterEach {
        Get-PeerContentInformation -WarningAction Ignore | Unpublish-PeerContent -Confirm:$false
    }

    It 'describes a file in both versions' {
        $file = New-ContentFile
        $information = Publish-PeerContent $file.FullName
        $information.Version | Sort-Object | Should -Be V1, V2
        $information | ForEach-Object Length | Should -Be $file.Length, $file.Length
        $information.ContentId | Should -BeExactly $file.Name, $file.Name
        $information | ForEach-Object { ($_.Segments | Measure-Object Length -Sum).Sum } | Should -Be $file.Length, $file.Length
        $information[0].Node | Should -BeExactly default
    }

    It 'describes a file in the version asked for: <_>' -ForEach 1, 2 {
        (Publish-PeerContent (New-ContentFile).FullName -Version $_).Version | Should -Be "V$_"
    }

    It 'names the files of a folder by their paths in it' {
        $folder = New-Item (Get-Target) -ItemType Directory
        $null = New-ContentFile (Join-Path $folder 'a b.bin') 100
        $null = New-ContentFile (Join-Path $folder 'below/c.bin') 100

        (Publish-PeerContent $folder.FullName -Version 2).ContentId | Should -BeExactly 'a b.bin'
        (Publish-PeerContent $folder.FullName -Version 2 -Recurse -Force).ContentId | Should -BeExactly 'a b.bin', 'below/c.bin'
        (Publish-PeerContent $folder.FullName -Version 2 -Recurse -BaseUri http://server.example/files).ContentId |
            Should -BeExactly 'http://server.example/files/a%20b.bin', 'http://server.example/files/below/c.bin'
    }

    It 'publishes what a wildcard matches' {
        $folder = New-Item (Get-Target) -ItemType Directory
        'one.txt', 'two.txt', 'three.bin' | ForEach-Object { $null = New-ContentFile (Join-Path $folder $_) 100 }
        (Publish-PeerContent (Join-Path $folder '*.txt') -Version 1).ContentId | Should -BeExactly 'one.txt', 'two.txt'
        (Get-ChildItem $folder -Filter *.bin | Publish-PeerContent -Version 1).ContentId | Should -BeExactly 'three.bin'
    }

    It 'takes a literal path with the characters of wildcards' {
        $file = New-ContentFile (Join-Path $TestDrive 'a[1].bin') 100
        (Publish-PeerContent -LiteralPath $file.FullName -Version 1).ContentId | Should -BeExactly 'a[1].bin'
    }

    It 'publishes a stream, which stays open' {
        $stream = [System.IO.MemoryStream]::new([byte[]] (1..200))
        (Publish-PeerContent -InputStream $stream -ContentId stream -Version 1).Length | Should -Be 200
        $stream.CanRead | Should -BeTrue
        $stream.Dispose()
        { Publish-PeerContent -InputStream $stream -ContentId closed } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'does nothing with -WhatIf' {
        Publish-PeerContent (New-ContentFile).FullName -AddToCache -WhatIf
        Get-PeerContentInformation | Should -BeNullOrEmpty
    }

    It 'does not take an id twice, unless it replaces' {
        $first, $second = (New-ContentFile), (New-ContentFile)
        $null = Publish-PeerContent $first.FullName -ContentId shared
        Publish-PeerContent $second.FullName -ContentId shared -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_ALREADY_EXISTS,*'
        $failure[0].CategoryInfo.Category | Should -Be ResourceExists

        $replaced = Publish-PeerContent $second.FullName -ContentId shared -Version 1 -Force
        (Get-PeerContentInformation shared -Version 1).Segments.Id | Should -Be $replaced.Segments.Id
    }

    It 'warns of an empty file, and publishes it' {
        $file = New-ContentFile -Length 0
        $published = Publish-PeerContent $file.FullName -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -BeLike '*is empty*'
        $published.Length | Should -Be 0
        (Get-PeerContentInformation $file.Name).Length | Should -Be 0
        { Get-PeerContentInformation $file.Name -OutFile (Get-Target) -ErrorAction Stop } | Should -Throw -ErrorId 'E_INVALIDARG,*'
        { Unpublish-PeerContent $file.Name -ErrorAction Stop } | Should -Not -Throw
    }

    It 'goes on behind a file that it cannot read' {
        $good = New-ContentFile
        $missing = Get-Target
        (Publish-PeerContent -LiteralPath $missing, $good.FullName -Version 1 -ErrorVariable failure -ErrorAction SilentlyContinue).ContentId |
            Should -BeExactly $good.Name
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $failure[0].TargetObject | Should -BeExactly $missing
    }

    It 'does not follow links out of a folder by way of a linked folder' -Skip:$IsWindows {
        $folder = (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
        $outside = New-ContentFile
        $null = New-Item (Join-Path $folder 'd') -ItemType SymbolicLink -Value $outside.DirectoryName
        $null = New-Item (Join-Path $folder 'f.txt') -ItemType SymbolicLink -Value "d/$($outside.Name)"
        $published = Publish-PeerContent $folder -Recurse -ErrorVariable failure -ErrorAction SilentlyContinue
        $published | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_ACCESSDENIED,*'
        $failure[0].TargetObject | Should -BeExactly (Join-Path $folder 'f.txt')
    }

    It 'publishes what is beside a pipe, and says that a pipe is no file' -Skip:$IsWindows {
        $folder = (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
        $pipe = Join-Path $folder 'a.pipe'
        mkfifo $pipe
        $beside = New-ContentFile (Join-Path $folder 'b.bin')
        $published = Publish-PeerContent $folder -Version 2 -ErrorVariable failure -ErrorAction SilentlyContinue
        $published.ContentId | Should -BeExactly $beside.Name
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure[0].TargetObject | Should -BeExactly $pipe
    }

    It 'opens no pipe: <Name>' -Skip:$IsWindows -ForEach @(
        @{ Name = 'as content'; Use = { Get-PeerContentInformation -Path $args[0] @quiet } }
        @{ Name = 'as information'; Use = { Get-PeerContentInformation -InformationPath $args[0] @quiet } }
        @{ Name = 'as a package'; Use = { Import-PeerCache $args[0] -Confirm:$false @quiet } }
        @{ Name = 'as an identity'; Use = { Import-PeerIdentity $args[0] -Confirm:$false @quiet } }
    ) {
        $pipe = Join-Path $TestDrive ([guid]::NewGuid())
        mkfifo $pipe
        $quiet = @{ ErrorVariable = 'failure'; ErrorAction = 'SilentlyContinue' }
        try { . $Use $pipe } catch { $failure = $_ }
        "$failure" | Should -Match 'no regular file'
    }

    It 'does not follow links out of a folder' -Skip:$IsWindows {
        $outside = New-ContentFile
        $folder = New-Item (Get-Target) -ItemType Directory
        $null = New-ContentFile (Join-Path $folder 'inside.bin') 100
        $null = New-Item (Join-Path $folder 'link.bin') -ItemType SymbolicLink -Value $outside.FullName
        $null = New-Item (Join-Path $folder 'ring') -ItemType SymbolicLink -Value $folder.FullName
        (Publish-PeerContent $folder.FullName -Recurse -Version 1 -ErrorVariable failure -ErrorAction SilentlyContinue).ContentId |
            Should -BeExactly 'inside.bin'
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_ACCESSDENIED,*'
        $failure[0].TargetObject | Should -BeExactly (Join-Path $folder 'link.bin')
    }

    It 'refuses before it begins: <Name>' -ForEach @(
        @{ Name = 'a prefix that is no address'; Arguments = @{ HttpPrefix = 'files' } }
        @{ Name = 'a base address that is no web address'; Arguments = @{ BaseUri = 'file:///etc' } }
        @{ Name = 'staging to nowhere'; Arguments = @{ StageData = $true } }
        @{ Name = 'a reference without staging'; Arguments = @{ ReferenceFile = 'known' } }
        @{ Name = 'two ids'; Arguments = @{ ContentId = 'a'; BaseUri = 'http://server.example/' } }
    ) {
        { Publish-PeerContent (New-ContentFile).FullName @Arguments } | Should -Throw
        Get-PeerContentInformation | Should -BeNullOrEmpty
    }

    It 'refuses a path of another provider' {
        Publish-PeerContent Env:PATH -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
    }
}

Describe 'Unpublish-PeerContent' {
    It 'takes what Publish-PeerContent wrote, once' {
        $information = Publish-PeerContent (New-ContentFile).FullName
        $information | Unpublish-PeerContent -ErrorVariable failure
        $failure | Should -BeNullOrEmpty
        Get-PeerContentInformation | Should -BeNullOrEmpty
    }

    It 'leaves the information usable' {
        $file = New-ContentFile
        $information = Publish-PeerContent $file.FullName -AddToCache -Version 1
        Unpublish-PeerContent $file.Name
        $copy = $information | Receive-PeerContent -OutFile (Get-Target) -PassThru
        Get-ByteHash $copy | Should -Be (Get-ByteHash $file)
    }

    It 'reports each id that is not published, and nothing with -WhatIf' {
        'no', 'neither' | Unpublish-PeerContent -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $failure.TargetObject | Should -BeExactly 'no', 'neither'
        { Unpublish-PeerContent no -WhatIf -ErrorAction Stop } | Should -Not -Throw
    }
}

Describe 'Get-PeerContentInformation' {
    BeforeAll {
        $file = New-ContentFile (Join-Path $TestDrive 'described.bin') 40MB
        $null = Publish-PeerContent $file.FullName
        $known = Get-PeerContentInformation described.bin -Version 1
    }

    It 'finds published content by wildcards, and says which id is not published' {
        (Get-PeerContentInformation desc* -Version 2).ContentId | Should -BeExactly described.bin
        Get-PeerContentInformation nothing* | Should -BeNullOrEmpty
        Get-PeerContentInformation nothing -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        $failure[0].TargetObject | Should -BeExactly nothing
    }

    It 'describes a file as publishing it would, without publishing' {
        $copy = Copy-Item $file (Join-Path $TestDrive 'copy.bin') -PassThru
        $computed = Get-PeerContentInformation -Path $copy.FullName -Version 1
        $computed.Segments.Id | Should -Be $known.Segments.Id
        (Get-PeerContentInformation).ContentId | Sort-Object -Unique | Should -BeExactly described.bin
    }

    It 'describes a range by the segments that it touches' {
        $range = Get-PeerContentInformation described.bin -Version 1 -Offset 33MB -Length 1MB
        $range.Segments.Id | Should -Be $known.Segments[1].Id
        Get-PeerContentInformation described.bin -Version 1 -Offset 50MB -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_OUT_OF_BOUNDS,*'
        "$failure" | Should -BeLike "Byte $(50MB) is not within the $($file.Length) bytes from 0 *"
    }

    It 'writes a file for its owner alone, and reads it again' {
        $path = Join-Path $TestDrive 'written.pcci'
        $written = Get-PeerContentInformation described.bin -Version 1 -OutFile $path
        $written.FullName | Should -BeExactly $path
        if (-not $IsWindows) {
            [System.IO.File]::GetUnixFileMode($path) | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
        }

        (Get-PeerContentInformation -InformationPath $path).Segments.Id | Should -Be $known.Segments.Id
        $bytes = [System.IO.File]::ReadAllBytes($path)
        (Get-PeerContentInformation -InputBytes $bytes).Length | Should -Be $file.Length
    }

    It 'overwrites with -Force only, and asks nothing of the file with -WhatIf' {
        $path = Join-Path $TestDrive 'once.pcci'
        Get-PeerContentInformation described.bin -Version 1 -OutFile $path -WhatIf
        $path | Should -Not -Exist
        $null = Get-PeerContentInformation described.bin -Version 1 -OutFile $path
        Get-PeerContentInformation described.bin -Version 1 -OutFile $path -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        (Get-PeerContentInformation described.bin -Version 1 -OutFile $path -Force).Name | Should -BeExactly once.pcci
    }

    It 'writes one information into a file' {
        (Get-PeerContentInformation described.bin -OutFile (Get-Target)).Count | Should -Be 1
        $null = Get-PeerContentInformation described.bin -Version Both -OutFile (Get-Target) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure[0].Exception.Message | Should -Match '-Version'
    }

    It 'refuses what is no content information' {
        Get-PeerContentInformation -InputBytes ([byte[]] (1..100)) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -Match '^PEERDIST_ERROR_(CANNOT_PARSE_CONTENTINFO|CONTENTINFO_VERSION_UNSUPPORTED),'
        $failure[0].CategoryInfo.Category | Should -Be InvalidData
    }

    It 'refuses damaged information: <_>' -ForEach 'cut', 'longer' {
        $path = Join-Path $TestDrive "$_.pcci"
        $null = Get-PeerContentInformation described.bin -Version 1 -OutFile $path
        $bytes = [System.IO.File]::ReadAllBytes($path)
        $damaged = if ($_ -eq 'cut') { $bytes[0..($bytes.Length - 2)] } else { $bytes + [byte] 0 }
        [System.IO.File]::WriteAllBytes($path, $damaged)
        Get-PeerContentInformation -InformationPath $path -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_CANNOT_PARSE_CONTENTINFO,*'
        $failure[0].Exception.Message | Should -Match ([regex]::Escape($path))
    }

    It 'shows no secret' {
        $shown = ($known | Format-List *), ($known.Segments | Format-List *), $known, $known.Segments | Out-String
        $shown | Should -Not -Match 'Secret'
        "$known" | Should -BeExactly "described.bin: $($file.Length) bytes in 2 segments"
    }
}

Describe 'Receive-PeerContent' {
    BeforeAll {
        $file = New-ContentFile (Join-Path $TestDrive 'received.bin') 300KB
        $information = Publish-PeerContent $file.FullName -AddToCache
    }

    It 'brings back from the own cache what was published: version <_>' -ForEach 'V1', 'V2' {
        $target = Get-Target
        $receipt = $information | Where-Object Version -EQ $_ | Receive-PeerContent -OutFile $target
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
        $receipt.Path | Should -BeExactly $target
        $receipt.Verified | Should -BeTrue
        $receipt.BytesFromCache | Should -Be $file.Length
        $receipt.Length | Should -Be $file.Length
    }

    It 'goes into a folder under the name of the content' {
        $folder = New-Item (Get-Target) -ItemType Directory
        ($information[0] | Receive-PeerContent -OutFile $folder.FullName -PassThru).FullName | Should -BeExactly (Join-Path $folder 'received.bin')
    }

    It 'overwrites with -Force only' {
        $target = Get-Target
        Set-Content $target 'mine'
        $information[0] | Receive-PeerContent -OutFile $target -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        Get-Content $target | Should -BeExactly 'mine'
        $null = $information[0] | Receive-PeerContent -OutFile $target -Force
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
    }

    It 'leaves nothing with -WhatIf' {
        $target = Get-Target
        $information[0] | Receive-PeerContent -OutFile $target -WhatIf
        "$target*" | Should -Not -Exist
    }

    It 'brings a range' {
        $target = Get-Target
        $receipt = $information[0] | Receive-PeerContent -OutFile $target -Offset 70000 -Length 100000
        $receipt.Length | Should -Be 100000
        $expected = [System.IO.File]::ReadAllBytes($file.FullName)[70000..169999]
        [System.Linq.Enumerable]::SequenceEqual([byte[]] $expected, [System.IO.File]::ReadAllBytes($target)) | Should -BeTrue

        $information[0] | Receive-PeerContent -OutFile (Get-Target) -Offset 1MB -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_OUT_OF_BOUNDS,*'
    }

    It 'takes information from a file, and what nobody has from a source' {
        $source = New-ContentFile
        $path = Get-PeerContentInformation -Path $source.FullName -Version 2 -OutFile (Get-Target)
        $target = Get-Target
        $receipt = Receive-PeerContent $path.FullName -OutFile $target -SourcePath $source.FullName
        $receipt.BytesFromSource | Should -Be $source.Length
        Get-ByteHash $target | Should -Be (Get-ByteHash $source)
    }

    It 'names the ranges that nobody has' {
        $source = New-ContentFile
        $unknown = Get-PeerContentInformation -Path $source.FullName -Version 1
        $target = Get-Target
        $unknown | Receive-PeerContent -OutFile $target -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_MISSING_DATA,*'
        $failure[0].Exception.Message | Should -Match '\b0\b.*307199'
        $target | Should -Not -Exist
    }

    It 'does not take a source that has other content' {
        $source, $other = (New-ContentFile), (New-ContentFile)
        $unknown = Get-PeerContentInformation -Path $source.FullName -Version 1
        $target = Get-Target
        $unknown | Receive-PeerContent -OutFile $target -SourcePath $other.FullName -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.Count | Should -Be 1
        $target | Should -Not -Exist
    }

    It 'leaves the cache alone with -NoCache' {
        $source = New-ContentFile
        $unknown = Get-PeerContentInformation -Path $source.FullName -Version 1
        $receipt = $unknown | Receive-PeerContent -OutFile (Get-Target) -SourcePath $source.FullName -NoCache
        $receipt.BytesFromSource | Should -Be $source.Length
        Get-PeerCache Data -SegmentId $unknown.Segments -ErrorAction SilentlyContinue -ErrorVariable failure |
            ForEach-Object Segments | Should -BeNullOrEmpty
        $failure.Count | Should -Be 1
    }

    It 'wants a name for the file' {
        $information[0] | Receive-PeerContent -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure[0].Exception.Message | Should -Match '-OutFile'
    }

    It 'does not let a server name the file: <_>' -ForEach 'http://h.example/..%2fx', 'http://h.example/a%1bb', 'http://h.example/' {
        Receive-PeerContent -Uri $_ -OutFile $TestDrive -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
    }

    It 'refuses what is neither information nor a file of it' {
        { Receive-PeerContent 42 -OutFile (Get-Target) } | Should -Throw '*neither content information nor the path of a file*'
        42 | Receive-PeerContent -OutFile (Get-Target) -ErrorVariable failure -ErrorAction SilentlyContinue
        Receive-PeerContent (Get-Target) -OutFile (Get-Target) -ErrorVariable missing -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
        $missing.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
    }

    It 'shows the receipt within 120 columns' {
        $receipt = $information[0] | Receive-PeerContent -OutFile (Get-Target)
        $text = $receipt | Format-Table | Out-String -Width 120
        $text | Should -Match 'Verified +Length +Cache +Peers'
        $text | Should -Match '300 KiB'
    }

    It 'keeps what a server sent plain when the server has hashed it' {
        $served = New-ContentFile
        $prefix = Get-FreePrefix
        $null = Publish-PeerContent $served.FullName -HttpPrefix $prefix
        $served = New-ContentFile $served.FullName 400KB
        $tag = [guid]::NewGuid()
        try {
            $plain = Receive-PeerContent -Uri "$prefix$($served.Name)" -OutFile (Get-Target) -Tag $tag -WarningVariable warned -WarningAction SilentlyContinue
            $plain.Verified | Should -BeFalse
            $warned | Should -BeLike '*without content information*'

            Wait-Until { ((Get-PeerCache -Type Data -Tag $tag).Segments | Measure-Object Length -Sum).Sum -ge 400KB }
            ((Get-PeerCache -Type Data -Tag $tag).Segments | Measure-Object Length -Sum).Sum | Should -Be 400KB

            $target = Get-Target
            $receipt = Receive-PeerContent -Uri "$prefix$($served.Name)" -OutFile $target
            $receipt.Verified | Should -BeTrue
            $receipt.BytesFromCache | Should -Be 400KB
            Get-ByteHash $target | Should -Be (Get-ByteHash $served)
        } finally {
            Unpublish-PeerContent $served.Name -Confirm:$false
        }
    }
}

Describe 'Completion' {
    It 'offers ids of content, segments and tags' {
        $tag = [guid]::NewGuid()
        $file = New-ContentFile
        $information = Get-PeerContentInformation -Path $file.FullName -Version 1
        $null = $information | Receive-PeerContent -OutFile (Get-Target) -SourcePath $file.FullName -Tag $tag
        $null = Publish-PeerContent $file.FullName -ContentId completed
        function Get-Completion([string] $Line) { (TabExpansion2 $Line).CompletionMatches.ListItemText }

        Get-Completion 'Unpublish-PeerContent comp' | Should -BeExactly completed
        Get-Completion "Clear-PeerCache -Tag $("$tag".Substring(0, 8))" | Should -BeExactly "$tag"
        Get-Completion "Get-PeerCache -SegmentId $("$($information.Segments[0].Id)".Substring(0, 12))" |
            Should -BeExactly "$($information.Segments[0].Id)"
    }
}
