<#
.SYNOPSIS
    Shows PowerShell processes that find each other by peer name, share a file, keep records in common and form a group, with
    the cmdlets as one would type them.
.DESCRIPTION
    The first process makes an identity, registers a secured name with an endpoint and a payload, and publishes a file.
    The second one is told nothing but the name, and resolves it; then it receives the file. A third one receives the
    same file from the second one's cache. The first one also creates a graph, which the second one finds by name and the
    third one joins: what one publishes, all have. At last the first one makes a group and invites the second one, which
    joins it by its name and proves that it was invited. No server and no configuration is involved. Needs the staged module.
#>
[CmdletBinding()]
param(
    [ValidateSet('Tour', 'Publisher', 'Resolver', 'Reader')]
    [string] $Role = 'Tour',

    [string] $Name,

    [string] $File,

    [uri] $Prefix
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
    param([string] $File, [uri] $Prefix)

    Import-Module $module
    $photos = $File
    $address = $Prefix
    . Invoke-Step { Start-PeerNode -ListenAddress 127.0.0.1, ::1 }
    . Invoke-Step { New-PeerIdentity -FriendlyName 'Alice' }
    . Invoke-Step { $name = Get-PeerIdentity -Name 'Alice' | New-PeerName -Classifier 'wiki'; $name }
    . Invoke-Step { Publish-PeerContent $photos -HttpPrefix $address }
    . Invoke-Step { $graph = New-PeerGraph 'notes' -PeerId $name.Value -FriendlyName 'Our notes' -Scope Loopback -Listen; $graph }
    . Invoke-Step { Register-PeerName -Name 0.notes -Cloud Loopback_ -Endpoint "127.0.0.1:$($graph.Port)" }
    . Invoke-Step { Register-PeerName -Name $name.Value -Cloud Loopback_ -Endpoint '127.0.0.1:8080' -Comment "Alice's wiki" -Text 'Welcome to the tour' -PassThru }
    Write-Output "registered:$($name.Value)"
    Invoke-Inviter ([Console]::In.ReadLine())
    $null = [Console]::In.ReadLine()
    . Invoke-Step { Get-PeerGroupMember 'Our house' | Format-Table FriendlyName, Role, State, IsPresent, IsSelf }
    . Invoke-Step { Get-PeerRecord -Group 'Our house' }
    if (@(Get-PeerRecord -Group 'Our house').Count -ne 1) { throw 'The group does not have the record of the other member.' }
    . Invoke-Step { Get-PeerRecord notes | Sort-Object Created }
    . Invoke-Step { Get-PeerGraphNode notes }
    if (@(Get-PeerRecord notes).Count -ne 2) { throw 'The graph does not have the records of the others.' }
    . Invoke-Step { Get-PeerName | Unregister-PeerName }
    . Invoke-Step { Stop-PeerNode }
}

# Who is to be invited sends the public part of an identity, and gets an invitation; both are files without secrets.
function Invoke-Inviter {
    param([string] $Introduction)

    $bob = $Introduction
    $invitation = "$Introduction.invitation.xml"
    . Invoke-Step { New-PeerGroup 'Our house' -Cloud Loopback_ }
    . Invoke-Step { New-PeerGroupInvitation 'Our house' $bob -Path $invitation }
    Write-Output "invited:$invitation"
}

function Join-Group {
    param([string] $Invitation)

    $type = [guid] '6f1f7f2a-6a35-4a57-9a55-0a1f0c9f8b02'
    $file = $Invitation
    . Invoke-Step { Get-PeerInvitation -Path $file | Format-List FriendlyName, Issuer, Role, IsTrusted, Reason }
    . Invoke-Step { Join-PeerGroup $file -Connect }
    . Invoke-Step { Get-PeerConnection -Group 'Our house' | Format-List PeerId, Cipher }
    . Invoke-Step { Add-PeerRecord -Group 'Our house' -Type $type -Text 'The key is under the mat' -Lifetime 1:00 }
}

function Invoke-Resolver {
    param([string] $Sought, [string] $File, [uri] $Prefix)

    Import-Module $module
    $name = $Sought
    . Invoke-Step { Start-PeerNode -ListenAddress 127.0.0.1, ::1 -PassThru }
    . Invoke-Step { $found = Resolve-PeerName -Name $name -Cloud Loopback_ -IncludeData; $found }
    . Invoke-Step { $found | Format-List Comment, Text, Endpoints, IsVerified }
    if ($found.Text -cne 'Welcome to the tour' -or -not $found.IsVerified) {
        throw 'The name was not resolved to what was registered.'
    }
    Receive-File $File $Prefix
    Join-Graph 'Bob' 'Milk is out'
    $me = Join-Path $env:PEERNET_HOME 'bob.xml'
    . Invoke-Step { New-PeerIdentity -FriendlyName 'Bob' | Export-PeerIdentity -Public -Path $me }
    Write-Output "introduced:$me"
    Join-Group ([Console]::In.ReadLine())
    Write-Output 'received:'
    $null = [Console]::In.ReadLine()
    . Invoke-Step { Stop-PeerNode }
}

