BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox

    # What is logged is written a moment later.
    function Get-Log([string] $Path, [string] $Pattern) {
        Wait-Until { (Get-Content -LiteralPath $Path -Raw) -match $Pattern }
        Get-Content -LiteralPath $Path
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'The log of a node' {
    BeforeEach {
        $log = Join-Path $sandbox "$([guid]::NewGuid().ToString('n')).log"
    }

    AfterEach {
        Get-PeerNode -Name * | Where-Object ProcessId -EQ $PID | Stop-PeerNode -Force
    }

    It 'is a file of the user''s alone, one line a message, as a PowerShell path' {
        Push-Location $sandbox
        try {
            $node = Start-PeerNode -Name logged -ListenAddress 127.0.0.1 -LogPath "./$(Split-Path $log -Leaf)" -PassThru
        } finally {
            Pop-Location
        }
        $node.LogPath | Should -BeExactly $log
        $node.LogLevel | Should -Be Information
        Stop-PeerNode logged
        $lines = Get-Content -LiteralPath $log
        $lines[0] | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info PeerNet\.Engine\.Node\.PeerNode\[1000\] Node logged started'
        $lines[-1] | Should -Match 'Node logged stopped\.$'
        if (-not $IsWindows) { (Get-Item $log).UnixMode | Should -BeExactly '-rw-------' }
    }

    It 'is silent unless it is asked for' {
        $node = Start-PeerNode -Name quiet -ListenAddress 127.0.0.1 -PassThru
        $node.LogPath | Should -BeNullOrEmpty
        $node.IsLoggedBySystem | Should -BeFalse
    }

    It 'begins, changes its level and ends while the node runs' {
        Start-PeerNode -Name changing -ListenAddress 127.0.0.1
        Set-PeerNode changing -LogPath $log -LogLevel Debug
        $null = Get-PeerCloud -Node changing
        $null = Get-Log $log 'PNRP listens on port'
        $node = Get-PeerNode changing
        $node.LogPath, $node.LogLevel | Should -Be $log, 'Debug'
        $node | Format-List | Out-String | Should -Match 'LogPath +: .*\.log'
        $ended = $node | Set-PeerNode -LogPath '' -PassThru
        $ended.LogPath | Should -BeNullOrEmpty
        $ended.LogLevel | Should -Be Debug -Because 'what is not given stays'
    }

    It 'is written by one node at a time' {
        Start-PeerNode -Name first -ListenAddress 127.0.0.1 -LogPath $log
        { Start-PeerNode -Name second -ListenAddress 127.0.0.1 -LogPath $log } | Should -Throw -ErrorId 'ERROR_SHARING_VIOLATION,*'
        Get-PeerNode second -ErrorAction Ignore | Should -BeNullOrEmpty
        Start-PeerNode -Name second -ListenAddress 127.0.0.1
        { Set-PeerNode second -LogPath $log -ErrorAction Stop } | Should -Throw -ErrorId 'ERROR_SHARING_VIOLATION,*'
        Set-PeerNode first -LogPath ''
        Set-PeerNode second -LogPath $log
        (Get-PeerNode second).LogPath | Should -BeExactly $log
    }

    It 'is refused <What>' -ForEach @(
        @{ What = 'in a folder that is not there'; Path = 'no/such/node.log'; Id = 'PEER_E_NOT_FOUND' }
        @{ What = 'outside the file system'; Path = 'env:log'; Id = 'E_INVALIDARG' }
    ) {
        $file = $Path -like 'env:*' ? $Path : (Join-Path $sandbox $Path)
        { Set-PeerNode -LogPath $file -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        { Start-PeerNode -Name refused -LogPath $file -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'is left alone with -WhatIf' {
        Start-PeerNode -Name same -ListenAddress 127.0.0.1
        Set-PeerNode same -LogPath $log -LogLevel Trace -WhatIf
        (Get-PeerNode same).LogLevel | Should -Be Information
        $log | Should -Not -Exist
    }
}

Describe 'The metrics of a node' {
    AfterEach {
        Get-PeerNode -Name * | Where-Object ProcessId -EQ $PID | Stop-PeerNode -Force
    }

    It 'are a page for Prometheus on this machine alone' {
        $prefix = Get-FreePrefix
        $node = Start-PeerNode -Name measured -ListenAddress 127.0.0.1 -MetricsPrefix $prefix -PassThru
        $node.MetricsPrefix | Should -BeExactly $prefix
        "$($node.PortsToOpen)" | Should -Not -Match 'metrics' -Because 'nobody else reaches it'
        $null = Get-PeerCloud -Node measured
        $null = New-PeerGraph metered -Node measured
        $page = Invoke-WebRequest "${prefix}metrics"
        "$($page.Headers.'Content-Type')" | Should -BeExactly 'text/plain; version=0.0.4; charset=utf-8'
        $page.Content | Should -Match '(?m)^# TYPE peernet_pnrp_datagrams_total counter$'
        $page.Content | Should -Match '(?m)^peernet_node_uptime_seconds\{peernet_node_name="measured"\} \d'
        $page.Content | Should -Match '(?m)^peernet_graph_records\{peernet_node_name="measured",peernet_graph_id="metered",peernet_graph_kind="graph"\} [1-9]'
        (Invoke-WebRequest $prefix -SkipHttpErrorCheck).StatusCode | Should -Be 404
    }

    It 'may be served and withdrawn while the node runs' {
        $prefix = Get-FreePrefix
        Start-PeerNode -Name later -ListenAddress 127.0.0.1
        (Set-PeerNode later -MetricsPrefix $prefix -PassThru).MetricsPrefix | Should -BeExactly $prefix
        (Invoke-WebRequest "${prefix}metrics").StatusCode | Should -Be 200
        Set-PeerNode later -MetricsPrefix ''
        (Get-PeerNode later).MetricsPrefix | Should -BeNullOrEmpty
        { Invoke-WebRequest "${prefix}metrics" } | Should -Throw
    }

    It 'are shown among the ports to open where others reach them' {
        $port = ([uri] (Get-FreePrefix)).Port
        $node = Start-PeerNode -Name open -ListenAddress 127.0.0.1 -MetricsPrefix "http://+:$port/" -PassThru
        "$($node.PortsToOpen)" | Should -Match "TCP $port \(metrics\)"
    }

    It 'take no port that is taken, nor what is no prefix' {
        $prefix = Get-FreePrefix
        Start-PeerNode -Name taker -ListenAddress 127.0.0.1 -MetricsPrefix $prefix
        { Start-PeerNode -Name other -ListenAddress 127.0.0.1 -MetricsPrefix $prefix } | Should -Throw -ErrorId 'PEER_E_UNABLE_TO_LISTEN,*'
        Get-PeerNode other -ErrorAction Ignore | Should -BeNullOrEmpty
        { Start-PeerNode -Name other -MetricsPrefix 'ftp://127.0.0.1/' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'OpenTelemetry' {
    It 'is not even loaded unless its variables ask for it, and does not keep a node from starting where they are wrong' {
        $loaded, $running, $told = Invoke-FreshPwsh -Environment @{ OTEL_EXPORTER_OTLP_ENDPOINT = '' } {
            Import-Module $manifest
            Start-PeerNode quiet -ListenAddress 127.0.0.1
            $null = New-PeerIdentity -FriendlyName quiet
            @([System.AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -like 'OpenTelemetry*').Count
            $env:OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:1'
            $env:OTEL_EXPORTER_OTLP_HEADERS = 'nonsense'
            $node = Start-PeerNode wrong -ListenAddress 127.0.0.1 -PassThru
            "$($node.State)"
            $node.LastError
        }
        $loaded | Should -Be 0
        $running | Should -Be Running
        $told | Should -Match 'headers'
    }

    It 'exports metrics and traces by OTLP where they do' {
        $prefix = Get-FreePrefix
        $collector = [System.Net.HttpListener]::new()
        $collector.Prefixes.Add($prefix)
        $collector.Start()
        $environment = @{
            OTEL_EXPORTER_OTLP_ENDPOINT = $prefix
            OTEL_EXPORTER_OTLP_PROTOCOL = 'http/protobuf'
            OTEL_METRIC_EXPORT_INTERVAL = '100'
            OTEL_BSP_SCHEDULE_DELAY = '100'
            OTEL_SERVICE_NAME = 'my-cache'
        }
        $node = Open-PeerProcess -Environment $environment {
            Import-Module $manifest
            Start-PeerNode exporting -ListenAddress 127.0.0.1
            $null = Register-PeerName 0.exported -Port 1
            $null = Resolve-PeerName 0.exported -ErrorAction Ignore
            'ready'
            $null = [Console]::In.ReadLine()
        }
        $got = @{}
        try {
            while (-not ($got.ContainsKey('/v1/metrics') -and $got.ContainsKey('/v1/traces'))) {
                $asked = $collector.GetContextAsync()
                $asked.Wait(60000) | Should -BeTrue -Because 'the node exports'
                $context = $asked.Result
                $body = [System.IO.MemoryStream]::new()
                $context.Request.InputStream.CopyTo($body)
                $context.Request.HttpMethod | Should -Be POST
                $context.Request.ContentType | Should -Be 'application/x-protobuf'
                $got[$context.Request.Url.AbsolutePath] = [System.Text.Encoding]::Latin1.GetString($body.ToArray())
                $context.Response.Close()
            }
        } finally {
            $collector.Close()
            Close-PeerProcess $node
        }
        $got['/v1/metrics'] | Should -Match 'peernet\.node\.uptime'
        $got['/v1/metrics'] | Should -Match 'my-cache'
        $got['/v1/metrics'] | Should -Match 'exporting'
        $got['/v1/traces'] | Should -Match 'peernet\.resolve'
    }
}
