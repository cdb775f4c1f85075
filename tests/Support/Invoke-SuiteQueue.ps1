<#
.SYNOPSIS
    Runs the Pester suites that it takes from a queue until there are none, for Invoke-Suites.ps1. After each it writes a
    line "suite: NAME passed failed skipped".
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

    $failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
    $skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
    "suite: $(Split-Path $Path -Leaf) $($result.PassedCount) $failed $skipped"
}

Import-Module $Pester -ErrorAction Stop
foreach ($entry in Get-ChildItem $Queue -Filter '*.txt' | Sort-Object Name) {
    $taken = "$($entry.FullName).$PID"
    Move-Item $entry $taken -ErrorAction Ignore
    if (Test-Path $taken) {
        Invoke-Suite (Get-Content $taken)
    }
}
