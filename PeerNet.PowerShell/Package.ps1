<#
.SYNOPSIS
    Packs the staged module, for build.ps1: a zip to be unpacked by hand, and the nupkg that Publish-PSResource takes.
.DESCRIPTION
    Writes the files that it made, and says how large the module is. Fails where something is in it twice.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Destination
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$files = @(Get-ChildItem $Module -Recurse -File)
$twins = @($files | Get-FileHash | Group-Object Hash | Where-Object Count -GT 1 | ForEach-Object { $_.Group.Path -join ' = ' })
if ($twins) {
    throw "The module has the same file more than once: $($twins -join '; ')"
}

$version = (Import-PowerShellDataFile (Join-Path $Module 'PeerNet.psd1')).ModuleVersion
$package = Join-Path $Destination "PeerNet.$version"
$zip, $nupkg = "$package.zip", "$package.nupkg"
Remove-Item $zip, $nupkg -ErrorAction Ignore

Add-Type -AssemblyName System.IO.Compression.FileSystem
[System.IO.Compression.ZipFile]::CreateFromDirectory($Module, $zip, [System.IO.Compression.CompressionLevel]::Optimal, $true)
if (Get-Command Compress-PSResource -ErrorAction Ignore) {
    Compress-PSResource -Path $Module -DestinationPath $Destination
} else {
    Write-Warning 'There is no nupkg: it needs Microsoft.PowerShell.PSResourceGet 1.1, which comes with PowerShell 7.6.'
}

$size = ($files | Measure-Object Length -Sum).Sum / 1MB
Write-Information ('PeerNet {0} has {1} files, {2:n1} MB.' -f $version, $files.Count, $size)
Get-Item $zip, $nupkg -ErrorAction Ignore
