<#
.SYNOPSIS
    Builds, tests and packages PeerNet.
.DESCRIPTION
    Needs the .NET 10 SDK. Runs in PowerShell 7 and in Windows PowerShell 5.1; the module itself needs PowerShell 7.6.
.PARAMETER Task
    Build    stages the module to out/PeerNet.
    Test     runs the C# tests and the Pester suites, and prints "N passed, N failed, N skipped" last. -Filter and -Suite
             choose some of them.
    Simulate runs simulated networks with the engine's own protocols in virtual time, and prints what they showed: all, or
             the one that -Scenario names, at any -Size, from a -Seed on.
    Help     brings the pages in en-US up to the cmdlets and writes the MAML from them; needs the module
             Microsoft.PowerShell.PlatyPS.
    Tour     shows PowerShell processes that find each other by name, share a file and keep records in common.
    Package  packs the module for every system where PowerShell 7.6 runs, to out: PeerNet.<version>.zip to be unpacked, and
             the PeerNet.<version>.nupkg that Publish-PSResource takes. Fails where the module has the same file twice.
    Clean    removes everything that the other tasks made.
.PARAMETER Configuration
    Release or Debug.
.PARAMETER Runtime
    The systems that the module is staged for, as .NET runtime identifiers. By default Package takes all of them, and the
    other tasks this one. Package leaves out, and names, a system for which the package source has no runtime pack.
.PARAMETER Filter
    Which C# tests: a part of a full name, or an expression of dotnet test. Alone it leaves the Pester suites out.
.PARAMETER Suite
    Which Pester suites: names of files in tests without .Tests.ps1, with wildcards. Alone it leaves the C# tests out.
.PARAMETER Scenario
    The simulation: cloud, churn, split, graph, spread, clocks, group, people, near, crowd, liars, hosted or content.
.PARAMETER Size
    How many take part in a simulation.
.PARAMETER Seed
    Where a simulation's chance comes from; one that is broken is repeated by its seed. By default another one each time.
.PARAMETER Count
    How many seeds are tried, one after the other.
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Test -Filter Pnrp
.EXAMPLE
    ./build.ps1 Test -Suite Group*, Collaboration
.EXAMPLE
    ./build.ps1 Simulate -Scenario cloud -Size 1000 -Count 10
.EXAMPLE
    ./build.ps1 Simulate -Scenario crowd -Size 1000
.EXAMPLE
    ./build.ps1 Package
.EXAMPLE
    ./build.ps1 Package -Runtime linux-x64, win-x64
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Simulate', 'Help', 'Tour', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [string[]] $Runtime,

    [string] $Filter,

    [string[]] $Suite,

    [string] $Scenario = 'all',

    [ValidateRange(2, 1000000)]
    [int] $Size,

    [ValidateRange(0, [long]::MaxValue)]
    [long] $Seed = (Get-Random -Maximum 1000000),

    [ValidateRange(1, 1000000)]
    [int] $Count = 1
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'

$root = $PSScriptRoot
$flavor = $Configuration
# From other shells a list comes as one string.
$systems = $Runtime -split ','
$solution = Join-Path $root 'PeerNet.sln'
$out = Join-Path $root 'out'
$module = Join-Path $out 'PeerNet'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

function Invoke-DotNet {
    param([string[]] $Arguments)

    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($Arguments[0]) failed with exit code $LASTEXITCODE."
    }
}

# The pwsh that runs the module: this one, or from Windows PowerShell the one on PATH. As a .NET tool it is a dll.
function Get-PwshCommand {
    if ($PSVersionTable.PSVersion.Major -ge 7) {
        $process = (Get-Process -Id $PID).Path
        if ([System.IO.Path]::GetFileNameWithoutExtension($process) -eq 'dotnet') {
            return $process, (Join-Path $PSHOME 'pwsh.dll')
        }
        return $process
    }
    Get-Command pwsh -CommandType Application -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source
}

# Runs a script in a fresh pwsh.
function Invoke-Pwsh {
    $command, $rest = @(Get-PwshCommand) + '-NoLogo', '-NoProfile', '-NonInteractive' + $args
    & $command @rest | Out-Host
}

