<#
.SYNOPSIS
    Runs Pester suites and writes "passed failed skipped" to a file, for build.ps1.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Report,
    # Files, as one string with commas.
    [Parameter(Mandatory)] [string] $Path
)

Import-Module $Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path -split ','
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration

$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
$skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
Set-Content $Report "$($result.PassedCount) $failed $skipped"
