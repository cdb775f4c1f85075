<#
.SYNOPSIS
    What importing PeerNet and calling a cmdlet cost, beside a module with one trivial cmdlet in the same run.
.DESCRIPTION
    Prints a line for each figure: name, value, unit, that of the trivial module, ratio. Import is measured in fresh processes that have
    imported another module before; calls and piped objects in this one, in turns.
#>
[CmdletBinding()]
param(
    # The staged module.
    [string] $Module = (Join-Path $PSScriptRoot '../../out/PeerNet/PeerNet.psd1'),

    # Fresh processes that import, for each module.
    [ValidateRange(1, 100)]
    [int] $Processes = 11,

    # Repetitions of each measurement of calls.
    [ValidateRange(1, 1000)]
    [int] $Rounds = 25
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../Support/PeerNet.Support.psm1')

$source = @'
using System.Management.Automation;
namespace {0}
{{
    [Cmdlet(VerbsCommon.New, "{0}")]
    public sealed class NewCommand : PSCmdlet
    {{
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
        public string Name {{ get; set; }}

        protected override void ProcessRecord() {{ WriteObject(Name); }}
    }}
}}
'@

function New-TrivialModule {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Writes to its own scratch folder.')]
    param([string] $Name, [string] $Folder)

    $assembly = Join-Path $Folder "$Name.dll"
    $manifest = Join-Path $Folder "$Name.psd1"
    Add-Type -TypeDefinition ($source -f $Name) -OutputAssembly $assembly -OutputType Library
    New-ModuleManifest $manifest -RootModule "$Name.dll" -CmdletsToExport "New-$Name" -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @()
    $manifest
}

function Get-Median {
    param([double[]] $Value)

    ($Value | Sort-Object)[[math]::Floor($Value.Count / 2)]
}

function Write-Figure {
    param([string] $Name, [double] $Value, [string] $Unit, [double] $Trivial)

    '{0,-28} {1,10:0.000} {2,-4} {3,10:0.000} {4,6:0.00}' -f $Name, $Value, $Unit, $Trivial, ($Value / $Trivial)
}

# Milliseconds to import each module, in processes of its own that have already imported a third one: whichever module
# came second in a process would find much of PowerShell compiled by the first.
function Measure-Import {
    param([string] $Other, [string[]] $Module, [int] $Processes)

    $times = @{}
    $command, $rest = @(Get-PwshCommand) + '-NoProfile', '-NonInteractive'
    $measure = @'
$null = Import-Module '{0}' -PassThru
$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module '{1}'
$watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)
'@
    for ($i = 0; $i -lt $Processes; $i++) {
        foreach ($one in $Module) {
            $time = & $command @rest -Command ($measure -f $Other, $one)
            $times[$one] += , [double]::Parse($time, [cultureinfo]::InvariantCulture)
        }
    }
    $times
}

# Median microseconds for one of the -Count things that each script block does, over several rounds, in turns.
function Measure-Run {
    param([scriptblock[]] $Script, [int] $Count, [int] $Rounds)

    $times = @($Script | ForEach-Object { , [System.Collections.Generic.List[double]]::new() })
    for ($round = 0; $round -le $Rounds; $round++) {
        for ($i = 0; $i -lt $Script.Count; $i++) {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $null = & $Script[$i] $Count
            $elapsed = $watch.Elapsed.TotalMicroseconds / $Count
            if ($round -gt 0) { $times[$i].Add($elapsed) }
        }
    }
    $times | ForEach-Object { Get-Median $_.ToArray() }
}

$folder = Join-Path ([System.IO.Path]::GetTempPath()) ([System.IO.Path]::GetRandomFileName())
$null = New-Item $folder -ItemType Directory
try {
    $other = New-TrivialModule Other $folder
    $trivial = New-TrivialModule Trivial $folder
    $peerNet = (Resolve-Path $Module).ProviderPath

    $import = Measure-Import -Other $other -Module $trivial, $peerNet -Processes $Processes
    Import-Module $trivial, $peerNet

    $call = Measure-Run -Count 2000 -Rounds $Rounds -Script @(
        { param($count) for ($i = 0; $i -lt $count; $i++) { New-Trivial 0.example } }
        { param($count) for ($i = 0; $i -lt $count; $i++) { New-PeerName 0.example } }
    )
    $names = @(foreach ($i in 1..5000) { "0.example$i" })
    $pipe = Measure-Run -Count $names.Count -Rounds $Rounds -Script @(
        { $names | New-Trivial }
        { $names | New-PeerName }
    )

    Write-Figure -Name 'Import-Module' -Value (Get-Median $import[$peerNet]) -Unit ms -Trivial (Get-Median $import[$trivial])
    Write-Figure -Name 'New-PeerName, call' -Value $call[1] -Unit us -Trivial $call[0]
    Write-Figure -Name 'New-PeerName, piped object' -Value $pipe[1] -Unit us -Trivial $pipe[0]
} finally {
    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
}
