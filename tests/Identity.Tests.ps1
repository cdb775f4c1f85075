BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $password = Get-Password
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Identities' {
    AfterEach {
        Get-PeerIdentity | Remove-PeerIdentity -Confirm:$false
    }

    It 'get a secure peer name of their own' {
        $identity = New-PeerIdentity -FriendlyName Alice -Classifier home
        $identity.PeerName.Value | Should -MatchExactly '^[0-9a-f]{40}\.home$'
        $identity.FriendlyName | Should -BeExactly Alice
        $identity.Suite | Should -Be Modern
        $identity.Certificate.HasPrivateKey | Should -BeFalse
    }

    It 'open their private key, which signs for their authority' {
        $key = (New-PeerIdentity).OpenPrivateKey()
        try {
            $hash = [System.Security.Cryptography.SHA256]::HashData($key.ExportSubjectPublicKeyInfo())
            [Convert]::ToHexStringLower($hash[0..19]) | Should -BeExactly (Get-PeerIdentity).PeerName.Authority
            (Get-PeerIdentity).OpenPrivateKey().KeySize | Should -Be 256
        } finally {
            $key.Dispose()
        }
    }

    It 'make the first one the default' {
        $first = New-PeerIdentity -FriendlyName first
        $second = New-PeerIdentity -FriendlyName second
        (Get-PeerIdentity -Default).PeerName | Should -Be $first.PeerName
        ($second | Set-PeerIdentity -Default -PassThru).IsDefault | Should -BeTrue
        (Get-PeerIdentity -Default).PeerName | Should -Be $second.PeerName
    }

    It 'are found by peer name, friendly name and wildcard' {
        $identity = New-PeerIdentity -FriendlyName 'Alice at work'
        $null = New-PeerIdentity -FriendlyName 'Bob'
        (Get-PeerIdentity $identity.PeerName).FriendlyName | Should -Be 'Alice at work'
        (Get-PeerIdentity 'alice AT work').PeerName | Should -Be $identity.PeerName
        ('Alice*', 'B?b' | Get-PeerIdentity).FriendlyName | Should -Be 'Alice at work', 'Bob'
        Get-PeerIdentity 'Nobody*' | Should -BeNullOrEmpty
    }

    It 'are renamed and removed through the pipeline' {
        1..3 | ForEach-Object { $null = New-PeerIdentity -FriendlyName "old$_" }
        (Get-PeerIdentity old* | ForEach-Object { $_ | Set-PeerIdentity -FriendlyName "new$($_.FriendlyName)" -PassThru }).FriendlyName |
            Should -Be newold1, newold2, newold3
        Get-PeerIdentity newold* | Remove-PeerIdentity -Confirm:$false
        Get-PeerIdentity | Should -BeNullOrEmpty
    }

    It 'of the suite Windows come with a warning' {
        $identity = New-PeerIdentity -Suite Windows -WarningVariable warning -WarningAction SilentlyContinue
        $identity.Suite | Should -Be Windows
        $warning | Should -Match 'RSA-1024'
    }

    It 'keep their private keys in files that nobody else reads' -Skip:$IsWindows {
        $null = New-PeerIdentity
        $files = Get-ChildItem (Get-PeerNode).StorePath -Recurse -File -Filter *.p12
        $files.Count | Should -BeGreaterThan 0
        $files | Where-Object { $_.UnixFileMode -band [System.IO.UnixFileMode]'GroupRead, GroupWrite, OtherRead, OtherWrite' } |
            Should -BeNullOrEmpty
    }

    It 'under a password are opened by Set-PeerIdentity -Password in a later session' {
        $identity = New-PeerIdentity -FriendlyName locked -Password $password
        $identity.IsPasswordProtected | Should -BeTrue
        Stop-PeerNode
        (Get-PeerIdentity locked).IsUnlocked | Should -BeFalse
        Set-PeerIdentity locked -Password (Get-Password wrong) -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -BeIn SecurityError, PermissionDenied
        (Set-PeerIdentity locked -Password $password -PassThru).IsUnlocked | Should -BeTrue
    }

    It 'with the same friendly name have to be told apart by peer name' {
        $one = New-PeerIdentity -FriendlyName twin
        $null = New-PeerIdentity -FriendlyName twin
        Set-PeerIdentity twin -FriendlyName x -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        "$failure" | Should -Match $one.PeerName.Value
    }
}

