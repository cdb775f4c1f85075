BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    Start-PeerNode -ListenAddress 127.0.0.1, ::1
    Set-PeerDistribution -Mode Local

    # How a node describes a file, in both versions.
    function Get-Id([string] $Path, [string] $Node = 'default') {
        (Get-PeerContentInformation -Path $Path -Version Both -Node $Node).Segments.Id | ForEach-Object { "$_" }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Get-PeerDistribution' {
    It 'tells all of a node' {
        $status = Get-PeerDistribution
        $status.Node | Should -BeExactly default
        $status.Status | Should -Be Available
        $status.Mode | Should -Be Local
        $status.VersionRange | Should -BeExactly '1.0-2.0'
        $status.Client.PreferredVersion | Should -Be V2
        $status.ContentServer.SecretCreated | Should -BeLessOrEqual ([datetimeoffset]::UtcNow)
        $status.HostedCache.Authentication | Should -Be None
        $status.Network | Should -Not -BeNullOrEmpty
        $status.Statistics.Keys | Should -Contain CacheBlocksStored
    }

    It 'tells the sections asked for' {
        $status = Get-PeerDistribution Client, Network
        $status.Client | Should -Not -BeNullOrEmpty
        $status.Network | Should -Not -BeNullOrEmpty
        $status.ContentServer | Should -BeNullOrEmpty
        $status.HostedCache | Should -BeNullOrEmpty
    }

    It 'is a table within 120 columns' {
        Get-PeerDistribution | Format-Table | Out-String -Width 120 | Should -Match 'Available +Local +1\.0-2\.0'
    }

    It 'says which node does not run' {
        $failure = Get-Failure { Get-PeerDistribution -Node nobody }
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
    }
}

