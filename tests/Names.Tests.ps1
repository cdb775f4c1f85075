BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Two processes' {
    BeforeAll {
        $unsecured = Get-FreshName
        $publisher = Open-PeerProcess -ArgumentList $unsecured {
            param($unsecured)
            Import-Module $manifest
            $secure = New-PeerIdentity -FriendlyName Alice | New-PeerName -Classifier wiki
            $endpoints = 1..10 | ForEach-Object { "127.0.0.1:$(8000 + $_)" }
            Register-PeerName $secure -Cloud Loopback_ -Endpoint $endpoints -Comment "Alice's wiki" -Data ([byte[]] (1..4096 | ForEach-Object { $_ % 251 }))
            Register-PeerName $unsecured -Cloud Loopback_ -Endpoint '[::1]:80' -Protocol Udp -Text "Gr$([char] 0xfc)$([char] 0xdf)e"
            $secure.Value
            $null = [Console]::In.ReadLine()
        }
        $secure = Read-PeerProcess $publisher
    }

    AfterAll {
        Close-PeerProcess $publisher
    }

    It 'find a secured name, with ten endpoints and 4 KiB of data' {
        $found = Resolve-PeerName $secure -Cloud Loopback_ -IncludeData -IncludePath
        $found.Name.Value | Should -BeExactly $secure
        $found.Cloud | Should -BeExactly Loopback_
        $found.IsVerified | Should -BeTrue
        $found.Comment | Should -BeExactly "Alice's wiki"
        $found.Endpoints | Should -Be (1..10 | ForEach-Object { "127.0.0.1:$(8000 + $_)" })
        $found.Data | Should -Be ([byte[]] (1..4096 | ForEach-Object { $_ % 251 }))
        $found.Path.Count | Should -BeGreaterThan 0
    }

    It 'find an unsecured name, and are told that nobody vouches for it' {
        $found = Resolve-PeerName $unsecured -Cloud Loopback_ -IncludeData
        $found.IsVerified | Should -BeFalse
        $found.Text | Should -BeExactly "Gr$([char] 0xfc)$([char] 0xdf)e"
        $found.Endpoints.Protocol | Should -Be Udp
        $found | Out-String | Should -MatchExactly 'UNVERIFIED'
        $found | Format-List | Out-String | Should -Match 'does not prove'
    }

    It 'show data and path only when asked' {
        $found = Resolve-PeerName $secure -Cloud Loopback_
        $found.Data | Should -BeNullOrEmpty
        $found.Path | Should -BeNullOrEmpty
    }

    It 'resolve a whole pipeline, and report the names that nobody has' {
        $missing = Get-FreshName
        $found = $secure, $missing, $unsecured | Resolve-PeerName -Cloud Loopback_ -ErrorVariable failure -ErrorAction SilentlyContinue
        $found.Name.Value | Should -BeExactly $secure, $unsecured
        $failure.Count | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_FOUND,PeerNet.PowerShell.Commands.ResolvePeerNameCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -BeExactly $missing
    }

    It 'stop searching when the next command has enough' {
        (Resolve-PeerName $secure -Cloud Loopback_ -MaxResult 100 | Select-Object -First 1).IsVerified | Should -BeTrue
    }
}

Describe 'A name of this node' {
    It 'is found with -Criteria Any, and the error says so' {
        $name = Get-FreshName
        Register-PeerName $name -Cloud Loopback_ -Port 80
        Resolve-PeerName $name -Cloud Loopback_ -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].Exception.Message | Should -Match '-Criteria Any'
        (Resolve-PeerName $name -Cloud Loopback_ -Criteria Any).Name.Value | Should -BeExactly $name
        Unregister-PeerName -Name $name
    }
}

