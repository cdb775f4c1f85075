# What the suites share: the staged module in a sandbox of its own, and other pwsh processes to talk to.

Set-StrictMode -Version 3

$script:root = Split-Path (Split-Path $PSScriptRoot)
$script:manifest = Join-Path $script:root 'out/PeerNet/PeerNet.psd1'
$script:sandboxes = [System.Collections.Generic.Stack[object]]::new()

function Get-StagedManifest {
    if (-not (Test-Path $script:manifest)) {
        throw "The module is not staged: run ./build.ps1 first. Expected $script:manifest"
    }
    $script:manifest
}

# A state folder that nobody else has, the module, and no waiting for answers at a prompt.
function Enter-PeerSandbox {
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) "PeerNet-$([guid]::NewGuid().ToString('n'))"
    $null = New-Item $folder -ItemType Directory
    $script:sandboxes.Push([pscustomobject]@{ Folder = $folder; Former = $env:PEERNET_HOME })
    $env:PEERNET_HOME = Join-Path $folder 'home'
    Import-Module (Get-StagedManifest) -Global -Force
    $folder
}

function Exit-PeerSandbox {
    Get-PeerNode | Where-Object State -NE Stopped | Stop-PeerNode -Force -Confirm:$false
    Remove-Module PeerNet -Force -ErrorAction Ignore
    $sandbox = $script:sandboxes.Pop()
    $env:PEERNET_HOME = $sandbox.Former
    Remove-Item $sandbox.Folder -Recurse -Force -ErrorAction Ignore
}

# The library that gives a process a clock of its own; nothing where it is not installed.
function Get-FakeClock {
    $candidates = '/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/lib*/faketime/libfaketimeMT.so.1', '/usr/local/lib/faketime/libfaketimeMT.so.1'
    if ($IsLinux) { Get-Item $candidates -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty FullName }
}

# Whether a process can have a wrong clock; says why not in one line.
function Test-FakeClockSupport {
    $found = [bool] (Get-FakeClock)
    if (-not $found) {
        Write-Information 'There is no libfaketime: hosts of the tests have the right time.' -InformationAction Continue
    }
    $found
}

# The words that start this pwsh once more. As a .NET tool it is a dll.
function Get-PwshCommand {
    [System.Environment]::ProcessPath
    if ([System.IO.Path]::GetFileNameWithoutExtension([System.Environment]::ProcessPath) -eq 'dotnet') {
        Join-Path $PSHOME 'pwsh.dll'
    }
}

function Get-PwshStartInfo {
    param([string[]] $ArgumentList, [string] $Namespace, [string] $ClockOffset)

    $words = @(if ($Namespace) { 'ip', 'netns', 'exec', $Namespace }) + @(Get-PwshCommand)
    $words += '-NoLogo', '-NoProfile', '-NonInteractive'
    $program, $rest = $words + $ArgumentList
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    foreach ($argument in $rest) {
        $start.ArgumentList.Add($argument)
    }
    if ($IsLinux) {
        # Whoever runs the tests in the background has told them to ignore Ctrl+C, and this tells the process not to.
        $start.ArgumentList.Insert(0, $start.FileName)
        $start.ArgumentList.Insert(0, '--default-signal=INT')
        $start.FileName = 'env'
    }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.Environment['NO_COLOR'] = '1'
    if ($ClockOffset) {
        # Only the wall clock is wrong: time passes as it does elsewhere.
        $start.Environment['LD_PRELOAD'] = Get-FakeClock
        $start.Environment['FAKETIME'] = $ClockOffset
        $start.Environment['FAKETIME_DONT_FAKE_MONOTONIC'] = '1'
        $start.Environment['FAKETIME_NO_CACHE'] = '1'
    }
    $start
}

