BeforeDiscovery {
    $packs = [bool] (Get-Command Compress-PSResource -ErrorAction Ignore)
    if (-not $packs) {
        Write-Information 'There is no Microsoft.PowerShell.PSResourceGet 1.1: the package is not tested.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = Enter-PeerSandbox
    $script = Join-Path (Split-Path $PSScriptRoot) 'PeerNet.PowerShell/Package.ps1'
    $staged = Split-Path (Get-StagedManifest)

    function Get-NewFolder {
        (New-Item (Get-SandboxPath) -ItemType Directory).FullName
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'The package' -Skip:(-not $packs) {
    BeforeAll {
        $packed = @(& $script -Module $staged -Destination (Get-NewFolder) -InformationVariable said)
    }

    It 'is a zip and a nupkg, and its size is told' {
        $version = (Import-PowerShellDataFile (Get-StagedManifest)).ModuleVersion
        $packed.Name | Should -Be "PeerNet.$version.zip", "PeerNet.$version.nupkg"
        "$said" | Should -Match "^PeerNet $version has \d+ files, [\d.,]+ MB\.$"
    }

    It 'is not made where something is in the module twice' {
        $module = Get-NewFolder
        Copy-Item (Get-StagedManifest) $module
        Copy-Item (Get-StagedManifest) (Join-Path $module 'again.psd1')
        { & $script -Module $module -Destination (Get-NewFolder) } | Should -Throw '*more than once*again.psd1*'
    }

    It 'is published, installed by a user who has nothing of it, and works there' {
        # The variables say on Unix alone where a user's folders are: on Windows the module is saved beside, not installed.
        # PowerShell heeds XDG_DATA_HOME and PSResourceGet does not, so it is what it is without the variable.
        $user = Get-NewFolder
        $null = New-Item "$user/.local/share", "$user/.config" -ItemType Directory
        $environment = @{ HOME = $user; XDG_DATA_HOME = "$user/.local/share"; XDG_CONFIG_HOME = "$user/.config"; PSModulePath = '' }
        $result = Invoke-FreshPwsh -Environment $environment -ArgumentList $packed[1].FullName, (Get-NewFolder), $user -Script {
            param($Package, $Folder, $User)
            $name = "PeerNet-$([guid]::NewGuid().ToString('n'))"
            Register-PSResourceRepository $name -Uri $Folder -Trusted
            try {
                Publish-PSResource -NupkgPath $Package -Repository $name
                $offered = Find-PSResource PeerNet -Repository $name
                if ($IsWindows) {
                    Save-PSResource PeerNet -Repository $name -Path $User
                    $env:PSModulePath = $User
                } else {
                    Install-PSResource PeerNet -Repository $name -Scope CurrentUser
                }
            } finally {
                Unregister-PSResourceRepository $name
            }

            Import-Module PeerNet
            $registered = New-PeerIdentity -FriendlyName Alice | New-PeerName -Classifier wiki |
                Register-PeerName -Cloud Loopback_ -Port 8080 -PassThru
            $found = Resolve-PeerName $registered.Name -Cloud Loopback_ -Criteria Any
            @{
                Offered  = "$($offered.Name) $($offered.Version)"
                Module   = (Get-Module PeerNet).ModuleBase
                Verified = $found.IsVerified
                Port     = $found.Endpoints[0].Port
                Table    = Get-PeerNode | Format-Table | Out-String
                Help     = (Get-Help Register-PeerName).Synopsis
            }
            Stop-PeerNode
        }
        $result.Offered | Should -Be 'PeerNet 0.1.0'
        $result.Module | Should -BeLike (Join-Path $user '*PeerNet*')
        $result.Verified | Should -BeTrue
        $result.Port | Should -Be 8080
        $result.Table | Should -Match 'default +Running'
        $result.Help | Should -Match '^Publishes a peer name'
    }
}
