<#
.SYNOPSIS
    Shows two PowerShell processes that find each other by peer name, with the cmdlets as one would type them.
.DESCRIPTION
    The first process makes an identity and registers a secured name with an endpoint and a payload. The second one is
    told nothing but the name, and resolves it. No server and no configuration is involved. Needs the staged module.
#>
[CmdletBinding()]
param(
    [ValidateSet('Tour', 'Publisher', 'Resolver')]
    [string] $Role = 'Tour',

    [string] $Name
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'
$module = Join-Path $PSScriptRoot '../../out/PeerNet'

# Prints a command as it is typed, runs it and shows what it gives. Dot-source it, so that variables stay.
function Invoke-Step {
    param([scriptblock] $Command)

    Write-Information "PS> $("$Command".Trim())"
    . $Command | Out-String -Width 110 | ForEach-Object TrimEnd | Where-Object { $_ } | Out-Host
}

function Open-Role {
    param([string] $Title, [string[]] $Arguments)

    $process = (Get-Process -Id $PID).Path
    $start = [System.Diagnostics.ProcessStartInfo]::new($process)
    if ([System.IO.Path]::GetFileNameWithoutExtension($process) -eq 'dotnet') {
        $start.ArgumentList.Add((Join-Path $PSHOME 'pwsh.dll'))
    }
    foreach ($argument in @('-NoLogo', '-NoProfile', '-File', $PSCommandPath) + $Arguments) {
        $start.ArgumentList.Add($argument)
    }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    # A state folder of its own, as another user or another machine would have.
    $start.Environment['PEERNET_HOME'] = Join-Path $script:state $Title
    $start.Environment['NO_COLOR'] = '1'
    [System.Diagnostics.Process]::Start($start)
}

# Shows a role's output as it comes, until it ends or prints the line that starts with $Until.
function Show-Role {
    param([System.Diagnostics.Process] $Process, [string] $Title, [string] $Until)

    while ($null -ne ($line = $Process.StandardOutput.ReadLine())) {
        if ($Until -and $line.StartsWith($Until)) {
            return $line.Substring($Until.Length)
        }
        Write-Information "$Title | $line"
    }
}

function Invoke-Publisher {
    Import-Module $module
    . Invoke-Step { Start-PeerNode -ListenAddress 127.0.0.1, ::1 }
    . Invoke-Step { New-PeerIdentity -FriendlyName 'Alice' }
    . Invoke-Step { $name = Get-PeerIdentity -Name 'Alice' | New-PeerName -Classifier 'wiki'; $name }
    . Invoke-Step { Register-PeerName -Name $name.Value -Cloud Loopback_ -Endpoint '127.0.0.1:8080' -Comment "Alice's wiki" -Text 'Welcome to the tour' -PassThru }
    Write-Output "registered:$($name.Value)"
    $null = [Console]::In.ReadLine()
    . Invoke-Step { Get-PeerName | Unregister-PeerName }
    . Invoke-Step { Stop-PeerNode }
}

function Invoke-Resolver {
    param([string] $Sought)

    Import-Module $module
    $name = $Sought
    . Invoke-Step { Start-PeerNode -ListenAddress 127.0.0.1, ::1 -PassThru }
    . Invoke-Step { $found = Resolve-PeerName -Name $name -Cloud Loopback_ -IncludeData; $found }
    . Invoke-Step { $found | Format-List Comment, Text, Endpoints, IsVerified }
    . Invoke-Step { Stop-PeerNode }
    if ($found.Text -cne 'Welcome to the tour' -or -not $found.IsVerified) {
        throw 'The name was not resolved to what was registered.'
    }
}

function Invoke-Tour {
    $script:state = Join-Path ([System.IO.Path]::GetTempPath()) "peernet-tour-$([guid]::NewGuid().ToString('n'))"
    $publisher = $resolver = $null
    try {
        Write-Information 'A first PowerShell process registers a secured name; only the holder of the key can.'
        $publisher = Open-Role 'first' @('-Role', 'Publisher')
        $registered = Show-Role $publisher 'first ' -Until 'registered:'
        if (-not $registered) { throw 'The first process did not register its name.' }

        Write-Information 'A second process knows nothing but the name, and finds it without any server.'
        $resolver = Open-Role 'second' @('-Role', 'Resolver', '-Name', $registered)
        $null = Show-Role $resolver 'second'
        $resolver.WaitForExit()

        $publisher.StandardInput.WriteLine()
        $null = Show-Role $publisher 'first '
        $publisher.WaitForExit()
        if ($resolver.ExitCode -ne 0 -or $publisher.ExitCode -ne 0) { throw 'A process of the tour failed.' }
        Write-Information 'Found, verified, and gone again. The cmdlets are explained by Get-Help about_PeerNet.'
    } finally {
        foreach ($process in $publisher, $resolver) {
            if ($process -and -not $process.HasExited) { $process.Kill($true) }
        }
        if (Test-Path $state) { Remove-Item $state -Recurse -Force }
    }
}

switch ($Role) {
    'Publisher' { Invoke-Publisher }
    'Resolver' { Invoke-Resolver $Name }
    'Tour' { Invoke-Tour }
}
