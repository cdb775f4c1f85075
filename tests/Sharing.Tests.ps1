BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $links = Test-LinkSupport
    $curl = Get-Command curl -CommandType Application -ErrorAction Ignore
    if (-not $curl) {
        Write-Information 'There is no curl: the tests with a client that knows nothing of peers are skipped.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $null = Enter-PeerSandbox

    function Get-ByteHash([string] $Path) {
        (Get-FileHash -LiteralPath $Path).Hash
    }

    # Publishes a folder over HTTP until its input ends.
    $publish = {
        param($Folder, $Prefix, $Address)
        Import-Module $manifest
        if ($Address) { Start-PeerNode -ListenAddress $Address }
        Publish-PeerContent $Folder -Recurse -HttpPrefix $Prefix | ForEach-Object { @{ Id = $_.ContentId; Version = "$($_.Version)" } }
        @{ Ready = $true }
        $null = [Console]::In.ReadLine()
        Stop-PeerNode
    }

    # Receives content by its address or information, keeps the information in a file where told to, and serves the
    # content to peers until its input ends. Peers have DiscoveryOptions.RequestTimer (300 ms) to answer a probe. A busy host
    # may miss it; where all probes were in vain and there is no source, the download ends and nobody is asked again for
    # DownloadLimits.ServerListTime. Whoever has to find a peer therefore begins anew, as a fresh node, until it has.
    $receive = {
        param($Source, $Target, $Address, $Information, $Tries = 1)
        Import-Module $manifest
        $what = if ($Source -match '^http') { @{ Uri = $Source } } else { @{ Information = $Source } }
        for ($try = 1; $try -eq 1 -or ($failure -and $try -le $Tries); $try++) {
            if ($try -gt 1) { Stop-PeerNode }
            if ($Address) { Start-PeerNode -ListenAddress $Address }
            if ($Information -and $try -eq 1) { $null = Get-PeerContentInformation -Uri $Source -OutFile $Information }
            Receive-PeerContent @what -OutFile $Target -TimeoutSeconds 300 -ErrorVariable failure -ErrorAction SilentlyContinue
        }
        $failure | ForEach-Object { @{ Error = $_.FullyQualifiedErrorId; Message = $_.Exception.Message } }
        if (-not $failure) { $null = [Console]::In.ReadLine() }
        Stop-PeerNode
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Processes on one machine' {
    BeforeAll {
        $loopback = '127.0.0.1', '::1'
        $folder = Get-SandboxPath
        $large = New-RandomFile (Join-Path $folder 'large file.bin') 5MB
        $small = New-RandomFile (Join-Path $folder 'below/small.bin') 70KB
        $prefix = Get-FreePrefix
        $information = Get-SandboxPath
        $open = @{ Origin = Open-PeerProcess $publish -ArgumentList $folder, $prefix, $loopback }
        $published = @(do { $line = Read-PeerProcess $open.Origin; if ($line.PSObject.Properties['Id']) { $line } } until ($line.PSObject.Properties['Ready']))

        function Close-Opened([string] $Name) {
            $process = $open[$Name]
            $open.Remove($Name)
            Close-PeerProcess $process
        }
    }

    AfterAll {
        @($open.Keys) | ForEach-Object { Close-Opened $_ }
    }

    It 'publish a folder by the paths of its files' {
        $published.Id | Sort-Object -Unique | Should -BeExactly 'below/small.bin', 'large file.bin'
        $published.Version | Sort-Object -Unique | Should -Be V1, V2
    }

    It 'give everybody the plain bytes' -Skip:(-not $curl) {
        $target = Get-SandboxPath
        curl --silent --show-error --fail --output $target "${prefix}large%20file.bin"
        Get-ByteHash $target | Should -Be (Get-ByteHash $large)
        curl --silent --show-error --fail --range 65000-66999 --output $target "${prefix}below/small.bin"
        $expected = [System.IO.File]::ReadAllBytes($small)[65000..66999]
        [System.Linq.Enumerable]::SequenceEqual([byte[]] $expected, [System.IO.File]::ReadAllBytes($target)) | Should -BeTrue
        curl --silent --output $target --write-out '%{http_code}' "${prefix}below/" | Should -Be 404
        curl --silent --output $target --write-out '%{http_code}' --path-as-is "${prefix}../$(Split-Path $folder -Leaf)/below/small.bin" |
            Should -BeIn 400, 404
    }

    It 'receive from the source what nobody has yet' {
        $target = Get-SandboxPath
        $open.Second = Open-PeerProcess $receive -ArgumentList "${prefix}large%20file.bin", $target, $loopback, $information
        $receipt = Read-PeerProcess $open.Second
        $receipt.BytesFromSource | Should -Be 5MB
        $receipt.Verified | Should -BeTrue
        Get-ByteHash $target | Should -Be (Get-ByteHash $large)
        $information | Should -Exist
    }

    It 'receive from each other when the source is gone, and its description is there' {
        Close-Opened Origin
        $target = Get-SandboxPath
        $third = Open-PeerProcess $receive -ArgumentList $information, $target, $loopback, $null, 20
        $receipt = Read-PeerProcess $third
        Close-PeerProcess $third
        $receipt.BytesFromPeers | Should -Be 5MB
        $receipt.BytesFromSource | Should -Be 0
        $receipt.Verified | Should -BeTrue
        Get-ByteHash $target | Should -Be (Get-ByteHash $large)
    }

    It 'say what is missing when nobody is left' {
        Close-Opened Second
        $target = Get-SandboxPath
        $left = Open-PeerProcess $receive -ArgumentList $information, $target, $loopback
        $failure = Read-PeerProcess $left
        Close-PeerProcess $left
        $failure.Error | Should -BeLike 'PEERDIST_ERROR_MISSING_DATA,*'
        $failure.Message | Should -Match '\b0\b.*5242879'
        "$target*" | Should -Not -Exist
    }
}

Describe 'Ctrl+C in Receive-PeerContent' -Skip:$IsWindows {
    BeforeAll {
        $file = New-RandomFile (Get-SandboxPath) 32MB
        $information = Get-SandboxPath
        Start-PeerNode -ListenAddress 127.0.0.1
        $null = Get-PeerContentInformation -Path $file.FullName -Version 1 -OutFile $information
        Stop-PeerNode

        # A source that sends 24 MiB, and then nothing before it is released.
        $uri = Get-FreePrefix
        $state = [hashtable]::Synchronized(@{
                Stalled  = [System.Threading.ManualResetEventSlim]::new()
                Released = [System.Threading.ManualResetEventSlim]::new()
            })
        $listener = [System.Net.HttpListener]::new()
        $listener.Prefixes.Add($uri)
        $listener.Start()
        $serve = {
            param($Listener, $State, $Path)
            $bytes = [System.IO.File]::ReadAllBytes($Path)
            $left = 24MB
            while ($true) {
                try { $context = $Listener.GetContext() } catch { return }
                try {
                    $from, $to = 0, ($bytes.Length - 1)
                    $response = $context.Response
                    if ($context.Request.Headers['Range'] -match 'bytes=(\d+)-(\d*)') {
                        $from = [int] $Matches[1]
                        if ($Matches[2]) { $to = [int] $Matches[2] }
                        $response.StatusCode = 206
                        $response.Headers['Content-Range'] = "bytes $from-$to/$($bytes.Length)"
                    }
                    $response.ContentLength64 = $to - $from + 1
                    while ($from -le $to) {
                        if ($left -le 0 -and -not $State.Released.IsSet) {
                            $State.Stalled.Set()
                            $State.Released.Wait()
                        }
                        $count = [math]::Min(256KB, $to - $from + 1)
                        $response.OutputStream.Write($bytes, $from, $count)
                        $from += $count
                        $left -= $count
                    }
                    $response.Close()
                } catch [System.Exception] {
                    # The client is gone, as it is meant to be.
                    $context.Response.Abort()
                }
            }
        }
        $server = [powershell]::Create().AddScript($serve).AddArgument($listener).AddArgument($state).AddArgument($file.FullName)
        $serving = $server.BeginInvoke()

        $receiveFrom = {
            param($Information, $Target, $Uri)
            Import-Module $manifest
            Start-PeerNode -ListenAddress 127.0.0.1
            Set-PeerDistribution -Mode Disabled
            Receive-PeerContent $Information -OutFile $Target -SourceUri $Uri
            Stop-PeerNode
        }
    }

    AfterAll {
        $state.Released.Set()
        $listener.Close()
        $null = $server.EndInvoke($serving)
        $server.Dispose()
    }

    It 'ends the download, which goes on where it was when it is asked for again' {
        $target = Get-SandboxPath
        $stopped = Open-PeerProcess $receiveFrom -ArgumentList $information, $target, $uri
        $state.Stalled.Wait(60000) | Should -BeTrue
        Stop-PeerProcess $stopped | Should -BeNullOrEmpty
        $target | Should -Not -Exist
        Get-ChildItem "$target*.partial" | Should -HaveCount 1

        $state.Released.Set()
        $receipt = Invoke-FreshPwsh $receiveFrom -ArgumentList $information, $target, $uri
        $receipt.BytesResumed | Should -BeGreaterOrEqual 1MB
        $receipt.BytesResumed + $receipt.BytesFromSource | Should -Be 32MB
        $receipt.Verified | Should -BeTrue
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
        Get-ChildItem "$target*" | Should -HaveCount 1
    }
}

Describe 'Hosts on a link' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4
        $folder = Get-SandboxPath
        $file = New-RandomFile (Join-Path $folder 'shared.bin') 5MB
        $prefix = Get-FreePrefix 10.77.0.1
        $information = Get-SandboxPath
        $processes = [System.Collections.Generic.List[object]]::new()
        $origin = Open-PeerProcess $publish -ArgumentList $folder, $prefix -Namespace $link.Hosts[0]
        $processes.Add($origin)
        do { $line = Read-PeerProcess $origin } until ($line.PSObject.Properties['Ready'])
    }

    AfterAll {
        try { $processes | ForEach-Object { Close-PeerProcess $_ } } finally { Close-Link $link }
    }

    It 'receive from the publisher' {
        $target = Get-SandboxPath
        $second = Open-PeerProcess $receive -ArgumentList "${prefix}shared.bin", $target, $null, $information -Namespace $link.Hosts[1]
        $processes.Add($second)
        $receipt = Read-PeerProcess $second
        $receipt.BytesFromSource | Should -Be 5MB
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
    }

    It 'receive from a neighbour what they cannot reach the publisher for' {
        Block-Address $link.Hosts[2] 10.77.0.1
        $target = Get-SandboxPath
        $cut = Open-PeerProcess $receive -ArgumentList "${prefix}shared.bin", $target -Namespace $link.Hosts[2]
        (Read-PeerProcess $cut).Error | Should -Not -BeNullOrEmpty
        Close-PeerProcess $cut

        $third = Open-PeerProcess $receive -ArgumentList $information, $target, $null, $null, 30 -Namespace $link.Hosts[2] -ClockOffset '@2000-01-01 00:00:00'
        $processes.Add($third)
        $receipt = Read-PeerProcess $third
        $receipt.BytesFromPeers | Should -Be 5MB
        $receipt.BytesFromSource | Should -Be 0
        $receipt.Verified | Should -BeTrue
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
    }
}