function Get-ToolModule {
    param([string] $Name, [version] $MinimumVersion)

    $saved = Join-Path $out 'modules'
    $paths = @($env:PSModulePath, $saved) -join [System.IO.Path]::PathSeparator
    $env:PSModulePath = $paths
    $find = { Get-Module $Name -ListAvailable | Where-Object Version -GE $MinimumVersion | Select-Object -First 1 }
    $found = & $find
    if (-not $found -and (Get-Command Save-PSResource -ErrorAction Ignore)) {
        $null = New-Item $saved -ItemType Directory -Force
        try {
            Save-PSResource $Name -Version "[$MinimumVersion,]" -Path $saved -TrustRepository -ErrorAction Stop
        } catch {
            Write-Verbose "$Name could not be fetched: $_"
        }
        $found = & $find
    }
    $found
}

# The systems where PowerShell 7.6 runs and for which the package source has ASP.NET Core.
function Get-ServedSystem {
    $project = Join-Path $root 'PeerNet.Engine'
    $all = (& dotnet msbuild $project -getProperty:PowerShellRuntimes) -split ';' -like '*-*'
    $served = @(foreach ($system in $all) {
        $null = & dotnet restore (Join-Path $root 'PeerNet.PowerShell') "-p:ModuleRuntimes=$system" -v quiet
        if ($LASTEXITCODE -eq 0) { $system }
    })
    if (-not $served) {
        throw 'The package source has no runtime pack of ASP.NET Core for any system, or cannot be reached.'
    }
    $missing = @($all | Where-Object { $_ -notin $served })
    if ($missing) {
        Write-Warning "The package source has no runtime pack for $($missing -join ', '): there content can be neither published nor received."
    }
    $served
}

function Invoke-BuildTask {
    param([string[]] $System = $systems)

    # A semicolon would end the property.
    $options = @('-c', $flavor) + @(if ($System) { '-p:ModuleRuntimes=' + ($System -join '%3b') })
    Invoke-DotNet (@('build', $solution) + $options)
    Invoke-DotNet (@('build', (Join-Path $root 'PeerNet.PowerShell'), '--no-restore', '-t:Stage') + $options)
    Write-Information "The module is staged: Import-Module $module"
}

function Invoke-CSharpTest {
    $results = Join-Path $out 'TestResults'
    if (Test-Path $results) { Remove-Item $results -Recurse }
    # The runner's output is for people; the counts come from its report.
    $chosen = @(if ($Filter) { '--filter', $Filter })
    & dotnet test $solution -c $flavor --no-build --results-directory $results `
        --logger 'trx;LogFileName=engine.trx' @chosen | Out-Host
    $isFailed = $LASTEXITCODE -ne 0
    $report = Join-Path $results 'engine.trx'
    if (-not (Test-Path $report)) {
        throw 'The C# tests did not run to their end.'
    }
    $run = [xml](Get-Content $report -Raw)
    $counters = $run.TestRun.ResultSummary.Counters
    $names = @{ t = 'http://microsoft.com/schemas/VisualStudio/TeamTest/2010' }
    $faults = @(Select-Xml '//t:UnitTestResult[@outcome="Failed"]' $run -Namespace $names | ForEach-Object {
        "$($_.Node.testName): $($_.Node.Output.ErrorInfo.Message)" -replace '\s+', ' '
    })
    if ($isFailed -and -not $faults) {
        # A run that crashed has failed, though no test of its report has.
        $faults = @('The C# tests did not run to their end.')
    }
    [pscustomobject]@{
        Passed  = [int] $counters.passed
        Failed  = $faults.Count
        Skipped = [int] $counters.total - [int] $counters.passed - [int] $counters.failed
        Faults  = $faults
    }
}

function Invoke-PesterTest {
    # From other shells a list comes as one string.
    $patterns = @($Suite -split ',' | Where-Object { $_ } | ForEach-Object { "$_.Tests.ps1" })
    $suites = @(Get-ChildItem (Join-Path $root 'tests') -Filter '*.Tests.ps1' | Where-Object {
        $file = $_.Name
        -not $patterns -or ($patterns | Where-Object { $file -like $_ })
    })
    if (-not $suites) {
        throw "There is no Pester suite '$Suite' in tests."
    }
    $skipped = [pscustomobject]@{ Passed = 0; Failed = 0; Skipped = $suites.Count; Faults = @() }
    if (-not (Get-PwshCommand)) {
        Write-Information "The $($suites.Count) Pester suites need pwsh 7.6: skipped."
        return $skipped
    }
    $pester = Get-ToolModule Pester 5.5.0
    if (-not $pester) {
        Write-Information "The $($suites.Count) Pester suites need Pester 5.5, which is not installed and could not be fetched: skipped."
        return $skipped
    }

    # In processes of their own: a loaded module could not be staged again from this one.
    $report = Join-Path $out 'TestResults/pester.txt'
    $null = New-Item (Split-Path $report) -ItemType Directory -Force
    if (Test-Path $report) { Remove-Item $report }
    Invoke-Pwsh -File (Join-Path $root 'tests/Support/Invoke-Suites.ps1') -Pester $pester.Path -Report $report `
        -Path ($suites.FullName -join ',')
    if (-not (Test-Path $report)) {
        throw 'The Pester suites did not run to their end.'
    }
    $counts, $faults = @(Get-Content $report)
    $passed, $failed, $ignored = [int[]] ($counts -split ' ')
    [pscustomobject]@{ Passed = $passed; Failed = $failed; Skipped = $ignored; Faults = $faults }
}