# Runs a script in a fresh pwsh and writes the objects it writes. Fails when the script does.
function Invoke-FreshPwsh {
    param(
        [Parameter(Mandatory)] [scriptblock] $Script,
        [object[]] $ArgumentList = @(),
        [string] $Namespace,
        [string] $ClockOffset,
        [string] $StateFolder = (Join-Path $env:PEERNET_HOME "fresh-$([guid]::NewGuid().ToString('n'))"),
        [hashtable] $Environment = @{}
    )

    $child = Open-PeerProcess -Script $Script -ArgumentList $ArgumentList -Namespace $Namespace -ClockOffset $ClockOffset `
        -StateFolder $StateFolder -Environment $Environment
    Read-PeerProcess $child -All
    Close-PeerProcess $child
}

# Starts a pwsh that has the module and runs a script, on the host -Namespace where one is given, with a clock that is off
# by -ClockOffset (as in '+35h') where one is given and that can be done, and other variables of -Environment. Each object the script writes is a line of JSON
# to be read with Read-PeerProcess. [Console]::In.ReadLine() in the script waits for Close-PeerProcess.
function Open-PeerProcess {
    param(
        [Parameter(Mandatory)] [scriptblock] $Script,
        [object[]] $ArgumentList = @(),
        [string] $Namespace,
        [string] $ClockOffset,
        [string] $StateFolder = (Join-Path $env:PEERNET_HOME "peer-$([guid]::NewGuid().ToString('n'))"),
        [hashtable] $Environment = @{}
    )

    $wrapper = @'
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$manifest = '{0}'
$arguments = ConvertFrom-Json -NoEnumerate '{1}'
& {{ {2} }} @arguments | ForEach-Object {{ ConvertTo-Json $_ -Compress -Depth 4 -EnumsAsStrings }}
'@
    $json = (ConvertTo-Json @($ArgumentList) -Compress) -replace "'", "''"
    # As a file: pwsh -Command would read the standard input itself.
    $file = Join-Path $env:PEERNET_HOME "script-$([guid]::NewGuid().ToString('n')).ps1"
    $null = New-Item $env:PEERNET_HOME -ItemType Directory -Force
    Set-Content $file ($wrapper -f (Get-StagedManifest), $json, $Script)
    $start = Get-PwshStartInfo '-File', $file -Namespace $Namespace -ClockOffset ((Get-FakeClock) ? $ClockOffset : '')
    $start.Environment['PEERNET_HOME'] = $StateFolder
    foreach ($variable in $Environment.GetEnumerator()) { $start.Environment[$variable.Key] = $variable.Value }
    $process = [System.Diagnostics.Process]::Start($start)
    Add-Member -InputObject $process -NotePropertyName Errors -NotePropertyValue $process.StandardError.ReadToEndAsync() -PassThru
}

function Read-PeerProcess {
    param(
        [Parameter(Mandatory)] $Process,
        [switch] $All
    )

    do {
        $line = $Process.StandardOutput.ReadLine()
        if ($null -eq $line) {
            if ($All) { return }
            throw "The other process has ended: $($Process.Errors.GetAwaiter().GetResult())"
        }
        ConvertFrom-Json $line
    } while ($All)
}

# Lets the other process leave, and fails if that failed.
function Close-PeerProcess {
    param([Parameter(Mandatory)] $Process)

    $Process.StandardInput.Close()
    $null = $Process.StandardOutput.ReadToEnd()
    $Process.WaitForExit()
    $code = $Process.ExitCode
    $errors = $Process.Errors.GetAwaiter().GetResult()
    $Process.Dispose()
    if ($code -ne 0 -or $errors) {
        throw "The other process ended with exit code ${code}: $errors"
    }
}

# Presses Ctrl+C for the other process, and waits until it has ended. Writes what it wrote to its error stream.
function Stop-PeerProcess {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
    param([Parameter(Mandatory)] $Process)

    kill -INT $Process.Id
    if (-not $Process.WaitForExit(60000)) {
        $Process.Kill($true)
        throw 'The other process does not end.'
    }
    $Process.Errors.GetAwaiter().GetResult()
    $Process.Dispose()
}

# A session with a process of its own that has the module and a state folder: it stands in for one with another machine.
function Open-PeerSession {
    [CmdletBinding()]
    param()

    $module = Get-StagedManifest
    $here = $env:PEERNET_HOME
    $env:PEERNET_HOME = Get-SandboxPath
    try {
        $runspace = [runspacefactory]::CreateOutOfProcessRunspace($null)
        $runspace.Open()
    } finally {
        $env:PEERNET_HOME = $here
    }
    $session = [System.Management.Automation.Runspaces.PSSession]::Create($runspace, 'Process', $PSCmdlet)
    Invoke-Command -Session $session { Import-Module $using:module }
    $session
}

# The address of a server on a port that is free now.
function Get-FreePrefix {
    param([ipaddress] $Address = [ipaddress]::Loopback)

    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    "http://${Address}:$($listener.LocalEndpoint.Port)/"
    $listener.Stop()
}

# A path in the sandbox that nothing has yet.
function Get-SandboxPath {
    Join-Path $script:sandboxes.Peek().Folder ([guid]::NewGuid().ToString('n'))
}

# A file with content that no other file has.
function New-RandomFile {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test helper.')]
    param([string] $Path = (Get-SandboxPath), [int] $Length = 100KB)

    $null = New-Item (Split-Path $Path) -ItemType Directory -Force
    [System.IO.File]::WriteAllBytes($Path, [System.Security.Cryptography.RandomNumberGenerator]::GetBytes($Length))
    Get-Item -LiteralPath $Path
}

# The error of a command that is to fail without stopping, and once.
function Get-Failure {
    param([Parameter(Mandatory)] [scriptblock] $Script)

    $failures = @(& $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    if ($failures.Count -ne 1) {
        throw "There should be one error, and there are $($failures.Count): $failures"
    }
    $failures[0]
}

# Waits for what other nodes, processes or runspaces bring about.
function Wait-Until {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [int] $Seconds = 60)

    $deadline = [datetime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $deadline) { throw "It did not happen within $Seconds seconds: $Condition" }
        Start-Sleep -Milliseconds 50
    }
}

# A peer name that nobody else on this machine uses.
function Get-FreshName {
    "0.$([guid]::NewGuid().ToString('n'))"
}

function Get-Password {
    param([string] $Text = 'correct horse battery staple')

    $password = [securestring]::new()
    $Text.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
    $password.MakeReadOnly()
    $password
}

Export-ModuleMember -Function Wait-Until, Get-PwshCommand, Get-StagedManifest, Enter-PeerSandbox, Exit-PeerSandbox, Invoke-FreshPwsh,
    Open-PeerProcess, Read-PeerProcess, Close-PeerProcess, Stop-PeerProcess, Open-PeerSession, Get-FreePrefix, Get-SandboxPath,
    Test-FakeClockSupport, New-RandomFile, Get-Failure, Get-FreshName, Get-Password
