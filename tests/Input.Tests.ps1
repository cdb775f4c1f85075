BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $password = Get-Password
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'Input of the wrong shape' {
    It 'is refused before anything happens, even with -WhatIf: <Command>' -ForEach @(
        @{ Command = { Start-PeerNode -PnrpPort 1024 -WhatIf } }
        @{ Command = { Start-PeerNode -PnrpPort 65536 -WhatIf } }
        @{ Command = { Start-PeerNode -Name 'a/b' -WhatIf } }
        @{ Command = { Start-PeerNode -Seed 'host:0' -WhatIf } }
        @{ Command = { Start-PeerNode -Suite Ancient -WhatIf } }
        @{ Command = { Start-PeerNode -ListenAddress 1.2 -WhatIf } }
        @{ Command = { Stop-PeerNode -TimeoutSeconds 0 -WhatIf } }
        @{ Command = { Test-PeerEndpoint 1.2 } }
        @{ Command = { Test-PeerEndpoint 127.0.0.1 -Port 0 } }
        @{ Command = { Test-PeerEndpoint fe80::1 } }
        @{ Command = { Test-PeerEndpoint :: } }
        @{ Command = { Test-PeerEndpoint 127.0.0.1 -Seed localhost } }
        @{ Command = { New-PeerIdentity -FriendlyName ('x' * 256) -WhatIf } }
        @{ Command = { New-PeerIdentity -FriendlyName '' -WhatIf } }
        @{ Command = { New-PeerIdentity -Classifier ('x' * 150) -WhatIf } }
        @{ Command = { New-PeerIdentity -Password ([securestring]::new()) -WhatIf } }
        @{ Command = { Export-PeerIdentity x -Password ([securestring]::new()) -Path y -WhatIf } }
        @{ Command = { Export-PeerIdentity x -Public -Password (Get-Password) -Path y -WhatIf } }
        @{ Command = { Export-PeerIdentity x -Delegation -To nowhere.xml -Path y -WhatIf } }
        @{ Command = { Register-PeerName 0x -Port 1 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Port 0 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Endpoint 127.0.0.1 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Endpoint ::1:80 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Endpoint (1..11 | ForEach-Object { "127.0.0.1:$_" }) -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Port 1 -Comment ('x' * 40) -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Data @() -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Data ([byte[]]::new(4097)) -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Text ("$([char] 0xe9)" * 2049) -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Text a -Data 1 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Port 1 -Lifetime 0 -WhatIf } }
        @{ Command = { Register-PeerName 0.x -Port 1 -DelegationChain nowhere.p7b -WhatIf } }
        @{ Command = { Resolve-PeerName 0.x -MaxResult 0 } }
        @{ Command = { Resolve-PeerName 0.x -TimeoutSeconds 601 } }
        @{ Command = { Resolve-PeerName 0.x -Criteria Best } }
        @{ Command = { Unregister-PeerName -All -Name 0.x -WhatIf } }
        @{ Command = { Set-PeerCloud Loopback_ -Seed 'a b' -WhatIf } }
        @{ Command = { Repair-PeerCloud Loopback_ -FlushCache -Synchronize -WhatIf } }
        @{ Command = { Repair-PeerCloud Loopback_ -Synchronize -HostEndpoint '1.2.3.4' -WhatIf } }
    ) {
        $Command | Should -Throw -PassThru | ForEach-Object { $_.Exception } |
            Should -BeOfType System.Management.Automation.ParameterBindingException
        Get-PeerNode -Name * | Should -BeNullOrEmpty
    }
}

Describe 'Endpoints' {
    It 'are read as <Text>' -ForEach @(
        @{ Text = '1.2.3.4:80'; Address = '1.2.3.4'; Port = 80 }
        @{ Text = '[::1]:81'; Address = '::1'; Port = 81 }
        @{ Text = '[fe80::1%1]:65535'; Address = 'fe80::1%1'; Port = 65535 }
    ) {
        $attribute = (Get-Command Register-PeerName).Parameters.Endpoint.Attributes | Where-Object { $_.GetType().Name -eq 'EndpointTransformationAttribute' }
        $endpoint = $attribute.Transform($null, $Text)
        $endpoint.Address | Should -Be ([ipaddress] $Address)
        $endpoint.Port | Should -Be $Port
    }
}

