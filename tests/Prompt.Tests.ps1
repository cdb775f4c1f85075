BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $password = Get-Password

    function Get-Completion([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches
    }

    function Get-Message([scriptblock] $Command) {
        try { $null = & $Command } catch { return $_.Exception.Message }
        throw "'$Command' did not fail."
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'An administrator at the prompt' {
    It 'completes what the state on disk has, before a node runs' {
        $null = New-PeerIdentity -FriendlyName 'Alice A'
        $null = New-PeerGraph notes
        Disconnect-PeerGraph notes
        Stop-PeerNode
        $found = Get-Completion 'Set-PeerIdentity -Identity al'
        $found.CompletionText | Should -Be "'Alice A'"
        Get-Completion 'Connect-PeerGraph -Graph n' | ForEach-Object CompletionText | Should -Be notes
        (Get-PeerNode).State | Should -Be Stopped
    }

    It 'completes identities by friendly name, and reads their peer names' {
        $identity = Get-PeerIdentity
        $found = Get-Completion 'Set-PeerIdentity -Identity '
        $found.ListItemText | Should -Be 'Alice A'
        $found.ToolTip | Should -Be $identity.PeerName.Value
        $null = New-PeerIdentity -FriendlyName 'Alice A'
        # A name that could be taken for a number is quoted.
        (Get-Completion 'Set-PeerIdentity -Identity al').CompletionText.Trim("'") | Should -Contain $identity.PeerName.Value
    }

    It 'completes the peers of the graph that is named, and no others' {
        $null = New-PeerGraph one -PeerId alice
        $null = New-PeerGraph two -PeerId bob
        (Get-Completion 'Get-PeerGraphNode one -PeerId ').CompletionText | Should -Be alice
        (Get-Completion 'Get-PeerGraphNode two -PeerId ').CompletionText | Should -Be bob
    }

    It 'is offered files where a file is meant, and nowhere else' {
        $meant = 'Path', 'LiteralPath', 'OutFile', 'SourcePath', 'StatePath', 'StagingPath', 'ReferenceFile', 'OutputReferenceFile',
            'Destination', 'SecretKeyPath', 'MoveTo', 'AddExtension', 'RemoveExtension', 'InformationPath', 'Information', 'To',
            'DelegationChain', 'Invitation', 'IdentityInfo', 'GroupInvitation', 'ScriptPath', 'LogPath'
        $known = {
            param($parameter)
            $type = $parameter.ParameterType
            $type = $type.IsArray ? $type.GetElementType() : ([Nullable]::GetUnderlyingType($type) ?? $type)
            $type.IsEnum -or $type -in [switch], [bool] -or
                $parameter.Attributes.Where{ $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }
        }
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $bare = foreach ($cmdlet in Get-Command -Module PeerNet) {
            $cmdlet.Parameters.Values | Where-Object { $_.Name -notin $meant + $common -and -not (& $known $_) } |
                ForEach-Object { "$($cmdlet.Name) -$($_.Name)" }
        }
        $bare | Should -BeNullOrEmpty
        Get-Completion 'New-PeerGraph -GraphId ' | Should -BeNullOrEmpty
    }

    It 'gets an identity that can be used when it is made with a password' {
        $identity = New-PeerIdentity -FriendlyName Locked -Password $password
        $identity.IsUnlocked | Should -BeTrue
        (Get-PeerIdentity Locked).IsPasswordProtected | Should -BeTrue
        $identity.OpenPrivateKey() | Should -Not -BeNullOrEmpty
    }

    It 'is told that there is no such node' {
        { Get-PeerNode nope -ErrorAction Stop } | Should -Throw -ErrorId 'PEER_E_NODE_NOT_FOUND,*'
        Get-PeerNode no* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'finds graphs by wildcards' {
        (Get-PeerGraph o*).Id | Should -Be one
        Get-PeerGraph zz* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'reads what is wrong in words: <Command>' -ForEach @(
        @{ Command = { Start-PeerNode 'a/b' } }
        @{ Command = { New-PeerGraph three -DatabaseName '../x' } }
        @{ Command = { Export-PeerGraphMap one -Path map.txt } }
    ) {
        $message = Get-Message $Command
        $message | Should -Not -Match '\\z|\^\[|\{0,63\}'
        $message | Should -Match 'letters, digits|\.svg'
    }

    It 'is told the remedy: <Remedy>' -ForEach @(
        @{ Remedy = '-Force'; Command = { Remove-PeerGraph one -Confirm:$false -ErrorAction Stop } }
        @{ Remedy = 'Disconnect-PeerGraph'; Command = { Remove-PeerGraph one -Confirm:$false -ErrorAction Stop } }
        @{ Remedy = '-Force'; Command = { 1..2 | ForEach-Object { Publish-PeerContent (New-RandomFile (Join-Path $sandbox ([guid]::NewGuid())) 10) -ContentId taken -ErrorAction Stop } } }
    ) {
        Get-Message $Command | Should -Match ([regex]::Escape($Remedy))
    }

    It 'uses copies as what they are copies of' {
        $copy = @{
            Graph    = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-PeerGraph one)))
            Identity = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-PeerIdentity)[0]))
        }
        (Set-PeerGraph -Graph $copy.Graph -Comment copied -PassThru).Properties.Comment | Should -BeExactly copied
        (Set-PeerIdentity -Identity $copy.Identity -FriendlyName Copied -PassThru).FriendlyName | Should -BeExactly Copied
        Set-PeerIdentity -Identity $copy.Identity -FriendlyName $copy.Identity.FriendlyName
        $job = Register-PeerEvent $copy.Graph -ErrorAction Stop
        Unregister-Event $job.SourceIdentifier
    }

    It 'is told where too little is left of an object: <Command>' -ForEach @(
        @{ Command = { Close-PeerConnection -Connection $copy } }
        @{ Command = { Receive-PeerContent $copy -OutFile x -ErrorAction Stop } }
    ) {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-PeerContentInformation)[0]))
        Get-Message $Command | Should -Match 'copy of a Peer'
    }

    It 'sees files as Get-Item shows them' {
        $file = Export-PeerGraphMap one -Path (Join-Path $sandbox 'one.svg') -PassThru
        $file.PSPath | Should -Not -BeNullOrEmpty
        Push-Location Env:
        try {
            $public = Export-PeerIdentity Locked -Public -Path (Join-Path $sandbox 'locked.xml')
        } finally {
            Pop-Location
        }
        $public.PSPath | Should -BeLike '*FileSystem::*locked.xml'
    }

    It 'sees times where the machine is' {
        $record = Add-PeerRecord one ([guid]::NewGuid()) -Text x -Lifetime 01:00:00
        $record.Modified | Should -BeOfType System.DateTimeOffset
        $record | Format-List | Out-String | Should -Match ([regex]::Escape($record.Modified.LocalDateTime.ToString('yyyy-MM-dd HH:mm:ss')))
    }

    It 'types back the node id that is shown' {
        $node = Get-PeerGraphNode one -Local
        $node | Format-Table | Out-String -Width 80 | Should -Match "$($node.NodeId)"
        $node | Format-List | Out-String | Should -Match "NodeId +: $($node.NodeId)"
        (Get-PeerGraphNode one -NodeId "$($node.NodeId)").PeerId | Should -Be alice
    }

    It 'hears with -Verbose where a graph listens' {
        $null = New-PeerGraph loud -Listen -Verbose 4>&1 | Tee-Object -Variable heard
        "$heard" | Should -Match "listens on port $((Get-PeerGraph loud).Port)"
    }
}

Describe 'A second process' {
    It 'is told what to type when the state folder is taken' {
        $null = Start-PeerNode -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $null = Get-PeerIdentity
        $said = Invoke-FreshPwsh -StateFolder $env:PEERNET_HOME {
            Import-Module $manifest
            try { Start-PeerNode } catch { $_.Exception.Message }
        }
        "$said" | Should -Match 'Stop-PeerNode'
        "$said" | Should -Match 'Start-PeerNode -StatePath'
        "$said" | Should -Match 'PEERNET_HOME'
    }
}
