BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
    # Colours are PowerShell's own, and none of this concerns them.
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'

    # What drives a terminal, or makes it show something else: ESC, BEL, CR, the C1 form of CSI, an override of direction.
    $hostile = "a`e]0;title`a`r$([char] 0x9b)31m$([char] 0x202e)b"
    $driver = "[$(-join [char[]] (0x1b, 0x07, 0x0d, 0x9b, 0x202e))]"

    # Line ends are those of the views.
    function Get-Shown { ($input | Out-String -Width 400).Replace("`r`n", "`n") }

    # A server that says the same to everybody.
    function Open-Server([string] $Answer) {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $job = Start-ThreadJob {
            try {
                while ($true) {
                    $client = ($using:listener).AcceptTcpClient()
                    $stream = $client.GetStream()
                    $null = $stream.Read([byte[]]::new(65536), 0, 65536)
                    $stream.Write([System.Text.Encoding]::Latin1.GetBytes($using:Answer))
                    $client.Client.Shutdown('Send')
                    while ($stream.Read([byte[]]::new(65536), 0, 65536)) { }
                    $client.Dispose()
                }
            } catch [System.Net.Sockets.SocketException] { Write-Verbose 'The listener was stopped.' }
        }
        [pscustomobject]@{ Listener = $listener; Job = $job; Uri = "http://$($listener.LocalEndpoint)/f" }
    }

    function Close-Server($Server) {
        $Server.Listener.Stop()
        $Server.Job | Remove-Job -Force
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Exit-PeerSandbox
}

Describe 'What others wrote does not drive the terminal' {
    It 'in an error about a server, as <Place>' -ForEach @(
        @{ Place = 'its reason'; Head = "HTTP/1.1 500 a`e]0;title`ab$([char] 0x9b)31m" }
        @{ Place = 'where it redirects to'; Head = "HTTP/1.1 302 Found`r`nLocation: ftp://host/`e]0;title`a$([char] 0x9b)31m" }
        @{ Place = 'a status line that is none'; Head = "`e]0;title`a" }
    ) {
        $server = Open-Server "$Head`r`nContent-Length: 0`r`nConnection: close`r`n`r`n"
        try {
            $failure = Get-Failure { Receive-PeerContent -Uri $server.Uri -OutFile (Get-SandboxPath) }
            $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_CONNECTION_FAILED,*'
            $failure.Exception.Message | Should -Not -Match $driver
            $failure.Exception.Message | Should -Match ([regex]::Escape('\u{1b}'))
            $failure | Get-Shown | Should -Not -Match $driver
            Get-Error $failure | Get-Shown | Should -Not -Match $driver
            $failure.Exception.ToString() | Should -Not -Match $driver
        } finally {
            Close-Server $server
        }
    }

    It 'in the name of what an error is about' {
        $failure = Get-Failure { Get-PeerGraphNode -Graph $hostile }
        $failure.Exception.Message | Should -Not -Match $driver
        $failure.CategoryInfo.ToString() | Should -Not -Match $driver
        $failure.TargetObject | Should -BeExactly $hostile
    }

    It 'in an argument that is refused: <_>' -ForEach @(
        { Resolve-PeerName $hostile }
        { Receive-PeerContent -Uri "x:$hostile" -OutFile x }
        { Start-PeerNode -Seed $hostile }
        { Close-PeerConnection $hostile }
    ) {
        $failure = { & $_ } | Should -Throw -PassThru
        # PowerShell quotes an argument that it cannot convert itself; what PeerNet says comes last.
        $cause = $failure.Exception
        while ($cause.InnerException) { $cause = $cause.InnerException }
        $cause.Message | Should -Not -Match $driver
    }

    It 'in warnings, progress and questions' {
        $null = New-PeerGraph $hostile
        $null = Connect-PeerGraph $hostile -Offline
        Add-PeerRecord $hostile -Type ([guid]::NewGuid()) -Data ([byte[]]::new(4096)) -Lifetime 01:00:00 | Out-Null
        $warnings = @(Set-PeerGraph $hostile -MaxRecordSize 2048 3>&1 |
            Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warnings.Count | Should -Be 1
        $warnings.Message | Should -Not -Match $driver
        $warnings.Message | Should -Match ([regex]::Escape('\u{202e}'))

        # Somebody who says nothing.
        $silent = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $silent.Start()
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($manifest, $graph, $endpoint)
                Import-Module $manifest
                Connect-PeerGraph "$graph-elsewhere" $endpoint -TimeoutSeconds 3
            }).AddArgument((Get-StagedManifest)).AddArgument($hostile).AddArgument("$($silent.LocalEndpoint)").Invoke()
            $shell.Streams.Progress.Count | Should -BeGreaterThan 0
            foreach ($record in $shell.Streams.Progress) {
                "$($record.Activity) $($record.StatusDescription) $($record.CurrentOperation)" | Should -Not -Match $driver
            }
        } finally {
            $shell.Dispose()
            $silent.Stop()
        }

        $told = Join-Path (Split-Path (Get-SandboxPath)) 'what-if.txt'
        Start-Transcript $told -UseMinimalHeader | Out-Null
        try {
            Remove-PeerGraph $hostile -WhatIf
        } finally {
            Stop-Transcript | Out-Null
        }
        $text = (Get-Content $told -Raw) -replace "`r`n", "`n"
        $text | Should -Match ([regex]::Escape('\u{1b}]0;title'))
        $text | Should -Not -Match $driver
    }

    It 'at completion, which still inserts what is meant' {
        $match = (TabExpansion2 'Get-PeerGraph a').CompletionMatches | Where-Object CompletionText -Match 'title'
        @($match).Count | Should -Be 1
        "$($match.CompletionText) $($match.ListItemText) $($match.ToolTip)" | Should -Not -Match $driver
        & ([scriptblock]::Create($match.CompletionText)) | Should -BeExactly $hostile
    }

    It 'in views' {
        Get-PeerGraph $hostile | Get-Shown | Should -Not -Match $driver
        Get-PeerGraph $hostile | Format-List | Get-Shown | Should -Not -Match $driver
        Get-PeerGraphNode $hostile | Format-List | Get-Shown | Should -Not -Match $driver
    }
}

Describe 'Views' {
    It 'escape every property that is text' {
        $views = [xml] (Get-Content (Join-Path (Split-Path (Get-StagedManifest)) 'Views/PeerNet.Format.ps1xml') -Raw)
        # The engine comes with the first text.
        $null = [PeerNet.PowerShell.PeerText]::Escape('')
        $types = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'PeerNet.*' } |
            ForEach-Object GetExportedTypes | Group-Object FullName -AsHashTable
        $bare = foreach ($view in $views.Configuration.ViewDefinitions.View) {
            foreach ($name in $view.ViewSelectedBy.TypeName) {
                $properties = $types[$name][0].GetProperties()
                $view.SelectNodes('.//PropertyName').InnerText | Where-Object {
                    $shown = $_
                    ($properties | Where-Object Name -EQ $shown).PropertyType -in [string], [object]
                } | ForEach-Object { "$name.$_" }
            }
        }
        $bare | Should -BeNullOrEmpty
    }
}