Describe '-WhatIf' {
    BeforeAll {
        $null = New-PeerIdentity -FriendlyName Alice
        $name = Get-FreshName
        Register-PeerName $name -Cloud Loopback_ -Port 80
        $file = Join-Path $sandbox 'alice.xml'
        $null = Export-PeerIdentity Alice -Password $password -Path $file
    }

    It 'is there for every cmdlet that changes something' {
        $changing = Get-Command -Module PeerNet | Where-Object Verb -NotIn Get, Resolve, Test
        # A name is a value, and a subscription belongs to the session; PowerShell's own Register-*Event has none either.
        ($changing | Where-Object { -not $_.Parameters.ContainsKey('WhatIf') }).Name | Sort-Object | Should -Be New-PeerName, Receive-PeerData, Register-PeerEvent
    }

    It 'changes nothing: <Command>' -ForEach @(
        @{ Command = { Start-PeerNode -Name other -WhatIf } }
        @{ Command = { Stop-PeerNode -WhatIf } }
        @{ Command = { Stop-PeerNode -Force -WhatIf } }
        @{ Command = { Connect-PeerNode default -WhatIf } }
        @{ Command = { Disconnect-PeerNode -WhatIf } }
        @{ Command = { New-PeerIdentity -FriendlyName Bob -WhatIf } }
        @{ Command = { Set-PeerIdentity Alice -FriendlyName Bob -WhatIf } }
        @{ Command = { Remove-PeerIdentity Alice -WhatIf } }
        @{ Command = { Export-PeerIdentity Alice -Public -Path (Join-Path $sandbox 'new.xml') -WhatIf } }
        @{ Command = { Import-PeerIdentity $file -Password $password -Force -WhatIf } }
        @{ Command = { Register-PeerName 0.other -Cloud Loopback_ -Port 80 -WhatIf } }
        @{ Command = { Unregister-PeerName -Name $name -WhatIf } }
        @{ Command = { Get-PeerName | Unregister-PeerName -WhatIf } }
        @{ Command = { Unregister-PeerName -All -WhatIf } }
        @{ Command = { Set-PeerCloud Loopback_ -State Closed -Mode ResolveOnly -Seed localhost -WhatIf } }
        @{ Command = { Repair-PeerCloud Loopback_ -FlushCache -WhatIf } }
        @{ Command = { Enable-PeerNameService -Port 0 -WhatIf } }
        @{ Command = { Disable-PeerNameService -WhatIf } }
    ) {
        $state = {
            (Get-PeerNode | ForEach-Object { "$($_.Name) $($_.State) $($_.IsCurrent)" }) -join ';'
            (Get-PeerIdentity | ForEach-Object { "$($_.PeerName) $($_.FriendlyName) $($_.IsDefault)" }) -join ';'
            (Get-PeerName).Name.Value
            $cloud = Get-PeerCloud Loopback_
            "$($cloud.State -eq 'Disabled') $($cloud.Mode) $($cloud.Seeds)"
            Get-ChildItem $sandbox -Filter *.xml | ForEach-Object Name
        }
        $before = & $state
        & $Command | Should -BeNullOrEmpty
        & $state | Should -Be $before
    }
}

Describe 'Confirmation' {
    It 'has the impact that the design gives: <Cmdlet> <Impact>' -ForEach @(
        @{ Cmdlet = 'Start-PeerNode'; Impact = 'Low' }
        @{ Cmdlet = 'Stop-PeerNode'; Impact = 'Medium' }
        @{ Cmdlet = 'Connect-PeerNode'; Impact = 'Low' }
        @{ Cmdlet = 'Set-PeerNode'; Impact = 'Low' }
        @{ Cmdlet = 'Disconnect-PeerNode'; Impact = 'Low' }
        @{ Cmdlet = 'New-PeerIdentity'; Impact = 'Low' }
        @{ Cmdlet = 'Set-PeerIdentity'; Impact = 'Low' }
        @{ Cmdlet = 'Remove-PeerIdentity'; Impact = 'High' }
        @{ Cmdlet = 'Export-PeerIdentity'; Impact = 'Medium' }
        @{ Cmdlet = 'Import-PeerIdentity'; Impact = 'Medium' }
        @{ Cmdlet = 'Register-PeerName'; Impact = 'Low' }
        @{ Cmdlet = 'Unregister-PeerName'; Impact = 'Medium' }
        @{ Cmdlet = 'Set-PeerCloud'; Impact = 'Medium' }
        @{ Cmdlet = 'Repair-PeerCloud'; Impact = 'Medium' }
        @{ Cmdlet = 'Enable-PeerNameService'; Impact = 'Medium' }
        @{ Cmdlet = 'Disable-PeerNameService'; Impact = 'Medium' }
        @{ Cmdlet = 'Connect-PeerCollaboration'; Impact = 'Medium' }
        @{ Cmdlet = 'Disconnect-PeerCollaboration'; Impact = 'Low' }
        @{ Cmdlet = 'Add-PeerContact'; Impact = 'Medium' }
        @{ Cmdlet = 'Remove-PeerContact'; Impact = 'Medium' }
        @{ Cmdlet = 'Register-PeerApplication'; Impact = 'High' }
        @{ Cmdlet = 'Unregister-PeerApplication'; Impact = 'Medium' }
        @{ Cmdlet = 'Send-PeerInvitation'; Impact = 'Medium' }
        @{ Cmdlet = 'Complete-PeerInvitation'; Impact = 'Low' }
    ) {
        $type = (Get-Command $Cmdlet).ImplementingType
        $attribute = $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        $attribute.ConfirmImpact | Should -Be $Impact
    }
}

