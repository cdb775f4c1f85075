<#
.SYNOPSIS
    Runs Pester suites and writes "passed failed skipped" of all to a file, for build.ps1, and a line for each test that
    failed.
.DESCRIPTION
    Where this machine can make network namespaces, two suites run at once, each in a namespace: nodes of one would else meet
    those of the other. What a suite says is shown when it has ended.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Report,
    # From the command line a list comes as one string.
    [Parameter(Mandatory)] [string] $Path
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'PeerNet.Support.psm1')
Import-Module (Join-Path $PSScriptRoot 'PeerNet.Link.psm1')

# How long it may take, by its length; hosts take their time to hear of each other, and the help's examples to run.
function Get-SuiteWeight {
    param([System.IO.FileInfo] $Suite)

    $Suite.Length * ((Select-String 'Open-Link', 'HelpPage' $Suite -Quiet) ? 10 : 1)
}

# The longest first, so that none is begun when the others are at their end.
function Save-Queue {
    param([System.IO.FileInfo[]] $Suite, [string] $Folder)

    $null = New-Item $Folder -ItemType Directory
    $place = 0
    $Suite | Sort-Object { Get-SuiteWeight $_ } -Descending | ForEach-Object {
        $place++
        Set-Content (Join-Path $Folder ('{0:d4}.txt' -f $place)) $_.FullName
    }
}

# Runs what a queue holds, on a host where one is given, and writes for each suite how it ended and what it said.
$work = {
    $command, $arguments = @(if ($_) { 'ip', 'netns', 'exec', $_ }) + $using:words
    $said = [System.Collections.Generic.List[string]]::new()
    $faults = [System.Collections.Generic.List[string]]::new()
    & $command @arguments 2>&1 | ForEach-Object {
        if ("$_" -match '^suite: (\S+) (\d+) (\d+) (\d+)$') {
            [pscustomobject]@{
                Name = $Matches[1]; Said = $said.ToArray(); Faults = $faults.ToArray()
                Passed = [int] $Matches[2]; Failed = [int] $Matches[3]; Skipped = [int] $Matches[4]
            }
            $said.Clear()
            $faults.Clear()
        } elseif ("$_" -match '^failed: (.+)') {
            $faults.Add($Matches[1])
        } else {
            $said.Add("$_")
        }
    }
    # It ended in the middle of one.
    $said
}

$suites = @(Get-Item ($Path -split ','))
$queue = Join-Path ([System.IO.Path]::GetTempPath()) "PeerNet-suites-$([guid]::NewGuid().ToString('n'))"
Save-Queue $suites $queue
$words = @(Get-PwshCommand) + '-NoLogo', '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Invoke-SuiteQueue.ps1')
$words += '-Pester', $Pester, '-Queue', $queue
# Code that runs for a minute is not worth a profile.
$env:DOTNET_TieredPGO = '0'
# With $false here they run one after the other, as where there are no namespaces.
$areSideBySide = $suites.Count -gt 1 -and (Test-LinkSupport)
$hosts = @(if ($areSideBySide) { (Open-LoneHost), (Open-LoneHost) } else { '' })
try {
    $results = @($hosts | ForEach-Object -ThrottleLimit $hosts.Count -Parallel $work | ForEach-Object {
        if ($_ -is [string]) { $_ | Out-Host } else { $_.Said | Out-Host; $_ }
    })
} finally {
    $hosts | Where-Object { $_ } | ForEach-Object { Close-LoneHost $_ }
    Remove-Item $queue -Recurse -Force
}

$ran = $results | ForEach-Object Name
$missing = @($suites.Name | Where-Object { $_ -notin $ran })
$results += [pscustomobject]@{
    Faults = @($missing | ForEach-Object { "$_ did not run to its end." })
    Passed = 0; Failed = $missing.Count; Skipped = 0
}
$counts = foreach ($count in 'Passed', 'Failed', 'Skipped') { ($results | Measure-Object $count -Sum).Sum }
Set-Content $Report (@($counts -join ' ') + @($results | ForEach-Object { $_.Faults }))
