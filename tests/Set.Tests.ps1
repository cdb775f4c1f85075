# Each parameter of a Set- cmdlet, given alone, changes what it names and leaves everything else as it is: what is not given
# is not the same as what is given empty.

BeforeDiscovery {
    $cases = @(
        @{ Command = 'Set-PeerRecord'; Parameter = 'Data'; Value = { [byte[]] (65, 66) }; Changes = 'Text' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Data'; Value = { , [byte[]] @() }; Changes = 'Text' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Text'; Value = { 'second' }; Changes = 'Text' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Text'; Value = { '' }; Changes = 'Text' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Attribute'; Value = { @{ x = 2 } }; Changes = 'Attributes' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Attribute'; Value = { @{} }; Changes = 'Attributes' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Lifetime'; Value = { New-TimeSpan -Hours 3 }; Changes = 'Expires' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Expires'; Value = { [datetimeoffset]::UtcNow.AddHours(3) }; Changes = 'Expires' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Attribute'; Value = { @{ x = 2 } }; Changes = 'Attributes'; Piped = 'piped' }
        @{ Command = 'Set-PeerRecord'; Parameter = 'Lifetime'; Value = { New-TimeSpan -Hours 3 }; Changes = 'Expires'; Piped = 'piped' }

        @{ Command = 'Set-PeerGraph'; Parameter = 'FriendlyName'; Value = { 'Renamed' }; Changes = 'FriendlyName' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'FriendlyName'; Value = { '' }; Changes = 'FriendlyName' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'Comment'; Value = { 'Another' }; Changes = 'Comment' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'Comment'; Value = { '' }; Changes = 'Comment' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'PresenceLifetime'; Value = { New-TimeSpan -Minutes 20 }; Changes = 'PresenceLifetime' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'MaxPresence'; Value = { 0 }; Changes = 'MaxPresence' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'MaxRecordSize'; Value = { 0 }; Changes = 'MaxRecordSize' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'NodeAttribute'; Value = { 'attic' }; Changes = 'NodeAttribute' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'NodeAttribute'; Value = { '' }; Changes = 'NodeAttribute' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'Presence'; Value = { $false }; Changes = @() }
        @{ Command = 'Set-PeerGraph'; Parameter = 'AllowDirectConnection'; Value = { $false }; Changes = 'AllowDirectConnection' }
        @{ Command = 'Set-PeerGraph'; Parameter = 'RevalidateDeferredRecord'; Value = { $true }; Changes = @() }

        @{ Command = 'Set-PeerGroup'; Parameter = 'FriendlyName'; Value = { 'Renamed' }; Changes = 'FriendlyName' }
        @{ Command = 'Set-PeerGroup'; Parameter = 'Comment'; Value = { 'Another' }; Changes = 'Comment' }
        @{ Command = 'Set-PeerGroup'; Parameter = 'Comment'; Value = { '' }; Changes = 'Comment' }
        @{ Command = 'Set-PeerGroup'; Parameter = 'RenewCredential'; Value = { $false }; Changes = 'Renews' }
        @{ Command = 'Set-PeerGroup'; Parameter = 'Password'; Value = { Get-Password 'quite another password' }; Changes = @() }

        @{ Command = 'Set-PeerGroupMember'; Parameter = 'NoStore'; Value = { $true }; With = @{ AsInvitation = $true; Role = 'Member' }; Changes = @() }
        @{ Command = 'Set-PeerGroupMember'; Parameter = 'ValidFrom'; Value = { [datetimeoffset]::UtcNow.AddDays(2) }; Changes = @() }
        @{ Command = 'Set-PeerGroupMember'; Parameter = 'Lifetime'; Value = { New-TimeSpan -Days 95 }; Changes = 'Days' }
        @{ Command = 'Set-PeerGroupMember'; Parameter = 'Role'; Value = { 'Member' }; Changes = 'Role' }
        @{ Command = 'Set-PeerGroupMember'; Parameter = 'AsInvitation'; Value = { $true }; Changes = 'Days' }

        @{ Command = 'Set-PeerPresence'; Parameter = 'Status'; Value = { 'Away' }; Changes = 'Status' }
        @{ Command = 'Set-PeerPresence'; Parameter = 'Text'; Value = { 'Another' }; Changes = 'Text' }
        @{ Command = 'Set-PeerPresence'; Parameter = 'Text'; Value = { '' }; Changes = 'Text' }
        @{ Command = 'Set-PeerPresence'; Parameter = 'EndpointName'; Value = { 'laptop' }; Changes = 'EndpointName' }

        @{ Command = 'Set-PeerContact'; Parameter = 'Nickname'; Value = { 'Another' }; Changes = 'Nickname' }
        @{ Command = 'Set-PeerContact'; Parameter = 'Nickname'; Value = { '' }; Changes = 'Nickname' }
        @{ Command = 'Set-PeerContact'; Parameter = 'DisplayName'; Value = { 'Another' }; Changes = 'DisplayName' }
        @{ Command = 'Set-PeerContact'; Parameter = 'EmailAddress'; Value = { 'b@example.org' }; Changes = 'EmailAddress' }
        @{ Command = 'Set-PeerContact'; Parameter = 'Watch'; Value = { $false }; Changes = 'Watch' }
        @{ Command = 'Set-PeerContact'; Parameter = 'WatchPermission'; Value = { 'Blocked' }; Changes = 'WatchPermission' }

        @{ Command = 'Set-PeerObject'; Parameter = 'Data'; Value = { [byte[]] (1, 2) }; Changes = 'Data' }
        @{ Command = 'Set-PeerObject'; Parameter = 'Data'; Value = { , [byte[]] @() }; Changes = 'Data' }
        @{ Command = 'Set-PeerObject'; Parameter = 'Text'; Value = { 'other' }; Changes = 'Data' }
        @{ Command = 'Set-PeerObject'; Parameter = 'Path'; Value = { (New-RandomFile -Length 5).FullName }; Changes = 'Data' }
        @{ Command = 'Set-PeerObject'; Parameter = 'Scope'; Value = { 'None' }; Changes = 'Scope' }

        @{ Command = 'Set-PeerNode'; Parameter = 'LogLevel'; Value = { 'Debug' }; Changes = 'LogLevel' }
        @{ Command = 'Set-PeerNode'; Parameter = 'LogPath'; Value = { Get-SandboxPath }; Changes = 'LogPath' }
        @{ Command = 'Set-PeerNode'; Parameter = 'LogPath'; Value = { '' }; Changes = 'LogPath' }
        @{ Command = 'Set-PeerNode'; Parameter = 'MetricsPrefix'; Value = { Get-FreePrefix }; Changes = 'MetricsPrefix' }

        @{ Command = 'Set-PeerCloud'; Parameter = 'State'; Value = { 'Closed' }; Changes = 'State' }
        @{ Command = 'Set-PeerCloud'; Parameter = 'Mode'; Value = { 'ResolveOnly' }; Changes = 'Mode' }
        @{ Command = 'Set-PeerCloud'; Parameter = 'Seed'; Value = { '127.0.0.1:4000' }; Changes = 'Seed' }
        @{ Command = 'Set-PeerCloud'; Parameter = 'Seed'; Value = { , @() }; Changes = 'Seed' }

        @{ Command = 'Set-PeerIdentity'; Parameter = 'FriendlyName'; Value = { 'renamed' }; Changes = 'FriendlyName' }
        @{ Command = 'Set-PeerIdentity'; Parameter = 'Default'; Value = { $true }; Changes = 'IsDefault' }
        @{ Command = 'Set-PeerIdentity'; Parameter = 'Password'; Value = { Get-Password }; Changes = 'IsUnlocked' }

        @{ Command = 'Set-PeerCache'; Parameter = 'SizeBytes'; Value = { 30MB }; Changes = 'Size' }
        @{ Command = 'Set-PeerCache'; Parameter = 'Percentage'; Value = { 7 }; Changes = 'Size', 'Percentage' }
        @{ Command = 'Set-PeerCache'; Parameter = 'MoveTo'; Value = { Get-SandboxPath }; Changes = 'Path' }
        @{ Command = 'Set-PeerCache'; Parameter = 'MaxAge'; Value = { New-TimeSpan -Days 3 }; Changes = 'MaxAge' }
        @{ Command = 'Set-PeerCache'; Parameter = 'Compact'; Value = { $true }; Changes = @() }
        @{ Command = 'Set-PeerCache'; Parameter = 'AddExtension'; Value = { Get-SandboxPath }; With = @{ SizeBytes = 5MB }; Changes = 'Extensions' }
        @{ Command = 'Set-PeerCache'; Parameter = 'RemoveExtension'; Value = { $extension }; Changes = 'Extensions' }

        @{ Command = 'Set-PeerDistribution'; Parameter = 'Mode'; Value = { 'Disabled' }; Changes = 'Mode' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'HostedCacheServer'; Value = { '127.0.0.1:8081' }; Changes = 'HostedCacheServer' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'HostedCacheVersion'; Value = { 1 }; Changes = 'HostedCacheVersion' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'Certificate'; Value = { New-Certificate }; Changes = 'Certificate' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'Authentication'; Value = { 'None' }; Changes = @() }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'PreferredVersion'; Value = { 2 }; Changes = 'PreferredVersion' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'ServeOnBattery'; Value = { $false }; Changes = 'ServeOnBattery' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'MinimumLatency'; Value = { [timespan]::Zero }; Changes = 'MinimumLatency' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'MaxConcurrentUpload'; Value = { 8 }; Changes = 'MaxConcurrentUpload' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'Cipher'; Value = { 'Aes192' }; Changes = 'Cipher' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'AllowUnencrypted'; Value = { $false }; Changes = 'AllowUnencrypted' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'Port'; Value = { Get-FreePort }; Changes = @() }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'HostedCachePort'; Value = { Get-FreePort }; Changes = @() }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'SecretPassphrase'; Value = { Get-Password }; Changes = 'Secret' }
        @{ Command = 'Set-PeerDistribution'; Parameter = 'SecretKeyPath'; Value = { Export-Secret }; With = @{ SecretKeyPassphrase = 'the password' }; Changes = 'Secret' }
    )
    foreach ($case in $cases) {
        $case.Shown = "$($case.Value)".Trim()
        $case.Piped ??= ''
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $box = Enter-PeerSandbox
    $type = [guid] 'b1c9d3a2-0000-4000-8000-000000000001'

    function Get-FreePort { ([uri] (Get-FreePrefix)).Port }

    function Export-Secret { (Export-PeerDistributionKey (Get-SandboxPath) (Get-Password) -Force -Confirm:$false).FullName }

    function New-Certificate {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
        param()

        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=hosted cache', [System.Security.Cryptography.RSA]::Create(2048), 'SHA256',
            [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $request.CreateSelfSigned([datetimeoffset]::Now.AddDays(-1), [datetimeoffset]::Now.AddDays(1))
    }

    # How things are, as text: what there is to change, and how to say it in a comparison.
    $state = @{
        'Set-PeerRecord'       = {
            $now = Get-PeerRecord notes -RecordId $record.Id
            [ordered] @{ Text = $now.Text; Attributes = $now.AttributesXml; Expires = $now.Expires.ToString('o') }
        }
        'Set-PeerGraph'        = {
            $now = Get-PeerGraph notes
            [ordered] @{
                FriendlyName          = $now.Properties.FriendlyName
                Comment               = $now.Properties.Comment
                PresenceLifetime      = $now.Properties.PresenceLifetime
                MaxPresence           = $now.Properties.MaxPresence
                MaxRecordSize         = $now.Properties.MaxRecordSize
                NodeAttribute         = (Get-PeerGraphNode notes -Local).Attributes
                AllowDirectConnection = $now.AllowsDirectConnections
            }
        }
        'Set-PeerGroup'        = {
            $now = Get-PeerGroup $group.PeerName
            [ordered] @{ FriendlyName = $now.FriendlyName; Comment = $now.Properties.Comment; Authentication = $now.Properties.Authentication; Renews = $now.RenewsCredentials }
        }
        # Each credential is new: what there is to compare is when it ends.
        'Set-PeerGroupMember'  = {
            $now = Get-PeerGroupMember $group.PeerName bob
            [ordered] @{ Role = $now.Role; Days = [math]::Round(($now.CredentialValidTo - [datetimeoffset]::UtcNow).TotalDays) }
        }
        'Set-PeerPresence'     = {
            $now = Get-PeerPresence
            [ordered] @{ Status = $now.Status; Text = $now.Text; EndpointName = $now.EndpointName; Scope = $now.SignInScope }
        }
        'Set-PeerContact'      = {
            $now = Get-PeerContact $contact
            [ordered] @{
                Nickname        = $now.Nickname
                DisplayName     = $now.DisplayName
                EmailAddress    = $now.EmailAddress
                Watch           = $now.Watch
                WatchPermission = $now.WatchPermission
            }
        }
        'Set-PeerObject'       = {
            $now = Get-PeerObject $object
            [ordered] @{ Data = "$($now.Data)"; Scope = $now.Scope }
        }
        'Set-PeerNode'         = {
            $now = Get-PeerNode
            [ordered] @{ LogLevel = $now.LogLevel; LogPath = "$($now.LogPath)"; MetricsPrefix = "$($now.MetricsPrefix)" }
        }
        'Set-PeerCloud'        = {
            $now = Get-PeerCloud Loopback_
            [ordered] @{ State = if ($now.State -eq 'Disabled') { 'Closed' } else { 'Open' }; Mode = $now.Mode; Seed = "$($now.Seeds)" }
        }
        'Set-PeerIdentity'     = {
            $now = Get-PeerIdentity | Where-Object { $_.PeerName.Value -ceq $identity.PeerName.Value }
            [ordered] @{ FriendlyName = $now.FriendlyName; IsDefault = $now.IsDefault; IsUnlocked = $now.IsUnlocked }
        }
        'Set-PeerCache'        = {
            $now = Get-PeerCache Data
            [ordered] @{
                Size       = if ($now.Percentage) { 'a share' } else { $now.MaxSize }
                Percentage = $now.Percentage
                Path       = $now.Path
                MaxAge     = $now.MaxAge
                Extensions = "$($now.Extensions.Path)"
            }
        }
        'Set-PeerDistribution' = {
            $now = Get-PeerDistribution
            [ordered] @{
                Mode                = $now.Mode
                HostedCacheServer   = "$($now.HostedCache.Servers)"
                HostedCacheVersion  = $now.HostedCache.Version
                Certificate         = $now.HostedCache.CertificateThumbprint
                Authentication      = $now.HostedCache.Authentication
                PreferredVersion    = $now.Client.PreferredVersion
                ServeOnBattery      = $now.Client.ServeOnBattery
                MinimumLatency      = $now.Client.MinimumLatency
                MaxConcurrentUpload = $now.Client.MaxConcurrentUpload
                Cipher              = $now.Client.Cipher
                AllowUnencrypted    = $now.Client.AllowUnencrypted
                Secret              = $now.ContentServer.SecretCreated.Ticks
            }
        }
    }

    # What is set, so that nothing has the value that it would have anyway.
    $prepare = @{
        'Set-PeerRecord'       = {
            $script:record = Add-PeerRecord notes $type -Text first -Attribute @{ a = 1 } -Lifetime 02:00
        }
        'Set-PeerGraph'        = {
            Set-PeerGraph notes -FriendlyName Ours -Comment Mine -PresenceLifetime 00:10 -MaxPresence 5 -MaxRecordSize 4096 -NodeAttribute cellar -Presence $true -AllowDirectConnection $true
        }
        'Set-PeerGroup'        = {
            Set-PeerGroup $group.PeerName -FriendlyName Friends -Comment Mine -RenewCredential $true
        }
        'Set-PeerGroupMember'  = {
            # Of credentials of one second the one that lasts longest counts.
            $lasting.Days += 20
            Set-PeerGroupMember $group.PeerName bob -Role InvitingMember -Lifetime ([timespan]::FromDays($lasting.Days))

            # One that follows a revocation counts a second later.
            do { $now = Get-PeerGroupMember $group.PeerName bob } until ($now.Role -eq 'InvitingMember' -and $now.State -eq 'Valid')
        }
        'Set-PeerPresence'     = {
            Connect-PeerCollaboration
            Set-PeerPresence Busy Mine -EndpointName desk
        }
        'Set-PeerContact'      = {
            Set-PeerContact $contact -Nickname Bobby -DisplayName Bob -EmailAddress a@example.org -Watch $true -WatchPermission Allowed
        }
        'Set-PeerObject'       = {
            Connect-PeerCollaboration
            Set-PeerObject $object -Text mine -Scope NearMe
        }
        'Set-PeerNode'         = { Set-PeerNode -LogLevel Information -LogPath $log -MetricsPrefix '' }
        'Set-PeerCloud'        = {
            Get-PeerGroup | Disconnect-PeerGroup
            Set-PeerCloud Loopback_ -State Open -Mode Full -Seed 127.0.0.1:3999
        }
        'Set-PeerIdentity'     = {
            $null = New-PeerIdentity -FriendlyName other -Default
            $script:identity = New-PeerIdentity -FriendlyName locked -Password (Get-Password)
            Stop-PeerNode
        }
        'Set-PeerCache'        = {
            Get-PeerCache Data | ForEach-Object Extensions | ForEach-Object { Set-PeerCache -RemoveExtension $_.Path -Force }
            Set-PeerCache -SizeBytes 20MB -MaxAge (New-TimeSpan -Days 9) -Force
            $script:extension = Get-SandboxPath
            Set-PeerCache -AddExtension $extension -SizeBytes 2MB -Force
            $script:extension = (Get-PeerCache Data).Extensions.Path
        }
        'Set-PeerDistribution' = {
            Reset-PeerDistribution -KeepCache -Force
            Set-PeerDistribution -Mode Local -HostedCacheServer 127.0.0.1:8080 -HostedCacheVersion 2 -Authentication None -PreferredVersion 1 -ServeOnBattery $true -MinimumLatency 00:00:00.080 -MaxConcurrentUpload 16 -Cipher Aes256 -AllowUnencrypted:$true
        }
    }

    $target = @{
        'Set-PeerRecord'   = { @{ Graph = 'notes'; RecordId = $record.Id } }
        'Set-PeerGraph'    = { @{ Graph = 'notes' } }
        'Set-PeerGroup'       = { @{ Group = $group.PeerName } }
        'Set-PeerGroupMember' = { @{ Group = $group.PeerName; PeerName = 'bob' } }
        'Set-PeerContact'  = { @{ Contact = $contact } }
        'Set-PeerObject'   = { @{ Id = $object } }
        'Set-PeerCloud'    = { @{ Cloud = 'Loopback_' } }
        'Set-PeerIdentity' = { @{ Identity = $identity.PeerName.Value } }
    }

    # The names of what has changed.
    function Compare-State($Before, $After) {
        @($Before.Keys | Where-Object { "$($Before[$_])" -cne "$($After[$_])" })
    }

    $null = New-PeerGraph notes -PeerId alice -Scope Loopback -Listen
    $lasting = @{ Days = 0 }
    $group = New-PeerGroup Friends -Cloud Loopback_ -Password (Get-Password)
    Start-PeerNode other -ListenAddress 127.0.0.1, ::1
    $object = [guid]::NewGuid()
    $log = Get-SandboxPath
    $contact = (Get-PeerContact -Me -Identity (New-PeerIdentity Bob -Node other) -AsXml -Node other | Add-PeerContact).PeerName
    $null = New-PeerGroupInvitation Friends (New-PeerIdentity bob -Node other) -Lifetime 1.00:00:00 | Join-PeerGroup -Connect -Node other
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A parameter of a Set- cmdlet' {
    It 'changes what it names alone: <Command> -<Parameter> <Shown> <Piped>' -ForEach $cases {
        & $prepare[$Command]
        $before = & $state[$Command]
        $arguments = if ($target[$Command] -and -not $Piped) { & $target[$Command] } else { @{} }
        $arguments[$Parameter] = & $Value
        foreach ($other in $With.Keys) {
            $arguments[$other] = if ($other -eq 'SecretKeyPassphrase') { Get-Password } else { $With[$other] }
        }
        if ((Get-Command $Command).Parameters.ContainsKey('Force')) { $arguments.Force = $true }
        if ($Piped) { $record | & $Command @arguments -ErrorAction Stop } else { & $Command @arguments -ErrorAction Stop }
        Compare-State $before (& $state[$Command]) | Should -Be @($Changes)
    }

    It 'is tried above' -ForEach @(@{ Cases = $cases }) {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $whom = 'Node', 'Session', 'Force', 'PassThru', 'Record', 'RecordId', 'Graph', 'Group', 'Member', 'PeerName', 'Cloud', 'Identity', 'Cache', 'Contact', 'Id'
        $parameters = Get-Command -Module PeerNet -Verb Set | ForEach-Object {
            foreach ($name in $_.Parameters.Keys) {
                if ($name -notin $common -and $name -notin $whom) { "$($_.Name) -$name" }
            }
        }
        $tried = $Cases | ForEach-Object { "$($_.Command) -$($_.Parameter)"; foreach ($other in $_.With.Keys) { "$($_.Command) -$other" } }
        $parameters | Where-Object { $_ -notin $tried } | Should -BeNullOrEmpty
    }
}