Describe 'Hosts that have nothing but link-local addresses' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b
        $file = New-RandomFile (Get-SandboxPath) 1MB
        $information = Get-SandboxPath
        Start-PeerNode -ListenAddress 127.0.0.1
        $null = Get-PeerContentInformation -Path $file.FullName -Version 2 -OutFile $information
        Stop-PeerNode
        $hold = {
            param($Information, $File)
            Import-Module $manifest
            (Import-PeerCache $File -Information $Information).Bytes
            $null = [Console]::In.ReadLine()
            Stop-PeerNode
        }
        $holder = Open-PeerProcess $hold -ArgumentList $information, $file.FullName -Namespace $link.Hosts[0]
        Read-PeerProcess $holder | Should -Be 1MB
    }

    AfterAll {
        try { Close-PeerProcess $holder } finally { Close-Link $link }
    }

    It 'receive from each other' {
        $target = Get-SandboxPath
        $reader = Open-PeerProcess $receive -ArgumentList $information, $target, $null, $null, 30 -Namespace $link.Hosts[1]
        $receipt = Read-PeerProcess $reader
        Close-PeerProcess $reader
        $receipt.BytesFromPeers | Should -Be 1MB
        Get-ByteHash $target | Should -Be (Get-ByteHash $file)
    }
}

