BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $null = Start-PeerNode -ListenAddress 127.0.0.1
    $name = Register-PeerName (Get-FreshName 'output') -Port 80 -Cloud Loopback_ -Data 1, 2, 3 -PassThru
    $graph = New-PeerGraph output -Listen
    $record = Add-PeerRecord output ([guid]::NewGuid()) -Text hello -Lifetime 01:00:00
    $group = New-PeerGroup output -Cloud Loopback_
    $file = New-RandomFile (Get-SandboxPath 'file') 200KB
    $content = @(Publish-PeerContent $file -AddToCache)
    $outputs = @{
        Name         = $name
        Cloud        = Get-PeerCloud Loopback_ -IncludeCache
        Node         = Get-PeerNode
        Identity     = Get-PeerIdentity
        Graph        = $graph
        Member       = Get-PeerGraphNode output
        Record       = $record
        Group        = $group
        GroupMember  = Get-PeerGroupMember output
        Invitation   = New-PeerGroupInvitation output (New-PeerIdentity Guest)
        Content      = $content[0]
        Cache        = Get-PeerCache Data -IncludeSegment
        Distribution = Get-PeerDistribution
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'What cmdlets write' {
    It 'has lists that can be indexed in strict mode: <Of>.<Path>' -ForEach @(
        @{ Of = 'Name'; Path = 'Endpoints' }
        @{ Of = 'Cloud'; Path = 'Addresses' }
        @{ Of = 'Node'; Path = 'Addresses' }
        @{ Of = 'Node'; Path = 'Components' }
        @{ Of = 'Graph'; Path = 'Addresses' }
        @{ Of = 'Member'; Path = 'Addresses' }
        @{ Of = 'GroupMember'; Path = 'Addresses' }
        @{ Of = 'GroupMember'; Path = 'NodeIds' }
        @{ Of = 'Content'; Path = 'Segments' }
        @{ Of = 'Cache'; Path = 'Segments' }
        @{ Of = 'Distribution'; Path = 'Network.PortsToOpen' }
    ) {
        Set-StrictMode -Version Latest
        $list = $outputs[$Of]
        foreach ($property in $Path -split '\.') { $list = $list.$property }
        $all = @($list | ForEach-Object { $_ })
        $all | Should -Not -BeNullOrEmpty
        for ($i = 0; $i -lt $all.Count; $i++) {
            , $list[$i] | Should -HaveCount 1
            $list[$i] | Should -Be $all[$i]
        }
        $list[-1] | Should -Be $all[-1]
    }

    It 'has data that can be given back as they are' {
        $record.Data | Should -BeOfType byte
        $again = Set-PeerRecord output $record.Id -Data $record.Data -PassThru
        $again.Text | Should -Be hello
        $name.Data | Should -Be 1, 2, 3
    }

    It 'becomes JSON that says what it is' {
        $json = $name, $record, $content[0] | ConvertTo-Json -Depth 5 | ConvertFrom-Json
        $json[0].PnrpId.Value | Should -BeExactly "$($name.PnrpId)"
        $json[1].Data | Should -Be $record.Data
        $json[2].Segments[0].Id.Value | Should -BeExactly "$($content[0].Segments[0].Id)"
    }

    It 'becomes JSON without end in sight nowhere: <_>' -ForEach 'Name', 'Cloud', 'Node', 'Graph', 'Record', 'Content', 'Distribution',
        'Group', 'Invitation' {
        # Truncation is a warning, and the certificate of an identity is .NET's own.
        $outputs[$_] | ConvertTo-Json -Depth 6 -WarningVariable warnings -WarningAction SilentlyContinue | Should -Not -Match '"Span"'
        $warnings | Should -BeNullOrEmpty
    }

    It 'shows nested objects as people would put them: <_>' -ForEach 'Name', 'Cloud', 'Node', 'Graph', 'Member', 'Record', 'Content',
        'Cache', 'Distribution', 'Group', 'GroupMember', 'Invitation' {
        $outputs[$_] | Format-List * | Out-String -Width 400 | Should -Not -Match '<>z__|\w+ \{ \w+ = '
    }

    It 'has a view for each kind of object' {
        $views = [xml] (Get-Content (Join-Path (Split-Path (Get-StagedManifest)) 'Views/PeerNet.Format.ps1xml') -Raw)
        $viewed = $views.Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName
        $nested = $outputs.Values | ForEach-Object { $_.PSObject.Properties } | ForEach-Object { $_.Value } | ForEach-Object { $_ }
        $types = @($outputs.Values) + @($nested) | Where-Object { $_ } | ForEach-Object GetType |
            Where-Object { $_.FullName -like 'PeerNet.*' -and $_.IsClass -and $_.GetProperties().Count -gt 2 }
        $types.FullName | Sort-Object -Unique | Where-Object { $_ -notin $viewed -and $_ -notlike '*.PeerPublicKey' } | Should -BeNullOrEmpty
    }
}
