# What a node does again when it starts. Stop-PeerNode and the next cmdlet are the restart.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $state = (Start-PeerNode -PassThru).StorePath

    # The notices of the first cmdlet after a restart.
    function Restart-Node {
        Stop-PeerNode
        $null = Get-PeerIdentity -WarningVariable notices -WarningAction SilentlyContinue
        @($notices | ForEach-Object Message)
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A graph with -Persistent' {
    BeforeAll {
        $type = [guid]::NewGuid()
    }

    AfterEach {
        Get-PeerGraph -IncludeClosed | Remove-PeerGraph -Force -Confirm:$false
    }

    It 'is open again, and listens, until it is left' {
        $graph = New-PeerGraph notes -Scope Loopback -Listen -Persistent
        $graph.IsPersistent | Should -BeTrue
        $null = New-PeerGraph passing -Scope Loopback
        $null = Add-PeerRecord notes $type -Text kept -Lifetime 1:00
        Restart-Node | Should -BeNullOrEmpty
        $again = Get-PeerGraph
        $again.Id | Should -BeExactly notes
        $again.IsPersistent | Should -BeTrue
        $again.Port | Should -BeGreaterThan 0
        (Get-PeerRecord notes).Text | Should -BeExactly kept
        (Get-PeerGraph -IncludeClosed | Where-Object Id -EQ passing).IsPersistent | Should -BeFalse
        ($again | Format-List | Out-String) | Should -Match 'IsPersistent\s+: True'
        Disconnect-PeerGraph notes
        $null = Restart-Node
        Get-PeerGraph | Should -BeNullOrEmpty
        (Get-PeerGraph notes -IncludeClosed).IsPersistent | Should -BeFalse
    }

    It 'connects again where it was connected' {
        Start-PeerNode far -ListenAddress 127.0.0.1
        $there = New-PeerGraph notes -PeerId far -Scope Loopback -Listen -Node far
        $null = Connect-PeerGraph notes "127.0.0.1:$($there.Port)" -PeerId near -Persistent -Node default
        $null = Restart-Node
        Wait-Until { (Get-PeerGraph notes -Node default).Neighbors -eq 1 }
        $null = Connect-PeerGraph notes -Offline -Persistent:$false -Node default
        (Get-PeerGraph notes -Node default).IsPersistent | Should -BeFalse
        Stop-PeerNode far -Force
    }

    It 'is not kept with -WhatIf, nor with code' {
        $null = New-PeerGraph notes -Scope Loopback -Persistent -WhatIf
        "$(Get-Content (Join-Path $state open-graphs/*.json) -Raw -ErrorAction Ignore)" | Should -Not -Match notes
        { New-PeerGraph notes -Persistent -SecurityProvider @{ SecureRecord = { } } } | Should -Throw -ErrorId 'E_INVALIDARG*' -ExpectedMessage '*-SecurityProvider*-Persistent*'
        Get-PeerGraph -IncludeClosed | Should -BeNullOrEmpty
    }

    It 'is a warning with the remedy where it cannot be opened, and no longer when it is removed' {
        $lost = New-PeerGraph lost -Scope Loopback -Persistent
        $null = New-PeerGraph found -Scope Loopback -Persistent
        Stop-PeerNode
        Remove-Item (Join-Path $state "graphs/$($lost.DatabaseName).graph*")
        $warning = Restart-Node
        $warning | Should -HaveCount 1
        $warning | Should -Match "'lost'.*Disconnect-PeerGraph lost"
        (Get-PeerGraph).Id | Should -BeExactly found
        Restart-Node | Should -HaveCount 1
        Remove-PeerGraph lost -Confirm:$false
        Restart-Node | Should -BeNullOrEmpty
    }

    It 'is a warning where the file of it is damaged, and the rest of the node is there' {
        $null = New-PeerGraph notes -Scope Loopback -Persistent
        $file = Get-Item (Join-Path $state open-graphs/*.json)
        Stop-PeerNode
        Set-Content $file '{' -NoNewline
        Restart-Node | Should -Match "$($file.Name).* damaged"
        (Get-PeerGraph notes -IncludeClosed).IsOpen | Should -BeFalse
        { Connect-PeerGraph notes -Offline -Persistent -ErrorAction Stop } | Should -Throw "*$($file.Name)*"
        Get-Content $file | Should -BeExactly '{'
        Remove-Item $file
    }
}

Describe 'A group' {
    AfterEach {
        Get-PeerGroup | Remove-PeerGroup -Force -Confirm:$false
    }

    It 'is open again, but for -Persistent:$false, until it is left' {
        (New-PeerGroup Stays -Cloud Loopback_).IsPersistent | Should -BeTrue
        (New-PeerGroup Passes -Cloud Loopback_ -Persistent:$false).IsPersistent | Should -BeFalse
        Restart-Node | Should -BeNullOrEmpty
        (Get-PeerGroup | Where-Object IsOpen).FriendlyName | Should -BeExactly Stays
        $null = Connect-PeerGroup Passes -Offline -Persistent
        Disconnect-PeerGroup Stays
        $null = Restart-Node
        (Get-PeerGroup | Where-Object IsOpen).FriendlyName | Should -BeExactly Passes
        (Get-PeerGroup Passes).Port | Should -Be 0
    }
}

Describe 'A sign-in with -Persistent' {
    AfterEach {
        Disconnect-PeerCollaboration -WarningAction SilentlyContinue
    }

    It 'is done again, until the sign-out' {
        Connect-PeerCollaboration -DisplayName Ada -EndpointName desk -Persistent
        Restart-Node | Should -BeNullOrEmpty
        $own = Get-PeerPresence
        $own.SignInScope | Should -Be NearMe
        $own.PersistentScope | Should -Be NearMe
        $own.DisplayName | Should -BeExactly Ada
        $own.EndpointName | Should -BeExactly desk
        ($own | Format-List | Out-String) | Should -Match 'PersistentScope\s+: NearMe'
        Disconnect-PeerCollaboration
        $null = Restart-Node
        (Get-PeerPresence).SignInScope | Should -Be None
    }

    It 'is for this time with -Persistent:$false, and nothing with -WhatIf' {
        Connect-PeerCollaboration -Persistent -WhatIf
        (Get-PeerPresence).PersistentScope | Should -Be None
        Connect-PeerCollaboration -Persistent
        Connect-PeerCollaboration -Persistent:$false
        $null = Restart-Node
        (Get-PeerPresence).SignInScope | Should -Be None
    }

    It 'is not for an identity under a password' {
        $locked = New-PeerIdentity Locked -Password (ConvertTo-SecureString 'secret words' -AsPlainText -Force)
        Connect-PeerCollaboration -Identity $locked -Persistent -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'E_INVALIDARG,*'
        $failure.Exception.Message | Should -Match password
    }
}