Describe 'Set-PeerDistribution' {
    AfterEach {
        Reset-PeerDistribution -KeepCache -Force
        Set-PeerDistribution -Mode Local
    }

    It 'changes the mode: <_>' -ForEach 'Disabled', 'Local' {
        $status = Set-PeerDistribution $_ -PassThru
        $status.Mode | Should -Be $_
        $status.Status | Should -Be $(if ($_ -eq 'Disabled') { 'Disabled' } else { 'Available' })
        $status.Node | Should -BeExactly default
    }

    It 'keeps neither cache nor service while it is disabled' {
        $file = (New-RandomFile).FullName
        $information = Get-PeerContentInformation -Path $file -Version 1
        Set-PeerDistribution Disabled
        $receipt = $information | Receive-PeerContent -OutFile (Get-SandboxPath) -SourcePath $file
        $receipt.BytesFromSource | Should -Be 100KB
        (Get-PeerCache Data -IncludeSegment).Segments.SegmentId | Should -Not -Contain $information.Segments[0].Id
    }

    It 'knows the ports to open of a node with peers' {
        $status = Set-PeerDistribution Distributed -PassThru
        $status.Network.RetrievalPort | Should -BeGreaterThan 0
        "$($status.Network.PortsToOpen)" | Should -Match "\b$($status.Network.RetrievalPort)\b"
    }

    It 'changes what belongs to a client' {
        Set-PeerDistribution -PreferredVersion 1 -ServeOnBattery $true -MinimumLatency 00:00:00.080 -MaxConcurrentUpload 32
        $client = (Get-PeerDistribution Client).Client
        $client.PreferredVersion | Should -Be V1
        $client.ServeOnBattery | Should -BeTrue
        $client.MinimumLatency.TotalMilliseconds | Should -Be 80
        $client.MaxConcurrentUpload | Should -Be 32
    }

    It 'chooses the cipher of blocks, and allows none, each by itself' {
        $client = (Get-PeerDistribution Client).Client
        $client.Cipher | Should -Be Aes128
        $client.AllowUnencrypted | Should -BeFalse
        Set-PeerDistribution -AllowUnencrypted
        Set-PeerDistribution -Cipher Aes256
        $client = (Get-PeerDistribution Client).Client
        $client.Cipher | Should -Be Aes256
        $client.AllowUnencrypted | Should -BeTrue
        (Set-PeerDistribution -AllowUnencrypted:$false -PassThru).Client.AllowUnencrypted | Should -BeFalse
    }

    It 'prefers the version that was set' {
        Set-PeerDistribution -PreferredVersion 1
        $information = (Get-PeerContentInformation -Path (New-RandomFile).FullName -OutFile (Get-SandboxPath)).FullName
        (Get-PeerContentInformation -InformationPath $information).Version | Should -Be V1
    }

    It 'keeps settings when the node starts again' {
        Set-PeerDistribution -PreferredVersion 1 -MaxConcurrentUpload 7
        Stop-PeerNode
        Start-PeerNode -ListenAddress 127.0.0.1, ::1
        $status = Get-PeerDistribution
        $status.Mode | Should -Be Local
        $status.Client.PreferredVersion | Should -Be V1
        $status.Client.MaxConcurrentUpload | Should -Be 7
    }

    It 'changes nothing with -WhatIf' {
        Set-PeerDistribution Disabled -PreferredVersion 1 -WhatIf
        $status = Get-PeerDistribution
        $status.Mode | Should -Be Local
        $status.Client.PreferredVersion | Should -Be V2
    }

    It 'wants something to change' {
        $failure = Get-Failure { Set-PeerDistribution }
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure.Exception.Message | Should -Match '-Mode'
    }

    It 'refuses what does not fit together, and changes nothing: <Name>' -ForEach @(
        @{ Name = 'a hosted client without a server'; Arguments = @{ Mode = 'HostedClient' } }
        @{ Name = 'a server that is no address'; Arguments = @{ Mode = 'HostedClient'; HostedCacheServer = 'two words' } }
        @{ Name = 'a port beyond the last'; Arguments = @{ Mode = 'HostedClient'; HostedCacheServer = '127.0.0.1:65536' } }
        @{ Name = 'a hosted cache of version 1 without a certificate'; Arguments = @{ Mode = 'HostedServer'; HostedCacheVersion = 1 } }
    ) {
        $failure = Get-Failure { Set-PeerDistribution @Arguments -PreferredVersion 1 }
        $failure.CategoryInfo.Category | Should -BeIn InvalidArgument, InvalidOperation
        $status = Get-PeerDistribution
        $status.Mode | Should -Be Local
        $status.Client.PreferredVersion | Should -Be V2
        $status.HostedCache.Servers | Should -BeNullOrEmpty
    }

    It 'says that a domain is not to be had here' {
        $failure = Get-Failure { Set-PeerDistribution -Authentication Domain }
        $failure.Exception.Message | Should -Match 'SPNEGO'
    }

    It 'refuses before it begins: <Name>' -ForEach @(
        @{ Name = 'an unknown mode'; Arguments = @{ Mode = 'Half' } }
        @{ Name = 'an unknown version'; Arguments = @{ PreferredVersion = 3 } }
        @{ Name = 'no uploads'; Arguments = @{ MaxConcurrentUpload = 0 } }
        @{ Name = 'a negative latency'; Arguments = @{ MinimumLatency = '-00:00:01' } }
        @{ Name = 'port 0'; Arguments = @{ Port = 0 } }
        @{ Name = 'an empty passphrase'; Arguments = @{ SecretPassphrase = [securestring]::new() } }
        @{ Name = 'a passphrase as plain text'; Arguments = @{ SecretPassphrase = 'plain' } }
    ) {
        { Set-PeerDistribution @Arguments } | Should -Throw -ErrorId '*Argument*,PeerNet.PowerShell.Commands.SetPeerDistributionCommand'
    }

    It 'takes a secret in one way, and a key with its passphrase' {
        $password = Get-Password
        { Set-PeerDistribution -SecretPassphrase $password -SecretKeyPath x -SecretKeyPassphrase $password } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}

Describe 'The server secret' {
    BeforeAll {
        $file = (New-RandomFile).FullName
        $password = Get-Password 'to be told to nobody'
        Start-PeerNode -Name second -ListenAddress 127.0.0.1
        Set-PeerDistribution -Mode Local -Node second
    }

    AfterAll {
        Stop-PeerNode second
    }

    It 'is each server''s own' {
        Get-Id $file | Should -Not -Be (Get-Id $file second)
    }

    It 'makes two servers describe content equally when one has the key of the other' {
        $key = Export-PeerDistributionKey (Get-SandboxPath) $password -Confirm:$false
        if (-not $IsWindows) {
            [System.IO.File]::GetUnixFileMode($key.FullName) | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
        }

        Set-PeerDistribution -SecretKeyPath $key.FullName -SecretKeyPassphrase $password -Node second -Force
        Get-Id $file second | Should -Be (Get-Id $file)
    }

    It 'makes them do so when both have the same passphrase, also after a restart' {
        $before = Get-Id $file
        'default', 'second' | ForEach-Object { Set-PeerDistribution -SecretPassphrase $password -Node $_ -Force }
        $after = Get-Id $file
        $after | Should -Not -Be $before
        Get-Id $file second | Should -Be $after
        Stop-PeerNode second
        Start-PeerNode -Name second -ListenAddress 127.0.0.1
        Get-Id $file second | Should -Be $after
    }

    It 'asks before it changes, and stays where nobody answers' {
        $before = Get-Id $file
        { Set-PeerDistribution -SecretPassphrase (Get-Password other) -ErrorAction Stop } | Should -Throw
        Set-PeerDistribution -SecretPassphrase (Get-Password other) -WhatIf
        Get-Id $file | Should -Be $before
    }

    It 'is not taken from a key with another passphrase, or what is no key: <_>' -ForEach 'passphrase', 'damaged', 'empty', 'large' {
        $before = Get-Id $file
        $key = (Export-PeerDistributionKey (Get-SandboxPath) $password -Confirm:$false).FullName
        $bytes = [System.IO.File]::ReadAllBytes($key)
        $given = $password
        switch ($_) {
            'passphrase' { $given = Get-Password other }
            'damaged' { $bytes[$bytes.Length - 1] = $bytes[$bytes.Length - 1] -bxor 1 }
            'empty' { [array]::Resize([ref] $bytes, 0) }
            'large' { [array]::Resize([ref] $bytes, 1MB) }
        }
        [System.IO.File]::WriteAllBytes($key, $bytes)
        $failure = Get-Failure { Set-PeerDistribution -SecretKeyPath $key -SecretKeyPassphrase $given -Force }
        $failure.TargetObject | Should -BeExactly $key
        $failure.CategoryInfo.Category | Should -BeIn InvalidData, InvalidArgument, SecurityError, PermissionDenied, LimitsExceeded
        Get-Id $file | Should -Be $before
    }

    It 'says that a key file is not there' {
        $missing = Get-SandboxPath
        $failure = Get-Failure { Set-PeerDistribution -SecretKeyPath $missing -SecretKeyPassphrase $password -Force }
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'is in no verbose text, error or property, and neither is its passphrase' {
        $key = Get-SandboxPath
        $written = & {
            Export-PeerDistributionKey $key $password -Confirm:$false -Verbose
            Set-PeerDistribution -SecretKeyPath $key -SecretKeyPassphrase (Get-Password 'also to be told to nobody') -Force -Verbose
            Set-PeerDistribution -SecretPassphrase $password -Force -Verbose -PassThru | ForEach-Object { $_, $_.ContentServer }
        } *>&1 | Format-List * -Force | Out-String -Width 4096
        $written | Should -Match 'SecretCreated'
        $written | Should -Not -Match 'told to nobody'
        $hex = [System.Convert]::ToHexString([System.IO.File]::ReadAllBytes($key))
        $written | Should -Not -Match $hex.Substring($hex.Length - 32)
    }
}

Describe 'Export-PeerDistributionKey' {
    BeforeAll {
        $password = Get-Password
    }

    It 'overwrites with -Force only' {
        $key = (Export-PeerDistributionKey (Get-SandboxPath) $password -Confirm:$false).FullName
        $failure = Get-Failure { Export-PeerDistributionKey $key $password -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        $failure.TargetObject | Should -BeExactly $key
        (Export-PeerDistributionKey $key $password -Force -Confirm:$false).FullName | Should -BeExactly $key
        (Get-Failure { Export-PeerDistributionKey $sandbox $password -Force -Confirm:$false }).Exception.Message |
            Should -Match 'is a folder'
    }

    It 'writes nothing with -WhatIf, or where nobody confirms' {
        $key = Get-SandboxPath
        Export-PeerDistributionKey $key $password -WhatIf
        { Export-PeerDistributionKey $key $password -ErrorAction Stop } | Should -Throw
        $key | Should -Not -Exist
    }

    It 'wants a passphrase' {
        { Export-PeerDistributionKey (Get-SandboxPath) ([securestring]::new()) -Confirm:$false } |
            Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'says that a folder is not there' {
        $failure = Get-Failure { Export-PeerDistributionKey (Join-Path (Get-SandboxPath) 'key') $password -Confirm:$false }
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.Exception.Message | Should -Match 'create it first'
    }
}

Describe 'Reset-PeerDistribution' {
    BeforeEach {
        $file = (New-RandomFile).FullName
        $null = Get-PeerContentInformation -Path $file -Version 1 | Receive-PeerContent -OutFile (Get-SandboxPath) -SourcePath $file
        Set-PeerDistribution -PreferredVersion 1
        $ids = Get-Id $file
    }

    AfterEach {
        Set-PeerDistribution -Mode Local
    }

    It 'resets the counters alone, without asking' {
        (Get-PeerDistribution).Statistics['CacheBlocksStored'] | Should -BeGreaterThan 0
        Reset-PeerDistribution -StatisticsOnly
        (Get-PeerDistribution).Statistics['CacheBlocksStored'] | Should -Be 0
        (Get-PeerDistribution Client).Client.PreferredVersion | Should -Be V1
        (Get-PeerCache Data).ActiveSegments | Should -BeGreaterThan 0
        Get-Id $file | Should -Be $ids
    }

    It 'resets settings and the secret, and keeps the cache where told to' {
        Reset-PeerDistribution -KeepCache -Force
        $status = Get-PeerDistribution
        $status.Mode | Should -Be Distributed
        $status.Client.PreferredVersion | Should -Be V2
        (Get-PeerCache Data).ActiveSegments | Should -BeGreaterThan 0
        Get-Id $file | Should -Not -Be $ids
    }

    It 'removes what is cached' {
        Reset-PeerDistribution -Force
        (Get-PeerCache Data).ActiveSegments | Should -Be 0
        $file | Should -Exist
    }

    It 'asks first, and does nothing where nobody answers, or with -WhatIf' {
        { Reset-PeerDistribution -ErrorAction Stop } | Should -Throw
        Reset-PeerDistribution -WhatIf
        (Get-PeerDistribution Client).Client.PreferredVersion | Should -Be V1
        Get-Id $file | Should -Be $ids
    }
}

Describe 'Completion' {
    It 'offers modes and sections' {
        function Get-Completion([string] $Line) { (TabExpansion2 $Line).CompletionMatches.ListItemText }
        Get-Completion 'Set-PeerDistribution Host' | Should -BeExactly HostedClient, HostedServer
        Get-Completion 'Get-PeerDistribution -Section Cont' | Should -BeExactly ContentServer
    }
}
