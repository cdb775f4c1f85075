<#
.SYNOPSIS
    Runs the Pester suites that it takes from a queue until there are none, for Invoke-Suites.ps1. For each test that fails
    it writes a line "failed: NAME: why", and after each suite a line "suite: NAME passed failed skipped".
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Pester,
    # A folder with files that name a suite each. Whoever renames one has taken it.
    [Parameter(Mandatory)] [string] $Queue
)

function Invoke-Suite {
    param([string] $Path)

    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $result = Invoke-Pester -Configuration $configuration

    $name = Split-Path $Path -Leaf
    foreach ($fault in @($result.Failed) + $result.FailedContainers + $result.FailedBlocks) {
        "failed: ${name}: $($fault.psobject.Properties['ExpandedPath'].Value): $($fault.ErrorRecord -join '; ')" -replace '\s+', ' '
    }
    $failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
    $skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
    "suite: $name $($result.PassedCount) $failed $skipped"
}

Import-Module $Pester -ErrorAction Stop
foreach ($entry in Get-ChildItem $Queue -Filter '*.txt' | Sort-Object Name) {
    $taken = "$($entry.FullName).$PID"
    Move-Item $entry $taken -ErrorAction Ignore
    if (Test-Path $taken) {
        Invoke-Suite (Get-Content $taken)
    }
}
