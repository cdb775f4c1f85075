BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    Start-PeerNode -ListenAddress 127.0.0.1

    # A client in a process of its own, which receives what a file says, and writes its receipt and, as long as it runs, its
    # counters whenever it is asked.
    function Open-Client {
        param([string] $Server, [int] $Version, [string] $Information, [string] $Source)

        Open-PeerProcess -ArgumentList $Server, $Version, $Information, $Source, (Get-Target) {
            param($server, $version, $information, $source, $target)
            Import-Module $manifest
            Start-PeerNode -ListenAddress 127.0.0.1
            Set-PeerDistribution -Mode HostedClient -HostedCacheServer $server -HostedCacheVersion $version
            $from = if ($source) { @{ SourcePath = $source } } else { @{} }
            Receive-PeerContent $information -OutFile $target @from
            (Get-FileHash $target).Hash
            while ([Console]::In.ReadLine()) {
                (Get-PeerDistribution).Statistics
            }
        }
    }

    function Read-Counter($Client) {
        $Client.StandardInput.WriteLine('count')
        Read-PeerProcess $Client
    }

    function New-Certificate {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
        param([datetimeoffset] $End = [datetimeoffset]::Now.AddDays(1))

        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=hosted cache', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddIpAddress('127.0.0.1')
        $request.CertificateExtensions.Add($names.Build())
        $request.CreateSelfSigned($End.AddDays(-2), $End)
    }

    function Get-Target {
        Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
    }

    # A file, and what describes it.
    function New-Content {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
        param([int] $Version)

        $file, $description = (Get-Target), (Get-Target)
        [System.IO.File]::WriteAllBytes($file, [System.Security.Cryptography.RandomNumberGenerator]::GetBytes(3MB))
        $null = Get-PeerContentInformation -Path $file -Version $Version -OutFile $description
        $information = Get-PeerContentInformation -InformationPath $description
        [pscustomobject]@{
            Path        = $file
            Hash        = (Get-FileHash $file).Hash
            Information = $description
            Segments    = $information.Segments
        }
    }

    # Until the cache has fetched what it was offered; the time is long for any machine.
    function Wait-Segment($Segments) {
        $patience = [System.Diagnostics.Stopwatch]::StartNew()
        do {
            $held = @($Segments | ForEach-Object { Get-PeerCache -Type Data -SegmentId $_.Id.ToString() -ErrorAction Ignore } | ForEach-Object Segments |
                Where-Object { $_.BlocksHeld -eq $_.BlockCount })
            if ($patience.Elapsed.TotalMinutes -gt 1) {
                throw "After a minute the cache holds $($held.Count) of $($Segments.Count) segments."
            }
            Start-Sleep -Milliseconds 20
        } while ($held.Count -lt @($Segments).Count)
        $held
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A hosted cache' {
    AfterEach {
        Set-PeerDistribution -Mode Local
        Clear-PeerCache -Type Data -Force
    }

    It 'fills by offers over HTTP and serves what it cannot read: version <_>' -ForEach 1, 2 {
        $content = New-Content -Version $_
        $network = (Set-PeerDistribution -Mode HostedServer -HostedCacheVersion 2 -PassThru).Network
        $server = "127.0.0.1:$($network.RetrievalPort)"

        $first = Open-Client $server 2 $content.Information $content.Path
        (Read-PeerProcess $first).BytesFromSource | Should -Be 3MB
        Read-PeerProcess $first | Should -BeExactly $content.Hash
        (Wait-Segment $content.Segments).IsSealed | Select-Object -Unique | Should -BeTrue
        (Read-Counter $first).OfferTaken | Should -Be @($content.Segments).Count
        Close-PeerProcess $first

        $second = Open-Client $server 2 $content.Information
        $receipt = Read-PeerProcess $second
        $receipt.BytesFromHostedCache | Should -Be 3MB
        $receipt.BytesFromSource | Should -Be 0
        $receipt.Verified | Should -BeTrue
        Read-PeerProcess $second | Should -BeExactly $content.Hash
        (Read-Counter $second).OfferSegments | Should -Be 0
        Close-PeerProcess $second
    }

    It 'fills by offers over HTTPS and verifies them' -Skip:(-not $IsLinux) {
        $certificate = New-Certificate
        $content = New-Content -Version 1
        $network = (Set-PeerDistribution -Mode HostedServer -HostedCacheVersion 1 -Certificate $certificate -PassThru).Network
        $server = "https://127.0.0.1:$($network.HostedCachePort)/"
        $former = $env:SSL_CERT_FILE
        $env:SSL_CERT_FILE = Get-Target
        try {
            Set-Content $env:SSL_CERT_FILE $certificate.ExportCertificatePem()
            $first = Open-Client $server 1 $content.Information $content.Path
            (Read-PeerProcess $first).BytesFromSource | Should -Be 3MB
            $null = Read-PeerProcess $first
            (Wait-Segment $content.Segments).IsSealed | Select-Object -Unique | Should -BeFalse
            (Read-Counter $first).OfferInterested | Should -Be 1
            Close-PeerProcess $first

            $second = Open-Client $server 1 $content.Information
            (Read-PeerProcess $second).BytesFromHostedCache | Should -Be 3MB
            Read-PeerProcess $second | Should -BeExactly $content.Hash
            Close-PeerProcess $second
        }
        finally {
            $env:SSL_CERT_FILE = $former
        }
    }

    It 'gets no offer where nobody vouches for its certificate, and the download is none the worse' {
        $content = New-Content -Version 1
        $network = (Set-PeerDistribution -Mode HostedServer -Certificate (New-Certificate) -PassThru).Network
        $client = Open-Client "https://127.0.0.1:$($network.HostedCachePort)/" 1 $content.Information $content.Path
        (Read-PeerProcess $client).BytesFromSource | Should -Be 3MB
        Read-PeerProcess $client | Should -BeExactly $content.Hash
        do {
            $counters = Read-Counter $client
        } while ($counters.OfferFailed -eq 0)
        $counters.OfferTaken | Should -Be 0
        (Get-PeerDistribution).Statistics['HostedCacheRequests'] | Should -Be 0
        Close-PeerProcess $client
    }

    It 'is filled by what its clients publish into their caches' {
        $network = (Set-PeerDistribution -Mode HostedServer -HostedCacheVersion 2 -PassThru).Network
        $content = New-Content -Version 2
        $publisher = Open-PeerProcess -ArgumentList "127.0.0.1:$($network.RetrievalPort)", $content.Path {
            param($server, $path)
            Import-Module $manifest
            Start-PeerNode -ListenAddress 127.0.0.1
            Set-PeerDistribution -Mode HostedClient -HostedCacheServer $server
            (Publish-PeerContent $path -Version 2 -AddToCache).Segments | ForEach-Object { [pscustomobject]@{ Id = $_.Id.ToString() } }
            [pscustomobject]@{ Id = '' }
            $null = [Console]::In.ReadLine()
        }
        $segments = @(while (($segment = Read-PeerProcess $publisher).Id) { $segment })
        $segments | Should -Not -BeNullOrEmpty
        (Wait-Segment $segments).Count | Should -Be $segments.Count
        Close-PeerProcess $publisher
    }

    It 'says what it listens on, what it holds, and what it was offered' {
        $status = Set-PeerDistribution -Mode HostedServer -HostedCacheVersion 2 -Certificate (New-Certificate) -PassThru
        $status.Network.PortsToOpen | Should -Be @(
            "TCP $($status.Network.RetrievalPort) (retrieval, and offers over HTTP)"
            "TCP $($status.Network.HostedCachePort) (offers over HTTPS)")
        $status.HostedCache.CertificateThumbprint | Should -Not -BeNullOrEmpty
        $status.HostedCache.HeldSegments | Should -Be 0
        $status.HostedCache.PendingFetches | Should -Be 0
        $status.Statistics.Keys | Should -Contain HostedCacheBatchedOffers
        $status.Statistics.Keys | Should -Contain FetchBlocks
        $status | Format-List | Out-String | Should -Match 'PendingFetches'
    }

    It 'answers what is no offer with 400' {
        $port = (Set-PeerDistribution -Mode HostedServer -HostedCacheVersion 2 -PassThru).Network.RetrievalPort
        $answer = Invoke-WebRequest "http://127.0.0.1:$port/0131501b-d67f-491b-9a40-c4bf27bcb4d4" -Method Post -Body 'no offer' -SkipHttpErrorCheck
        $answer.StatusCode | Should -Be 400
        (Get-PeerDistribution).Statistics['HostedCacheMalformed'] | Should -Be 1
    }
}