Describe 'Export and import' {
    BeforeAll {
        $identity = New-PeerIdentity -FriendlyName Traveller -Classifier t
        $file = Join-Path $sandbox 'traveller.xml'
    }

    AfterAll {
        Get-PeerIdentity | Remove-PeerIdentity -Confirm:$false
    }

    It 'bring an identity with its key to another node' {
        $written = $identity | Export-PeerIdentity -Path $file -Password $password
        $written | Should -BeOfType System.IO.FileInfo
        $file | Should -Not -FileContentMatch 'PRIVATE KEY'

        Start-PeerNode -Name abroad
        $imported = Import-PeerIdentity $file -Password $password -Node abroad
        $imported.PeerName | Should -Be $identity.PeerName
        $imported.FriendlyName | Should -BeExactly Traveller
        Stop-PeerNode abroad
    }

    It 'write files that nobody else reads' -Skip:$IsWindows {
        (Get-Item $file).UnixFileMode | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'overwrite only with -Force' {
        $identity | Export-PeerIdentity -Path $file -Password $password -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_ALREADY_EXISTS,PeerNet.PowerShell.Commands.ExportPeerIdentityCommand'
        $identity | Export-PeerIdentity -Path $file -Password $password -Force | Should -Not -BeNullOrEmpty
    }

    It 'tell a wrong password from a damaged file' {
        Start-PeerNode -Name abroad2
        $null = Import-PeerIdentity $file -Password (Get-Password wrong) -Node abroad2 -ErrorVariable wrong -ErrorAction SilentlyContinue
        $damaged = Join-Path $sandbox 'damaged.xml'
        (Get-Content $file -Raw) -replace 'Traveller', 'Intruder' | Set-Content $damaged
        $null = Import-PeerIdentity $damaged -Password $password -Node abroad2 -ErrorVariable broken -ErrorAction SilentlyContinue
        Stop-PeerNode abroad2
        $wrong.CategoryInfo.Category | Should -Be SecurityError
        $broken.CategoryInfo.Category | Should -Be InvalidData
    }

    It 'refuse an identity that is here already' {
        $null = Import-PeerIdentity $file -Password $password -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -Be ResourceExists
    }

    It 'pass a document through the pipeline with -AsXml' {
        $xml = $identity | Export-PeerIdentity -Password $password -AsXml
        $xml | Should -BeOfType string
        Start-PeerNode -Name abroad3
        (Import-PeerIdentity -Xml $xml -Password $password -Node abroad3).PeerName | Should -Be $identity.PeerName
        Stop-PeerNode abroad3
    }

    It 'give others the public part without a password' {
        $xml = [xml] ($identity | Export-PeerIdentity -Public -AsXml)
        $xml.DocumentElement.Name | Should -BeExactly PEERIDENTITYINFO
    }

    It 'report every file that is not there, and go on' {
        $null = Get-Item $file | Import-PeerIdentity -Password $password -ErrorVariable here -ErrorAction SilentlyContinue
        $here.CategoryInfo.Category | Should -Be ResourceExists
        $null = Import-PeerIdentity (Join-Path $sandbox 'no1.xml'), (Join-Path $sandbox 'no2.xml') -Password $password -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.Count | Should -Be 2
        $failures.CategoryInfo.Category | Should -Be ObjectNotFound, ObjectNotFound
    }
}

Describe 'An export into a folder that is not there' {
    It 'is an error of that file' {
        $identity = New-PeerIdentity -FriendlyName stray
        $path = Join-Path $sandbox 'gone/stray.xml'
        Export-PeerIdentity $identity -Public -Path $path -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].TargetObject | Should -BeExactly $path
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*'
        Remove-PeerIdentity $identity -Confirm:$false
    }
}

Describe 'A delegation' {
    BeforeAll {
        $owner = New-PeerIdentity -FriendlyName owner
        $deputy = New-PeerIdentity -FriendlyName deputy
        $chain = Join-Path $sandbox 'deputy.p7b'
    }

    AfterAll {
        Get-PeerName | Unregister-PeerName
        Get-PeerIdentity | Remove-PeerIdentity -Confirm:$false
    }

    It 'is issued to an identity, a certificate, or a public part in a file' {
        $public = Join-Path $sandbox 'deputy.xml'
        $null = $deputy | Export-PeerIdentity -Public -Path $public
        $owner | Export-PeerIdentity -Delegation -To $public -Classifier wiki -Path $chain | Should -Exist
        $owner | Export-PeerIdentity -Delegation -To $deputy -Path (Join-Path $sandbox 'b.p7b') | Should -Exist
        $owner | Export-PeerIdentity -Delegation -To $deputy.Certificate -Path (Join-Path $sandbox 'c.p7b') | Should -Exist
    }

    It 'lets the other identity register a name of the owner' {
        $name = $owner | New-PeerName -Classifier wiki
        $registration = Register-PeerName $name -Identity $deputy -DelegationChain $chain -Cloud Loopback_ -Endpoint 127.0.0.1:80 -PassThru
        $registration.IsDelegated | Should -BeTrue
        $registration.Identity | Should -BeExactly $deputy.PeerName.Value
    }

    It 'ends where its classifiers end' {
        $name = $owner | New-PeerName -Classifier other
        Register-PeerName $name -Identity $deputy -DelegationChain $chain -Cloud Loopback_ -Endpoint 127.0.0.1:80 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.CategoryInfo.Category | Should -BeIn PermissionDenied, SecurityError
        Register-PeerName $name -Identity $deputy -Cloud Loopback_ -Endpoint 127.0.0.1:80 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_NOT_AUTHORIZED,PeerNet.PowerShell.Commands.RegisterPeerNameCommand'
    }
}