Describe 'Completion' {
    BeforeAll {
        $identity = New-PeerIdentity -FriendlyName 'Zoe Complete'
        $name = Get-FreshName
        Register-PeerName $name -Cloud Loopback_ -Port 80
        function Get-Completion([string] $Line) {
            (TabExpansion2 $Line $Line.Length).CompletionMatches
        }
    }

    It 'offers running nodes' {
        (Get-Completion 'Stop-PeerNode -Node de').CompletionText | Should -Contain default
        (Get-Completion 'Get-PeerName -Node ').CompletionText | Should -Contain default
    }

    It 'offers identities by friendly name, and inserts what is unique' {
        $match = Get-Completion 'Set-PeerIdentity -Identity Zoe'
        $match.ToolTip | Should -Contain $identity.PeerName.Value
        & ([scriptblock]::Create("(Get-PeerIdentity $($match[0].CompletionText)).FriendlyName")) | Should -BeExactly 'Zoe Complete'
    }

    It 'offers clouds' {
        (Get-Completion 'Resolve-PeerName 0.x -Cloud Loop').CompletionText | Should -Contain Loopback_
        (Get-Completion 'Get-PeerCloud ').CompletionText | Should -Contain Loopback_
    }

    It 'offers registered names' {
        (Get-Completion "Unregister-PeerName -Name '$($name.Substring(0, 8))").ListItemText | Should -Contain $name
    }

    It 'offers members of enumerations' {
        (Get-Completion 'Resolve-PeerName 0.x -Criteria Near').CompletionText | Should -Contain NearestRemote
    }

    It 'starts no node' {
        Stop-PeerNode
        $null = Get-Completion 'Resolve-PeerName 0.x -Cloud Loop'
        $null = Get-Completion 'Set-PeerIdentity -Identity Zoe'
        Get-PeerNode -Name * | Should -BeNullOrEmpty
    }
}

Describe 'Formats' {
    It 'have a table that fits in 80 columns, with room for what has no width: <_>' -ForEach 'PeerNodeStatus', 'PeerIdentity', 'PeerName', 'PeerNameRegistration',
        'PeerEndpointInfo', 'PeerCloud', 'PeerCacheEntry', 'PeerResolveHop', 'PeerCloudRepairResult', 'PeerEndpointTest', 'PeerEventArgs',
        'PeerContentInformation', 'PeerContentSegment', 'PeerContentReceipt', 'PeerPublishedContent', 'PeerCache', 'PeerCacheSegment',
        'PeerCacheExtension', 'PeerCacheImportResult', 'PeerDistributionStatus', 'PeerDistributionClient',
        'PeerDistributionContentServer', 'PeerDistributionHostedCache', 'PeerDistributionNetwork', 'PeerGraph', 'PeerGraphNode',
        'PeerRecord', 'PeerConnection', 'PeerDataItem', 'PeerRecordChange', 'PeerConnectionChange', 'PeerGraphNodeChange',
        'PeerDatabaseImportResult', 'PeerAppEndpoint', 'PeerGroup', 'PeerGroupMember', 'PeerGroupInvitation', 'PeerGroupMemberChange',
        'PeerPresence', 'PeerContact', 'PeerPersonNearMe', 'PeerEndpoint', 'PeerObject', 'PeerApplication', 'PeerInvitation', 'PeerAppLaunchInfo',
        'PeerContactChange', 'PeerPersonChange', 'PeerObjectChange', 'PeerApplicationChange' {
        $views = [xml] (Get-Content (Join-Path (Split-Path (Get-StagedManifest)) 'Views/PeerNet.Format.ps1xml') -Raw)
        $view = @($views.Configuration.ViewDefinitions.View | Where-Object Name -EQ $_ | Where-Object { $_['TableControl'] })
        $view.Count | Should -Be 1
        $columns = @($view[0].TableControl.TableHeaders.TableColumnHeader)
        $fixed = @($columns | ForEach-Object { $_['Width'] } | Where-Object { $_ } | ForEach-Object { [int] $_.InnerText })
        # One column at most has what is left, and needs some of it.
        $rest = $columns.Count - $fixed.Count
        $rest | Should -BeIn 0, 1
        ($fixed | Measure-Object -Sum).Sum + $columns.Count - 1 + (12 * $rest) | Should -BeLessOrEqual 80
        foreach ($column in $columns | Where-Object { $_['Width'] }) {
            $column.Label.Length | Should -BeLessOrEqual ([int] $column.Width) -Because 'a header is not broken'
        }
    }
}