Describe 'Settings of hosted caches' {
    It 'refuse what does not work: <Name>' -ForEach @(
        @{ Name = 'authentication by a domain'; Arguments = @{ Authentication = 'Domain' }; Message = '*SPNEGO*' }
        @{ Name = 'version 1 without a certificate'; Arguments = @{ Mode = 'HostedServer'; HostedCacheVersion = 1; Force = $true }; Message = '*certificate*' }
        @{ Name = 'one port for two'; Arguments = @{ Port = 8123; HostedCachePort = 8123 }; Message = '*cannot share the port 8123*' }
        @{ Name = 'version 1 over HTTP'; Arguments = @{ HostedCacheServer = 'http://cache'; HostedCacheVersion = 1 }; Message = '*https*' }
    ) {
        Reset-PeerDistribution -Force
        $before = Get-PeerDistribution
        Set-PeerDistribution @Arguments -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_INVALID_CONFIGURATION,*'
        $failure[0].Exception.Message | Should -BeLike $Message
        (Get-PeerDistribution).Mode | Should -Be $before.Mode
    }

    It 'refuse a certificate that has expired, or has no key' {
        $expired = New-Certificate -End ([datetimeoffset]::Now.AddDays(-1))
        $public = [System.Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadCertificate((New-Certificate).RawData)
        foreach ($case in @{ Certificate = $expired; Message = '*has expired*' }, @{ Certificate = $public; Message = '*no private key*' }) {
            Set-PeerDistribution -Mode HostedServer -Certificate $case.Certificate -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -BeLike 'PEERDIST_ERROR_INVALID_CONFIGURATION,*'
            $failure[0].Exception.Message | Should -BeLike $case.Message
        }
    }

    It 'refuse a port that is none' {
        { Set-PeerDistribution -HostedCachePort 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Set-PeerDistribution -HostedCachePort 65536 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}