# The source as the formatter would write it: one test more.
function Invoke-FormatTest {
    & dotnet format whitespace $solution --no-restore --verify-no-changes | Out-Host
    $failed = [int] ($LASTEXITCODE -ne 0)
    $faults = @(if ($failed) { 'The source is not formatted: dotnet format whitespace mends it.' })
    [pscustomobject]@{ Passed = 1 - $failed; Failed = $failed; Skipped = 0; Faults = $faults }
}

function Invoke-TestTask {
    Invoke-BuildTask
    $runs = @(
        if (-not $Filter -and -not $Suite) { Invoke-FormatTest }
        if ($Filter -or -not $Suite) { Invoke-CSharpTest }
        if ($Suite -or -not $Filter) { Invoke-PesterTest }
    )
    $sum = @{}
    foreach ($count in 'Passed', 'Failed', 'Skipped') {
        $sum[$count] = ($runs | Measure-Object $count -Sum).Sum
    }
    # Again, where they are found: whoever reads the end of a long log wants to know which.
    $runs | ForEach-Object { $_.Faults } | Where-Object { $_ } | ForEach-Object { Write-Information "failed: $_" }
    Write-Information "$($sum.Passed) passed, $($sum.Failed) failed, $($sum.Skipped) skipped"
    if ($sum.Failed -gt 0) { exit 1 }
}

function Invoke-SimulateTask {
    $project = Join-Path $root 'tests/PeerNet.Engine.Tests'
    Invoke-DotNet 'build', $project, '-c', $flavor, '-v', 'quiet'
    & dotnet run --project $project -c $flavor --no-build -- simulate $Scenario $Size $Seed $Count
    if ($LASTEXITCODE -ne 0) { exit 1 }
}

function Invoke-HelpTask {
    $platyPS = Get-ToolModule Microsoft.PowerShell.PlatyPS 1.0.0
    if (-not $platyPS) {
        throw 'Help needs the module Microsoft.PowerShell.PlatyPS: Install-PSResource Microsoft.PowerShell.PlatyPS'
    }
    Invoke-BuildTask
    # In a process of its own, as the suites.
    $script = Join-Path $root 'en-US/Build-Help.ps1'
    $manifest = Join-Path $module 'PeerNet.psd1'
    Invoke-Pwsh -File $script -PlatyPS $platyPS.Path -Module $manifest -Scratch (Join-Path $out 'help')
    if ($LASTEXITCODE -ne 0) {
        throw "The help could not be built: exit code $LASTEXITCODE."
    }
}

function Invoke-TourTask {
    Invoke-BuildTask
    if (Get-PwshCommand) {
        Invoke-Pwsh -File (Join-Path $root 'tests/PeerNet.Tour/Tour.ps1')
        if ($LASTEXITCODE -ne 0) { throw "The tour ended with exit code $LASTEXITCODE." }
    } else {
        Invoke-DotNet 'run', '--project', (Join-Path $root 'tests/PeerNet.Tour'), '-c', $flavor, '--no-build'
    }
}

function Invoke-PackageTask {
    Invoke-BuildTask -System $(if ($systems) { $systems } else { Get-ServedSystem })
    & (Join-Path $root 'PeerNet.PowerShell/Package.ps1') -Module $module -Destination $out | ForEach-Object {
        Write-Information ('Packed {0}, {1:n1} MB' -f $_.FullName, ($_.Length / 1MB))
    }
}

function Invoke-CleanTask {
    if (Test-Path $out) { Remove-Item $out -Recurse -Force }
    Invoke-DotNet 'clean', $solution, '-c', $flavor, '-v', 'quiet'
}

foreach ($name in $Task) {
    & "Invoke-${name}Task"
}