function Invoke-Reader {
    param([string] $File, [uri] $Prefix)

    Import-Module $module
    . Invoke-Step { Start-PeerNode -ListenAddress 127.0.0.1, ::1 }
    Receive-File $File $Prefix
    if ($receipt.BytesFromPeers -eq 0) {
        throw 'The file did not come from the peer that has it.'
    }
    Join-Graph 'Carol' 'So is bread'
    . Invoke-Step { Get-PeerRecord notes | Sort-Object Created }
    if (@(Get-PeerRecord notes).Count -ne 2) { throw 'The graph does not have the records of the others.' }
    . Invoke-Step { Stop-PeerNode }
}

# The type of a record is a GUID that those who use the graph agree on.
function Join-Graph {
    param([string] $Peer, [string] $Note)

    $type = [guid] '6f1f7f2a-6a35-4a57-9a55-0a1f0c9f8b01'
    $me = $Peer
    $text = $Note
    . Invoke-Step { Connect-PeerGraph notes -ResolveName 0.notes -PeerId $me -Listen }
    . Invoke-Step { $record = Add-PeerRecord notes $type -Text $text -Lifetime 1:00 -Attribute @{ place = 'kitchen' }; $record }
}

function Receive-File {
    param([string] $File, [uri] $Prefix)

    $uri = [uri]::new($Prefix, (Split-Path $File -Leaf))
    . Invoke-Step { Receive-PeerContent -Uri $uri -OutFile $env:PEERNET_HOME -OutVariable receipt }
    $received = Join-Path $env:PEERNET_HOME (Split-Path $File -Leaf)
    if ((Get-FileHash $received).Hash -ne (Get-FileHash $File).Hash) {
        throw 'The file that was received is not the one that was published.'
    }
    $script:receipt = $receipt[0]
}

function Initialize-TourFile {
    $path = Join-Path $script:state 'holiday.raw'
    $null = New-Item $script:state -ItemType Directory
    $bytes = [byte[]]::new(8MB)
    [System.Random]::new(1).NextBytes($bytes)
    [System.IO.File]::WriteAllBytes($path, $bytes)
    $path
}

function Get-FreePrefix {
    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    "http://127.0.0.1:$($listener.LocalEndpoint.Port)/"
    $listener.Stop()
}

function Invoke-Tour {
    $script:state = Join-Path ([System.IO.Path]::GetTempPath()) "peernet-tour-$([guid]::NewGuid().ToString('n'))"
    $content = @('-File', (Initialize-TourFile), '-Prefix', (Get-FreePrefix))
    $publisher = $resolver = $reader = $null
    try {
        Write-Information 'A first PowerShell process publishes a file and a secured name; only the holder of the key can.'
        $publisher = Open-Role 'first' (@('-Role', 'Publisher') + $content)
        $registered = Show-Role $publisher 'first ' -Until 'registered:'
        if (-not $registered) { throw 'The first process did not register its name.' }

        Write-Information 'A second process knows nothing but the name and finds it without any server; then it gets the file.'
        $resolver = Open-Role 'second' (@('-Role', 'Resolver', '-Name', $registered) + $content)
        $introduction = Show-Role $resolver 'second' -Until 'introduced:'
        if (-not $introduction) { throw 'The second process did not get the file.' }

        Write-Information 'The first process invites the second one to a group that nobody else can enter or read.'
        $publisher.StandardInput.WriteLine($introduction)
        $resolver.StandardInput.WriteLine((Show-Role $publisher 'first ' -Until 'invited:'))
        if ($null -eq (Show-Role $resolver 'second' -Until 'received:')) { throw 'The second process did not join the group.' }

        Write-Information 'A third process gets the same file from the second one, and joins the same graph.'
        $reader = Open-Role 'third' (@('-Role', 'Reader') + $content)
        $null = Show-Role $reader 'third '
        $reader.WaitForExit()

        foreach ($process in $resolver, $publisher) {
            $process.StandardInput.WriteLine()
            $null = Show-Role $process ($process -eq $resolver ? 'second' : 'first ')
            $process.WaitForExit()
        }
        if ($reader.ExitCode -ne 0 -or $resolver.ExitCode -ne 0 -or $publisher.ExitCode -ne 0) {
            throw 'A process of the tour failed.'
        }
        Write-Information 'Found, verified, shared, trusted, and gone again. The cmdlets are explained by Get-Help about_PeerNet.'
    } finally {
        foreach ($process in $publisher, $resolver, $reader) {
            if ($process -and -not $process.HasExited) { $process.Kill($true) }
        }
        if (Test-Path $state) { Remove-Item $state -Recurse -Force }
    }
}

switch ($Role) {
    'Publisher' { Invoke-Publisher $File $Prefix }
    'Resolver' { Invoke-Resolver $Name $File $Prefix }
    'Reader' { Invoke-Reader $File $Prefix }
    'Tour' { Invoke-Tour }
}