Describe 'The text of a name' {
    It 'may be 4095 bytes in the shorter of UTF-8 and UTF-16' {
        { Register-PeerName 0.text -Cloud Loopback_ -Text ('x' * 4095) -WhatIf } | Should -Not -Throw
        { Register-PeerName 0.text -Cloud Loopback_ -Text ([string] [char] 0x4e2d * 2000) -WhatIf } | Should -Not -Throw
        { Register-PeerName 0.text -Cloud Loopback_ -Text ('x' * 4096) -WhatIf } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'A withdrawn name' {
    It 'is found no more' {
        $name = Get-FreshName
        $publisher = Open-PeerProcess -ArgumentList $name {
            param($name)
            Import-Module $manifest
            Register-PeerName $name -Cloud Loopback_ -Port 80
            'registered'
            $null = [Console]::In.ReadLine()
            Unregister-PeerName -Name $name
        }
        $null = Read-PeerProcess $publisher
        Resolve-PeerName $name -Cloud Loopback_ | Should -Not -BeNullOrEmpty
        Close-PeerProcess $publisher
        Resolve-PeerName $name -Cloud Loopback_ -TimeoutSeconds 5 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}

Describe 'Registrations of a node' {
    BeforeAll {
        $identity = New-PeerIdentity -FriendlyName owner
    }

    AfterEach {
        Get-PeerName | Unregister-PeerName
    }

    It 'are listed, by name, wildcard, cloud and identity' {
        $prefix = Get-FreshName
        "$prefix-a", "$prefix-b" | Register-PeerName -Cloud Loopback_ -Port 80
        $null = $identity | New-PeerName -Classifier c | Register-PeerName -Cloud Loopback_ -Port 80
        @(Get-PeerName).Count | Should -Be 3
        (Get-PeerName "$prefix-a").Cloud | Should -BeExactly Loopback_
        @(Get-PeerName "$prefix-*").Count | Should -Be 2
        @(Get-PeerName "$($prefix.ToUpperInvariant())-*").Count | Should -Be 0
        @(Get-PeerName -Cloud Loopback_ -Identity owner).Count | Should -BeGreaterOrEqual 1
        Get-PeerName 0.nothing* | Should -BeNullOrEmpty
    }

    It 'are written only with -PassThru' {
        Register-PeerName (Get-FreshName) -Cloud Loopback_ -Port 80 | Should -BeNullOrEmpty
        $registration = Register-PeerName (Get-FreshName) -Cloud Loopback_ -Port 80 -PassThru
        $registration.Endpoints.Port | Select-Object -Unique | Should -Be 80
        $registration.PSObject.TypeNames | Should -Contain 'PeerNet.Engine.Pnrp.PeerNameRegistration'
    }

    It 'are updated by registering again' {
        $name = Get-FreshName
        Register-PeerName $name -Cloud Loopback_ -Port 80 -Comment first
        Register-PeerName $name -Cloud Loopback_ -Port 81 -Comment second
        $registration = Get-PeerName $name
        @($registration).Count | Should -Be 1
        $registration.Comment | Should -BeExactly second
        $registration.Endpoints.Port | Select-Object -Unique | Should -Be 81
    }

    It 'last over the node''s life where they are to, until they are withdrawn' {
        $lasting, $passing = 1..2 | ForEach-Object { Get-FreshName }
        Register-PeerName $lasting -Cloud Loopback_ -Port 80 -Comment kept -Persistent
        Register-PeerName $passing -Cloud Loopback_ -Port 80
        (Get-PeerName $lasting).IsPersistent | Should -BeTrue
        (Get-PeerName $passing).IsPersistent | Should -BeFalse
        Stop-PeerNode
        $again = Get-PeerName
        $again.Name.Value | Should -BeExactly $lasting
        $again.Comment | Should -BeExactly kept
        $again.Endpoints.Port | Select-Object -Unique | Should -Be 80
        Unregister-PeerName $lasting
        Stop-PeerNode
        Get-PeerName | Should -BeNullOrEmpty
    }

    It 'come from properties of piped objects' {
        $names = 1..2 | ForEach-Object { Get-FreshName }
        "Name,Endpoint,Comment`n$($names[0]),127.0.0.1:80,one`n$($names[1]),[::1]:81,two" | ConvertFrom-Csv | Register-PeerName -Cloud Loopback_
        (Get-PeerName $names[0]).Endpoints | Should -Be '127.0.0.1:80'
        (Get-PeerName $names[1]).Comment | Should -BeExactly two
    }

    It 'may be the machine''s own name' {
        $registration = Register-PeerName -MachineName -Cloud Loopback_ -Port 22 -PassThru
        $registration.Name.Value | Should -BeExactly "0.$([Environment]::MachineName.ToLowerInvariant())"
        (Register-PeerName -MachineName -Identity owner -Cloud Loopback_ -Text hello -PassThru).Name.IsSecure | Should -BeTrue
    }

    It 'by the thousand come from a pipeline, with one warning, and go again' {
        $prefix = Get-FreshName
        1..1000 | ForEach-Object { "$prefix-$_" } |
            Register-PeerName -Cloud Loopback_ -Endpoint 127.0.0.1:80 -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings).Count | Should -Be 1
        @(Get-PeerName).Count | Should -Be 1000
        (Get-PeerCloud Loopback_).RegisteredCount | Should -Be 1000
        Unregister-PeerName -All -Confirm:$false
        Get-PeerName | Should -BeNullOrEmpty
    }

    It 'report what is wrong with each of them, and go on with the others' {
        $name = Get-FreshName
        $stranger = '0123456789abcdef0123456789abcdef01234567.stranger'
        $stranger, $name | Register-PeerName -Cloud Loopback_ -Port 80 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_AUTHORIZED,PeerNet.PowerShell.Commands.RegisterPeerNameCommand'
        $failure.CategoryInfo.Category | Should -Be PermissionDenied
        "$($failure.TargetObject)" | Should -BeExactly $stranger
        Get-PeerName $name | Should -Not -BeNullOrEmpty
    }

    It 'know no other cloud than those of the machine' {
        Register-PeerName (Get-FreshName) -Cloud Nebula_ -Port 80 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NO_CLOUD,PeerNet.PowerShell.Commands.RegisterPeerNameCommand'
        $failure.TargetObject | Should -BeExactly Nebula_
    }

    It 'need an endpoint, a port or a payload' {
        Register-PeerName (Get-FreshName) -Cloud Loopback_ -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        Register-PeerName (Get-FreshName) -Cloud Loopback_ -Text 'only this' -ErrorAction Stop
    }

    It 'are not found where they are not' {
        Get-PeerName 0.not-here -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_FOUND,PeerNet.PowerShell.Commands.GetPeerNameCommand'
        $failure.TargetObject | Should -BeExactly 0.not-here
        Unregister-PeerName -Name 0.not-here -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
    }
}

Describe 'Text of other peers' {
    It 'does not reach the terminal as it is' {
        $name = "$(Get-FreshName)$([char] 27)[31m"
        Register-PeerName $name -Cloud Loopback_ -Port 80 -Comment "a$([char] 27)]0;title$([char] 7)$([char] 0x202e)b"
        $found = Resolve-PeerName $name -Cloud Loopback_ -Criteria Any
        $found.Comment | Should -BeLike "a$([char] 27)*"
        $views = $found, (Get-PeerName $name) | ForEach-Object { $_ | Format-Table | Out-String; $_ | Format-List | Out-String }
        $output = ($views -join '') -replace "$([char] 27)\[[0-9;]*m"
        $output | Should -Not -Match "[$([char] 27)$([char] 7)$([char] 0x202e)]"
        $output | Should -Match ([regex]::Escape('\u{1b}'))
    }
}
