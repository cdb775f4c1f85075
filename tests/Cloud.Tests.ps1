BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Get-PeerCloud' {
    It 'shows the clouds of this machine without opening any' {
        $cloud = Get-PeerCloud | Where-Object Name -EQ Loopback_
        $cloud.Scope | Should -Be Loopback
        $cloud.State | Should -Be Virtual
        $cloud.IsLocalName | Should -BeTrue
    }

    It 'takes wildcards, scopes and piped names' {
        (Get-PeerCloud loop*).Name | Should -BeExactly Loopback_
        (Get-PeerCloud -Scope Loopback).Name | Should -BeExactly Loopback_
        ('Loopback_' | Get-PeerCloud).Name | Should -BeExactly Loopback_
        (Get-PeerCloud loopback_).Name | Should -BeExactly Loopback_
        Get-PeerCloud Nebula* | Should -BeNullOrEmpty
    }

    It 'reports a cloud that there is not' {
        Get-PeerCloud Nebula_ -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NO_CLOUD,PeerNet.PowerShell.Commands.GetPeerCloudCommand'
        $failure.TargetObject | Should -BeExactly Nebula_
    }
}

Describe 'Set-PeerCloud' {
    AfterEach {
        Get-PeerName | Unregister-PeerName
        Set-PeerCloud Loopback_ -State Open -Mode Full -Seed @()
    }

    It 'writes the cloud only with -PassThru' {
        Set-PeerCloud Loopback_ -Seed localhost | Should -BeNullOrEmpty
        (Get-PeerCloud Loopback_ | Set-PeerCloud -Seed 127.0.0.1:3540, '[::1]:3540' -PassThru).Seeds | Should -Be 127.0.0.1:3540, '[::1]:3540'
        (Set-PeerCloud Loopback_ -Seed @() -PassThru).Seeds | Should -BeNullOrEmpty
    }

    It 'closes and opens' {
        (Set-PeerCloud Loopback_ -State Closed -PassThru).State | Should -Be Disabled
        Resolve-PeerName (Get-FreshName) -Cloud Loopback_ -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'WSA_PNRP_CLOUD_DISABLED,*'
        (Set-PeerCloud Loopback_ -State Open -PassThru).State | Should -Not -Be Disabled
    }

    It 'makes a node resolve only' {
        (Set-PeerCloud Loopback_ -Mode ResolveOnly -PassThru).Mode | Should -Be ResolveOnly
        Register-PeerName (Get-FreshName) -Cloud Loopback_ -Port 80 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'WSA_PNRP_CLOUD_IS_SEARCH_ONLY,PeerNet.PowerShell.Commands.RegisterPeerNameCommand'
    }

    It 'does not while names are registered, and names them' {
        $name = Get-FreshName
        Register-PeerName $name -Cloud Loopback_ -Port 80
        Set-PeerCloud Loopback_ -Mode ResolveOnly -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be ResourceBusy
        "$failure" | Should -Match ([regex]::Escape($name))
    }

    It 'refuses <_> as a seed' -ForEach 'host:0', 'host:70000', '[::1', '::1:80:', 'a b', '' {
        { Set-PeerCloud Loopback_ -Seed $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'Repair-PeerCloud' {
    BeforeAll {
        $peer = Open-PeerProcess {
            Import-Module $manifest
            Start-PeerNode -Component Pnrp
            Set-PeerCloud Loopback_ -State Open
            Register-PeerName "0.$([guid]::NewGuid())" -Cloud Loopback_ -Port 80
            (Get-PeerNode).Ports.Pnrp
            $null = [Console]::In.ReadLine()
        }
        $port = Read-PeerProcess $peer
    }

    AfterAll {
        Close-PeerProcess $peer
    }

    It 'synchronizes with a node, after which the cache knows it' {
        $result = Repair-PeerCloud Loopback_ -Synchronize -HostEndpoint "127.0.0.1:$port"
        $result.Action | Should -Be Synchronize
        $result.Cloud | Should -BeExactly Loopback_
        (Get-PeerCloud Loopback_ -IncludeCache).Cache.Count | Should -BeGreaterThan 0
        (Get-PeerCloud Loopback_).Cache | Should -BeNullOrEmpty
    }

    It 'empties the cache' {
        (Repair-PeerCloud Loopback_ -FlushCache).EntriesAfter | Should -Be 0
    }

    It 'looks for a split where nothing else is said' {
        (Repair-PeerCloud Loopback_ -TimeoutSeconds 5).Action | Should -Be SplitDetection
    }

    It 'says so where there is no seed to synchronize with' {
        # A resolve-only cloud of a node that has met nobody.
        Start-PeerNode -Name hermit
        Set-PeerCloud Loopback_ -Mode ResolveOnly -Node hermit
        (Repair-PeerCloud Loopback_ -Synchronize -TimeoutSeconds 1 -Node hermit).Detail | Should -Match 'seed'
    }
}