Describe 'Receive-PeerContent for several contents' -Skip:$IsWindows {
    BeforeAll {
        # A server of plain content that answers none before as many ask as are to, and counts how many wait at once. What is
        # called never ends never, none is not found.
        function Open-Server([int] $Together) {
            $state = [hashtable]::Synchronized(@{ Most = 0 })
            $listener = [System.Net.HttpListener]::new()
            $prefix = Get-FreePrefix
            $listener.Prefixes.Add($prefix)
            $listener.Start()
            $accept = {
                param($Listener, $State, $Together)
                $waiting = [System.Collections.Generic.List[object]]::new()
                while ($true) {
                    try { $context = $Listener.GetContext() } catch { return }
                    if ($context.Request.Url.Segments[-1] -like 'never*') {
                        $context.Response.ContentLength64 = 2
                        $context.Response.OutputStream.WriteByte(1)
                        continue
                    }
                    $waiting.Add($context)
                    $State.Most = [math]::Max($State.Most, $waiting.Count)
                    if ($waiting.Count -lt $Together) { continue }
                    # The last is answered first: receipts must not come in the order of answers.
                    for ($i = $waiting.Count - 1; $i -ge 0; $i--) {
                        $response = $waiting[$i].Response
                        $name = $waiting[$i].Request.Url.Segments[-1]
                        if ($name -like 'none*') { $response.StatusCode = 404 } else { $response.OutputStream.Write([System.Text.Encoding]::UTF8.GetBytes($name)) }
                        $response.Close()
                    }
                    $waiting.Clear()
                }
            }
            $shell = [powershell]::Create().AddScript($accept).AddArgument($listener).AddArgument($state).AddArgument($Together)
            @{ Prefix = $prefix; State = $state; Listener = $listener; Shell = $shell; Running = $shell.BeginInvoke() }
        }

        function Close-Server($Server) {
            $Server.Listener.Close()
            $null = $Server.Shell.EndInvoke($Server.Running)
            $Server.Shell.Dispose()
        }

        function Get-Remote([string[]] $Name) { $Name | ForEach-Object { [pscustomobject]@{ Uri = [uri] "$($server.Prefix)$_" } } }

        Start-PeerNode -ListenAddress 127.0.0.1
    }

    AfterAll {
        Stop-PeerNode
    }

    BeforeEach {
        $folder = (New-Item (Get-SandboxPath) -ItemType Directory).FullName
    }

    AfterEach {
        Close-Server $server
    }

    It 'receives four at once, and writes the receipts in the order in which they were asked for' {
        $server = Open-Server 4
        $receipts = @(Get-Remote a, b, c, d | Receive-PeerContent -OutFile $folder -TimeoutSeconds 60 -WarningAction SilentlyContinue)
        $receipts.Path | Split-Path -Leaf | Should -Be a, b, c, d
        Get-Content $receipts.Path | Should -Be a, b, c, d
        $receipts.Node | Should -Be default, default, default, default
    }

    It 'receives one after the other with -ThrottleLimit 1' {
        $server = Open-Server 1
        $receipts = @(Get-Remote a, b, c | Receive-PeerContent -OutFile $folder -ThrottleLimit 1 -WarningAction SilentlyContinue)
        $receipts.Path | Split-Path -Leaf | Should -Be a, b, c
        $server.State.Most | Should -Be 1
    }

    It 'tells of each that fails by its own name, and receives the others' {
        $server = Open-Server 4
        $receipts = @(Get-Remote a, none1, c, none2 |
                Receive-PeerContent -OutFile $folder -TimeoutSeconds 60 -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
        $receipts.Path | Split-Path -Leaf | Should -Be a, c
        $failures.Count | Should -Be 2
        $failures[0] | Should -BeLike '*none1*'
        $failures[1] | Should -BeLike '*none2*'
    }

    It 'keeps one file from being written twice' {
        $server = Open-Server 1
        $same = Join-Path $folder same
        $receipts = @(Get-Remote a, b | Receive-PeerContent -OutFile $same -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
        $receipts.Count | Should -Be 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'PEER_E_ALREADY_EXISTS,*'
        Get-Content $same | Should -Be a
    }

    It 'ends the others when the next command has enough' {
        $server = Open-Server 1
        $first = Get-Remote a, never1, never2, b | ForEach-Object {
            if ($_.Uri.Segments[-1] -eq 'b') { Wait-Until { @(Get-ChildItem $folder -Filter *.partial).Count -eq 2 } }
            $_
        } | Receive-PeerContent -OutFile $folder -ThrottleLimit 3 -WarningAction SilentlyContinue | Select-Object -First 1
        $first.Path | Should -BeExactly (Join-Path $folder a)
        Get-ChildItem $folder -Name | Should -Be a
    }
}
