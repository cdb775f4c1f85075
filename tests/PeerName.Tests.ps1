BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'New-PeerName' {
    It 'reads <_>' -ForEach '0.a', '0.', '0.with.dots and blanks', '0123456789abcdef0123456789abcdef01234567.x', ('0.' + 'x' * 149) {
        $name = New-PeerName $_
        $name.Value | Should -BeExactly $_
        "$name" | Should -BeExactly $_
        $name.IsSecure | Should -Be $_.StartsWith('0123')
    }

    It 'refuses <_>' -ForEach 'a', '', '.a', '1.a', '0123456789ABCDEF0123456789ABCDEF01234567.x', '0123.x', ('0.' + 'x' * 150), "0.a$([char] 0)b" {
        New-PeerName $_ -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_PEER_NAME,PeerNet.PowerShell.Commands.NewPeerNameCommand'
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.TargetObject | Should -BeExactly $_
        $failure.Exception.HResult | Should -Be 0x80632050
    }

    It 'goes on with the rest of the pipeline' {
        $names = '0.a', 'X.b', '0.c' | New-PeerName -ErrorVariable failure -ErrorAction SilentlyContinue
        $names.Classifier | Should -BeExactly a, c
        $failure.Count | Should -Be 1
    }

    It 'makes unsecured names' {
        (New-PeerName -Unsecured -Classifier 'printer').Value | Should -BeExactly 0.printer
    }

    It 'makes secure names of an identity, piped or named' {
        $identity = New-PeerIdentity -FriendlyName Alice
        $name = $identity | New-PeerName -Classifier wiki
        $name.Authority | Should -BeExactly $identity.PeerName.Authority
        (New-PeerName -Identity Alice -Classifier wiki).Value | Should -BeExactly $name.Value
        (New-PeerName -Identity $identity.PeerName.Value).Classifier | Should -BeExactly ''
    }

    It 'reports an identity that does not exist' {
        New-PeerName -Identity Nobody -Classifier x -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_IDENTITY_NOT_FOUND,PeerNet.PowerShell.Commands.NewPeerNameCommand'
        $failure.TargetObject | Should -BeExactly Nobody
    }

    It 'refuses a classifier that is too long or has NUL, before anything else' {
        { New-PeerName -Unsecured -Classifier ('x' * 150) } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -ExpectedMessage '*PEER_E_CLASSIFIER_TOO_LONG*'
        { New-PeerName -Unsecured -Classifier "a$([char] 0)" } | Should -Throw -ExpectedMessage '*PEER_E_INVALID_CLASSIFIER*'
    }

    It 'converts to a host name and back: <_>' -ForEach '0.wiki', '0.with.dots', '0123456789abcdef0123456789abcdef01234567.x' {
        $host1 = (New-PeerName $_).HostName
        $host1 | Should -Match '\.pnrp\.net$'
        (New-PeerName -HostName $host1).Value | Should -BeExactly $_
    }

    It 'has no host name where host names have no such characters' {
        (New-PeerName '0.a b').HostName | Should -BeNullOrEmpty
    }

    It 'refuses a host name outside pnrp.net' {
        New-PeerName -HostName www.example.org -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeExactly 'PEER_E_INVALID_PEER_HOST_NAME,PeerNet.PowerShell.Commands.NewPeerNameCommand'
        $failure.TargetObject | Should -BeExactly www.example.org
    }

    It 'needs no node' {
        Get-PeerNode -Name * | Stop-PeerNode -Force
        $null = New-PeerName 0.a
        Get-PeerNode -Name * | Should -BeNullOrEmpty
    }
}
