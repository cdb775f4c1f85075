BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $canLink = Test-LinkSupport
    $sshd = Test-Path /usr/sbin/sshd
    if (-not $sshd) {
        Write-Information 'There is no sshd: sessions with other machines are tried with other processes only.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $manifest = Get-StagedManifest

    # A terminal that has the node of this user, until its input ends.
    $owner = {
        Import-Module $manifest
        $null = New-PeerIdentity Alice
        $null = Register-PeerName 0.first -Port 80 -Cloud Loopback_ -Comment 'by its owner'
        $null = New-PeerGraph lab
        @{ ProcessId = $PID }
        $null = [Console]::In.ReadLine()
        Stop-PeerNode -Confirm:$false -WarningAction Ignore
    }
    function Open-Owner([string] $StateFolder = $env:PEERNET_HOME) {
        $process = Open-PeerProcess $owner -StateFolder $StateFolder
        $null = Read-PeerProcess $process
        $process
    }

    # Does something while a cmdlet waits, in a terminal of its own ($shell, with $running), for an answer that does not come.
    function Use-WaitingCmdlet([scriptblock] $Script) {
        $silent = [System.Net.Sockets.UdpClient]::new([System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
        $silent.Client.ReceiveTimeout = 60000
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $running = $shell.AddScript("Import-Module '$manifest'; Test-PeerEndpoint 127.0.0.1 -Port $($silent.Client.LocalEndPoint.Port) -TimeoutSeconds 600").BeginInvoke()
        try {
            $from = [System.Net.IPEndPoint]::new([ipaddress]::Any, 0)
            $null = $silent.Receive([ref] $from)
            & $Script
        } finally {
            $shell.Dispose()
            $runspace.Dispose()
            $silent.Dispose()
        }
    }

    # Says what the user of a terminal sees, and answers as one would.
    Add-Type -TypeDefinition @'
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
public sealed class AnsweringHost : PSHost {
    public AnsweringInterface Shown = new AnsweringInterface();
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;
    public override System.Guid InstanceId { get; } = System.Guid.NewGuid();
    public override string Name => "Answering";
    public override PSHostUserInterface UI => Shown;
    public override System.Version Version { get; } = new System.Version(1, 0);
    public override void EnterNestedPrompt() { }
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int code) { }
}
public sealed class AnsweringInterface : PSHostUserInterface {
    public int Answer;
    public List<string> Lines = new List<string>();
    public override PSHostRawUserInterface RawUI => null;
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int choice) {
        Lines.Add(message); return Answer;
    }
    public override void Write(string value) { Lines.Add(value); }
    public override void Write(System.ConsoleColor a, System.ConsoleColor b, string value) { Lines.Add(value); }
    public override void WriteLine(string value) { Lines.Add(value); }
    public override void WriteDebugLine(string value) { }
    public override void WriteErrorLine(string value) { }
    public override void WriteProgress(long id, ProgressRecord record) { }
    public override void WriteVerboseLine(string value) { }
    public override void WriteWarningLine(string value) { }
    public override string ReadLine() => "";
    public override SecureString ReadLineAsSecureString() => new SecureString();
    public override Dictionary<string, PSObject> Prompt(string a, string b, Collection<FieldDescription> c) => null;
    public override PSCredential PromptForCredential(string a, string b, string c, string d) => null;
    public override PSCredential PromptForCredential(string a, string b, string c, string d, PSCredentialTypes e, PSCredentialUIOptions f) => null;
}
'@

    # Runs a script in a terminal of its own whose user answers so.
    function Invoke-Terminal([string] $Script, [int] $Answer) {
        $answering = [AnsweringHost]::new()
        $answering.Shown.Answer = $Answer
        $runspace = [runspacefactory]::CreateRunspace($answering)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        try {
            $output = $shell.AddScript("Import-Module '$manifest'; $Script").Invoke()
            [pscustomobject]@{ Output = $output; Errors = @($shell.Streams.Error); Lines = $answering.Shown.Lines }
        } finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'A second terminal' {
    BeforeAll { $first = Open-Owner }
    AfterAll { Close-PeerProcess $first }

    It 'works with the node that the first one has' {
        $node = Get-PeerNode
        $node.Name | Should -BeExactly default
        $node.ProcessId | Should -Be $first.Id
        $node.User | Should -BeExactly ([Environment]::UserName)
        $node.Started | Should -BeLessThan ([datetimeoffset]::Now)
        $node.State | Should -Be Running
        (Get-PeerName).Name.Value | Should -Be 0.first
    }

    It 'has the same objects as the first one: <Name>' -ForEach @(
        @{ Name = 'a name'; Type = 'PeerNet.Engine.Pnrp.PeerNameRegistration'; Script = { Get-PeerName 0.first } }
        @{ Name = 'an identity'; Type = 'PeerNet.Engine.Identity.PeerIdentity'; Script = { Get-PeerIdentity Alice } }
        @{ Name = 'a cloud'; Type = 'PeerNet.Engine.Pnrp.PeerCloud'; Script = { Get-PeerCloud Loopback_ } }
        @{ Name = 'a graph'; Type = 'PeerNet.Engine.Graphing.PeerGraph'; Script = { Get-PeerGraph lab } }
        @{ Name = 'a node of a graph'; Type = 'PeerNet.Engine.Graphing.PeerGraphNode'; Script = { Get-PeerGraphNode -Graph lab } }
        @{ Name = 'the distribution'; Type = 'PeerNet.Engine.Distribution.PeerDistributionStatus'; Script = { Get-PeerDistribution } }
        @{ Name = 'a cache'; Type = 'PeerNet.Engine.Distribution.PeerCache'; Script = { Get-PeerCache | Select-Object -First 1 } }
    ) {
        $object = & $Script
        $object | Should -Not -BeNullOrEmpty
        $object.GetType().FullName | Should -BeExactly $Type
        $object | Out-String -Width 120 | Should -Not -Match 'PSObject|Deserialized'
    }

    It 'has what is worked on one after the other' {
        $type = [guid]::NewGuid()
        $added = 1..20 | ForEach-Object { "$_" } | Add-PeerRecord -Graph lab -Type $type -Lifetime 1:0:0
        $added.Count | Should -Be 20
        $added.Text | Should -Be (1..20)
        $added[0].Created | Should -BeOfType datetimeoffset
        Get-PeerRecord -Graph lab -Type $type | Select-Object -First 5 | Remove-PeerRecord -Confirm:$false
        @(Get-PeerRecord -Graph lab -Type $type).Count | Should -Be 15
    }

    It 'takes no input before the last one has been worked on' {
        $state = @{ Made = 0 }
        $found = & { while ($true) { $state.Made++; 'lab' } } | Get-PeerGraph | ForEach-Object { "$($_.Id) $($state.Made)" } | Select-Object -First 5
        $found | Should -Be 'lab 1', 'lab 2', 'lab 3', 'lab 4', 'lab 5'
    }

    It 'takes bytes that come one by one for one record' {
        $type = [guid]::NewGuid()
        $record = [byte[]] (1..50) | Add-PeerRecord -Graph lab -Type $type -Lifetime 1:0:0
        $record.Data | Should -Be (1..50)
        (Add-PeerRecord -Graph lab -Type $type -Data 7 -Lifetime 1:0:0).Data | Should -Be 7
    }

    It 'goes on with inputs after one that failed' {
        $errors = $null
        $found = 'none', 'lab', 'neither' | Get-PeerGraph -ErrorAction SilentlyContinue -ErrorVariable errors
        $found.Id | Should -Be lab
        $errors.Count | Should -Be 2
    }

    It 'has errors with their codes and what they are about' {
        $failure = Get-Failure { Get-PeerName 0.none }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PEER_E_NOT_FOUND,*GetPeerNameCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -BeExactly 0.none
        $failure.Exception.GetType().FullName | Should -BeExactly PeerNet.Engine.Core.PeerException
        $failure.InvocationInfo.Line | Should -Match '0\.none'
        { Get-PeerName 0.none -ErrorAction Stop } | Should -Throw '*0.none*'
    }

    It 'has warnings and verbose messages where it wants them' {
        $name = Get-FreshName
        $messages = Register-PeerName $name -Port 81 -Cloud Loopback_ -Verbose 4>&1
        @($messages | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Count | Should -BeGreaterThan 0
        Unregister-PeerName $name -WarningVariable warnings
        Register-PeerName $name -Port 81 -Cloud Loopback_ 4>&1 | Should -BeNullOrEmpty
    }

    It 'is told what would happen, and nothing does' {
        $name = Get-FreshName
        $shown = Invoke-Terminal "Register-PeerName $name -Port 82 -Cloud Loopback_ -WhatIf" 0
        $shown.Lines | Should -Match "What if.*$name"
        Get-PeerName | ForEach-Object { $_.Name.Value } | Should -Not -Contain $name
        (Invoke-Terminal "`$WhatIfPreference = `$true; Register-PeerName $name -Port 82 -Cloud Loopback_" 0).Lines | Should -Match "What if.*$name"
    }

    It 'is asked, and <Does>' -ForEach @(@{ Does = 'declines'; Answer = 2; Left = 1 }, @{ Does = 'consents'; Answer = 0; Left = 0 }) {
        $type = [guid]::NewGuid()
        $record = Add-PeerRecord -Graph lab -Type $type -Data 1 -Lifetime 1:0:0
        $shown = Invoke-Terminal "Remove-PeerRecord -Graph lab -RecordId $($record.Id) -Confirm" $Answer
        $shown.Errors | Should -BeNullOrEmpty
        $shown.Lines | Should -Match "$($record.Id)"
        @(Get-PeerRecord -Graph lab -Type $type).Count | Should -Be $Left
    }

    It 'names files from where it is, and by its own drives' {
        $folder = Get-SandboxPath
        $null = New-Item $folder -ItemType Directory
        Set-Content (Join-Path $folder 'a.txt') 'some content'
        Push-Location $folder
        $null = New-PSDrive Own FileSystem $folder -Scope Global
        try {
            (Publish-PeerContent a.txt -ContentId relative)[0].ContentId | Should -BeExactly relative
            (Publish-PeerContent Own:/a.txt -ContentId drive)[0].ContentId | Should -BeExactly drive
            $file = Export-PeerIdentity Alice -Public -Path own.xml
            $file | Should -BeOfType ([System.IO.FileInfo])
            $file.FullName | Should -Exist
            $file.PSPath | Should -Not -BeNullOrEmpty
        } finally {
            Pop-Location
            Remove-PSDrive Own -Scope Global
        }
        (Get-PeerContentInformation relative)[0].Segments.Count | Should -Be 1

        # And what another terminal calls by the same name is something else.
        $other = Get-SandboxPath
        $null = New-Item $other -ItemType Directory
        $seen = Invoke-Terminal "Set-Location '$other'; `$null = New-PSDrive Own FileSystem '$other'; Export-PeerIdentity Alice -Public -Path Own:/drive.xml; Export-PeerIdentity Alice -Public -Path here.xml" 0
        $seen.Errors | Should -BeNullOrEmpty
        (Get-ChildItem $other).Name | Sort-Object | Should -Be drive.xml, here.xml
    }

    It 'is refused what cannot go to another process' {
        $failure = Get-Failure { Publish-PeerContent -InputStream ([System.IO.MemoryStream]::new([byte[]] (1, 2))) -ContentId stream }
        $failure.Exception.Message | Should -Match 'another process'
    }

    It 'hears of events' {
        $null = Register-PeerEvent default -EventType NameRegistered -SourceIdentifier heard
        $name = Get-FreshName
        $null = Register-PeerName $name -Port 83 -Cloud Loopback_
        $heard = Wait-Event heard -Timeout 30
        $heard.SourceEventArgs.Type | Should -Be NameRegistered
        $heard.SourceEventArgs.Detail.Name.Value | Should -BeExactly $name
        Unregister-Event heard
        Remove-Event heard
    }

    It 'completes arguments' {
        (TabExpansion2 'Get-PeerGraph l').CompletionMatches.CompletionText | Should -Contain lab
        (TabExpansion2 'Get-PeerNode ').CompletionMatches.CompletionText | Should -Contain default
        (TabExpansion2 'Connect-PeerNode -ProcessId ').CompletionMatches.ListItemText | Should -Contain "$($first.Id)"
    }

    It 'stops a cmdlet there with Ctrl+C' {
        Use-WaitingCmdlet {
            $stopping = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $stopping.Elapsed.TotalSeconds | Should -BeLessThan 20
            $shell.InvocationStateInfo.State | Should -Be Stopped
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
        (Get-PeerNode).State | Should -Be Running
    }

    It 'is one of many' {
        $names = 1..12 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            (Get-PeerName 0.first).Comment
        } -ThrottleLimit 12
        $names | Should -Be (@('by its owner') * 12)
    }

    It 'has no node of its own meanwhile' {
        { Start-PeerNode } | Should -Throw "*process $($first.Id)*"
    }
}

Describe 'A node elsewhere' {
    BeforeAll {
        $elsewhere = Get-SandboxPath
        $other = Open-PeerProcess {
            param($State)
            Import-Module $manifest
            Start-PeerNode -Name far -StatePath $State
            @{ ProcessId = $PID }
            $null = [Console]::In.ReadLine()
            Stop-PeerNode
        } -ArgumentList $elsewhere -StateFolder $env:PEERNET_HOME
        $null = Read-PeerProcess $other
    }
    AfterAll { Close-PeerProcess $other }
    AfterEach { Disconnect-PeerNode -WarningAction Ignore }

    It 'is named by <Way>' -ForEach @(
        @{ Way = 'its process'; Script = { Connect-PeerNode -ProcessId $other.Id -PassThru } }
        @{ Way = 'its state folder'; Script = { Connect-PeerNode -StatePath $elsewhere -PassThru } }
        @{ Way = 'its name'; Script = { Connect-PeerNode far -PassThru } }
        @{ Way = 'what Get-PeerNode wrote'; Script = { Get-PeerNode far | Connect-PeerNode -PassThru } }
    ) {
        $node = & $Script
        $node.Name | Should -BeExactly far
        $node.IsCurrent | Should -BeTrue
        (Get-PeerCloud Loopback_).Node | Should -BeExactly far
    }

    It 'is used where it is named' {
        (Get-PeerCloud Loopback_ -Node far).Node | Should -BeExactly far
        Get-PeerNode f* | ForEach-Object ProcessId | Should -Be $other.Id
    }

    It 'is none where nobody has one: <Way>' -ForEach @(
        @{ Way = 'process'; Script = { Connect-PeerNode -ProcessId $PID } }
        @{ Way = 'folder'; Script = { Connect-PeerNode -StatePath (Get-SandboxPath) } }
        @{ Way = 'name'; Script = { Connect-PeerNode nowhere } }
    ) {
        (Get-Failure $Script).CategoryInfo.Category | Should -Be ObjectNotFound
    }
}

Describe 'When the first terminal ends' {
    BeforeEach {
        $former = $env:PEERNET_HOME
        $env:PEERNET_HOME = Get-SandboxPath
        $first = Open-Owner
    }
    AfterEach {
        if ($first) { $first.Kill(); $first.Dispose() }
        Get-PeerNode | Where-Object State -EQ Running | Stop-PeerNode -Confirm:$false
        $env:PEERNET_HOME = $former
    }

    It 'the second one says so, and has a node of its own with the next cmdlet' {
        (Get-PeerIdentity).FriendlyName | Should -Be Alice
        $first.Kill()
        $first.WaitForExit()
        (Get-PeerIdentity -WarningVariable told -WarningAction SilentlyContinue).FriendlyName | Should -Be Alice
        $told | Should -Match "process $($first.Id)"
        (Get-PeerNode).ProcessId | Should -Be $PID
        Stop-PeerNode -Confirm:$false
    }

    It 'a cmdlet that waits there fails, and says why: <What>' -ForEach @(
        @{ What = 'it is killed'; Lose = { $first.Kill() } }
        @{ What = 'a third one stops the node'; Lose = { Stop-PeerNode -Confirm:$false } }
    ) {
        Use-WaitingCmdlet {
            & $Lose
            try { $shell.EndInvoke($running) } catch { $failure = $_ }
            "$failure $($shell.Streams.Error)" | Should -Match 'has ended or has stopped the node'
        }
    }

    It 'or stops the node while the second one works on its inputs, the next input fails' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript("Import-Module '$manifest'; 'lab', 'stop', 'lab' | ForEach-Object { if (`$_ -eq 'stop') { & { Stop-PeerNode -Confirm:`$false } } else { `$_ } } | Get-PeerGraph")
        try {
            $found = $shell.Invoke()
            $found.Id | Should -Be lab
            "$($shell.Streams.Error)" | Should -Match 'has ended or has stopped the node'
        } finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    It 'and the second one stops it, it has stopped there' {
        Stop-PeerNode -Confirm:$false
        (Get-PeerNode).State | Should -Be Stopped
    }
}

Describe 'Other machines' {
    BeforeAll {
        $sessions = 1..2 | ForEach-Object { Open-PeerSession }
        'Bob', 'Carol' | ForEach-Object { $who = 0 } { $null = New-PeerIdentity $_ -Session $sessions[$who++] }
    }
    AfterAll {
        Stop-PeerNode -Session $sessions -Confirm:$false -WarningAction Ignore -ErrorAction Ignore
        $sessions | Remove-PSSession
    }

    It 'are asked all at once, and each object says where it is from' {
        $found = Get-PeerIdentity -Session $sessions
        $found.FriendlyName | Sort-Object | Should -Be Bob, Carol
        $found.PSComputerName | Should -Not -Contain $null
        $found | ForEach-Object { $_.GetType().FullName } | Should -Be (@('PeerNet.Engine.Identity.PeerIdentity') * 2)
        (Get-PeerNode -Session $sessions).ProcessId | Sort-Object -Unique | Should -HaveCount 2
    }

    It 'have inputs from here' {
        $names = 1..3 | ForEach-Object { Get-FreshName }
        $names | Register-PeerName -Port 80 -Cloud Loopback_ -Session $sessions[0]
        (Get-PeerName -Session $sessions[0]).Name.Value | Sort-Object | Should -Be ($names | Sort-Object)
        Get-PeerName -Session $sessions[1] | Should -BeNullOrEmpty
        Get-PeerName -Session $sessions[0] | Unregister-PeerName -Session $sessions[0] -Confirm:$false
        Get-PeerName -Session $sessions[0] | Should -BeNullOrEmpty
    }

    It 'do what is only tried' {
        Register-PeerName (Get-FreshName) -Port 80 -Cloud Loopback_ -Session $sessions -WhatIf
        Get-PeerName -Session $sessions | Should -BeNullOrEmpty
    }

    It 'fail one by one, with their own errors' {
        $failures = $null
        $null = Get-PeerName 0.none -Session $sessions -ErrorAction SilentlyContinue -ErrorVariable failures
        @($failures | Where-Object FullyQualifiedErrorId -Like 'PEER_E_NOT_FOUND,*').Count | Should -Be 2
    }

    It 'that cannot be reached are one error each' {
        $lost = Open-PeerSession
        $lost | Remove-PSSession
        $failures = $null
        $found = Get-PeerIdentity -Session ($sessions + $lost) -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.FriendlyName | Sort-Object | Should -Be Bob, Carol
        $failures.Count | Should -Be 1
    }

    It 'are not given bytes one by one' {
        1..3 | Add-PeerRecord -Graph lab -Type ([guid]::NewGuid()) -Lifetime 1:0:0 -Session $sessions[0] -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].Exception.Message | Should -Match 'piece by piece'
    }
}

Describe 'Machines with SSH' -Skip:(-not $canLink -or -not $sshd) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4 -Plain
        $keys = Get-SandboxPath
        $null = New-Item $keys -ItemType Directory
        ssh-keygen -q -t ed25519 -N '' -f "$keys/user"
        ssh-keygen -q -t ed25519 -N '' -f "$keys/host"
        $shell = @(Get-PwshCommand) -join ' '
        $null = New-Item /run/sshd -ItemType Directory -Force
        $servers = $link.Hosts[1..2] | ForEach-Object {
            Set-Content "$keys/$_.conf" @(
                'ListenAddress 0.0.0.0', 'Port 2222', "HostKey $keys/host", "PidFile $keys/$_.pid", "AuthorizedKeysFile $keys/user.pub"
                'PasswordAuthentication no', 'UsePAM no', 'StrictModes no', "SetEnv PEERNET_HOME=$keys/$_"
                "Subsystem powershell $shell -sshs -NoLogo -NoProfile")
            Start-Process ip 'netns', 'exec', $_, '/usr/sbin/sshd', '-D', '-f', "$keys/$_.conf" -PassThru
        }
    }
    AfterAll {
        $servers | Stop-Process -Force
        Close-Link $link
    }

    It 'are used over a session each, three of them' {
        $seen = Invoke-FreshPwsh -Namespace $link.Hosts[0] -ArgumentList $keys, $manifest {
            param($Keys, $Module)
            Import-Module $Module
            $WarningPreference = 'SilentlyContinue'
            $options = @{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = "$Keys/known"; ConnectionAttempts = '30'; LogLevel = 'ERROR' }
            $sessions = New-PSSession -HostName 10.77.0.2, 10.77.0.3 -Port 2222 -UserName root -KeyFilePath "$Keys/user" -Options $options
            Invoke-Command -Session $sessions { Import-Module $args[0] } -ArgumentList $Module
            $name = "0.$([guid]::NewGuid().ToString('n'))"
            Register-PeerName $name -Port 8080 -Session $sessions[0] -WarningAction Ignore
            Register-PeerName $name -Port 8081 -WarningAction Ignore
            # From the third machine: those of the first two.
            $found = @()
            for ($try = 0; $found.Count -lt 2 -and $try -lt 20; $try++) {
                $found = @(Resolve-PeerName $name -MaxResult 2 -TimeoutSeconds 10 -Session $sessions[1] -ErrorAction SilentlyContinue | ForEach-Object { $_.Endpoints.Port })
            }
            @{ Ports = $found | Sort-Object -Unique; Nodes = @(Get-PeerNode -Session $sessions | ForEach-Object PSComputerName | Sort-Object) }
            Get-PeerFleet -Session $sessions | ForEach-Object { @{ State = $_.State; Names = $_.Names; Machine = $_.Machine } }
            Stop-PeerNode -Session $sessions -Confirm:$false -WarningAction Ignore
            $sessions | Remove-PSSession
            Stop-PeerNode -Confirm:$false -WarningAction Ignore
        }
        $seen[0].Nodes | Should -Be 10.77.0.2, 10.77.0.3
        $seen[0].Ports | Should -Be 8080, 8081
        $rows = $seen | Select-Object -Skip 1 | Sort-Object { @($_.Names).Count }
        $rows.State | Should -Be Running, Running
        $rows[0].Names | Should -BeNullOrEmpty
        $rows[1].Names | Should -HaveCount 1
    }
}

Describe 'A stranger at the socket' -Skip:$IsWindows {
    BeforeAll {
        $former = $env:PEERNET_HOME
        $env:PEERNET_HOME = Get-SandboxPath
        $first = Open-Owner
        $socket = (Get-Content (Join-Path $env:PEERNET_HOME 'default/node.channel') -Raw | ConvertFrom-Json).Channel

        function Read-Part($Client, [int] $Length) {
            $part = [byte[]]::new($Length)
            for ($read = 0; $read -lt $Length; $read += $more) {
                $more = $Client.Receive($part, $read, $Length - $read, 'None')
                if ($more -eq 0) { throw [System.Net.Sockets.SocketException]::new([int] [System.Net.Sockets.SocketError]::Shutdown) }
            }
            , $part
        }

        # Says something, as anybody could who has the user's rights, and tells what comes back.
        function Send-Frame([byte] $Kind, [byte[]] $Text, [int] $Length = $Text.Length) {
            $client = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
            $client.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
            try {
                $client.ReceiveTimeout = 30000
                $null = $client.Send([byte[]] ([System.BitConverter]::GetBytes($Length) + $Kind + $Text))
                if ($Length -ne $Text.Length) { $client.Shutdown('Send') }
                $frames = try {
                    do {
                        $header = Read-Part $client 5
                        [System.Text.Encoding]::UTF8.GetString((Read-Part $client ([System.BitConverter]::ToInt32($header))))
                    } until ($header[4] -in 74, 75)
                } catch [System.Net.Sockets.SocketException] {
                    # Closed with what was left unread; a node that waits for more where nothing more makes sense is no answer.
                    if ($_.Exception.SocketErrorCode -notin 'ConnectionReset', 'Shutdown') { throw }
                }
                -join ($frames | Select-Object -Skip 1)
            } finally {
                $client.Dispose()
            }
        }
        function ConvertTo-Wire($Value) {
            if ($Value -is [string]) { $Value }
            elseif ($Value -is [hashtable]) { @{ Table = @(foreach ($key in $Value.Keys) { $key; ConvertTo-Wire $Value[$key] }) } }
            elseif ($Value -is [array]) { , $Value }
            else { @{ Clixml = [System.Management.Automation.PSSerializer]::Serialize($Value) } }
        }
        function Get-WireText($Value) { [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $Value -Depth 20 -Compress)) }
        function Send-Call([hashtable] $Call) { Send-Frame 1 (Get-WireText (ConvertTo-Wire $Call)) }
        $version = (Get-Command Get-PeerNode).ImplementingType.Assembly.GetName().Version.ToString()
    }
    AfterEach {
        (Get-PeerNode).State | Should -Be Running
        (Get-PeerIdentity).FriendlyName | Should -Be Alice
    }
    AfterAll {
        Close-PeerProcess $first
        $env:PEERNET_HOME = $former
    }

    It 'has nothing run but cmdlets of this module: <Command>' -ForEach @(
        @{ Command = 'Get-Process' }, @{ Command = 'Invoke-Expression' }, @{ Command = 'Start-PeerNode' }, @{ Command = 'Get-PeerFirewallRules' }
        @{ Command = "Get-PeerNode; Set-Content x y" }, @{ Command = 'Invoke-Work' }
    ) {
        Send-Call @{ Version = $version; Command = $Command; Parameters = @{} } | Should -Match 'no cmdlet that works with a node'
    }

    It 'has no other version' {
        Send-Call @{ Version = '0.0.0.1'; Command = 'Get-PeerNode'; Parameters = @{} } | Should -Match 'version'
    }

    It 'has no script run that it hides in an argument' {
        $mark = Get-SandboxPath
        $null = Send-Call @{ Version = $version; Command = 'Get-PeerName'; Parameters = @{ Name = { Set-Content $mark x } } }
        $null = Send-Call @{ Version = $version; Command = 'Get-PeerName'; Parameters = @{ Name = "`$(Set-Content $mark x)" } }
        $mark | Should -Not -Exist
    }

    It 'does not harm with <What>' -ForEach @(
        @{ What = 'nonsense'; Kind = 1; Text = [byte[]] (1..200); Length = 200 }
        @{ What = 'half a frame'; Kind = 1; Text = [byte[]] (60, 79); Length = 60000000 }
        @{ What = 'a length below zero'; Kind = 1; Text = [byte[]] (60, 79); Length = -5 }
        @{ What = 'a length beyond all'; Kind = 1; Text = [byte[]] (60, 79); Length = [int]::MaxValue }
        @{ What = 'an answer to nothing'; Kind = 5; Text = [byte[]] (48); Length = 1 }
        @{ What = 'no known frame'; Kind = 250; Text = [byte[]] (48); Length = 1 }
    ) {
        { Send-Frame $Kind $Text $Length } | Should -Not -Throw
    }

    It 'does not harm with an object that is deep: <What>' -ForEach @(
        @{ What = 'lists'; Text = '[' * 100000 }
        @{ What = 'records'; Text = '{"PeerNet.Engine.Identity.PeerIdentity":' * 20000 }
        @{ What = 'XML'; Text = ConvertTo-Json @{ Clixml = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">' + ('<Obj><LST>' * 20000) + ('</LST></Obj>' * 20000) + '</Objs>' } }
    ) {
        Send-Frame 1 ([System.Text.Encoding]::UTF8.GetBytes($Text)) | Should -Match 'no object'
    }

    It 'does not harm with XML that names entities' {
        $bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><S>&c;</S></Objs>'
        Send-Frame 1 (Get-WireText @{ Clixml = $bomb }) | Should -Match 'no object'
    }

    It 'makes no object of a type that is none of ours: <Type>' -ForEach @(
        @{ Type = 'System.Diagnostics.Process' }, @{ Type = 'PeerNet.Engine.Node.PeerNode' }, @{ Type = 'PeerNet.Engine.Core.PeerErrors' }
        @{ Type = 'System.Management.Automation.ScriptBlock' }, @{ Type = 'Int32' }
    ) {
        $call = ConvertTo-Wire @{ Version = $version; Command = 'Get-PeerName'; Parameters = @{} }
        $call.Table[[array]::IndexOf($call.Table, 'Parameters') + 1] = @{ Table = @('Name', @{ $Type = @{ Text = 'x' } }) }
        Send-Frame 1 (Get-WireText $call) | Should -Match 'PEER_|Cannot|no name'
    }

    It 'does not hold the node up by never reading' {
        $client = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $client.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
        $call = Get-WireText (ConvertTo-Wire @{ Version = $version; Command = 'Get-PeerRecord'; Parameters = @{ Graph = 'lab' } })
        $null = $client.Send([byte[]] ([System.BitConverter]::GetBytes($call.Length) + [byte] 1 + $call))
        try {
            (Get-PeerGraph lab).Id | Should -Be lab
        } finally {
            $client.Dispose()
        }
    }

    It 'has no more done than it reads' {
        # A thousand errors before the one that counts are more than a socket holds.
        $null = Register-PeerName 0.last -Port 80 -Cloud Loopback_
        $names = @(1..1000 | ForEach-Object { "0.none$_" }) + '0.last'
        $client = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $client.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
        $call = Get-WireText (ConvertTo-Wire @{ Version = $version; Command = 'Unregister-PeerName'; Parameters = @{ Name = $names } })
        $null = $client.Send([byte[]] ([System.BitConverter]::GetBytes($call.Length) + [byte] 1 + $call))
        try {
            # The greeting, and then the first error.
            $client.ReceiveTimeout = 60000
            $null = Read-Part $client (5 + 7 + 5)
            (1..100 | ForEach-Object { '0.last' } | Get-PeerName).Count | Should -Be 100
        } finally {
            $client.Dispose()
        }
        (Get-PeerName 0.last).Name.Value | Should -Be 0.last
        Unregister-PeerName 0.last
    }

    It 'is nobody without the rights of the user' -Skip:(-not $IsLinux -or (id -u) -ne 0) {
        # Another user of this machine, to whom the folders are opened: the other end's user is checked too.
        chmod o+rx (Split-Path $env:PEERNET_HOME) $env:PEERNET_HOME (Join-Path $env:PEERNET_HOME default)
        chmod o+rw $socket
        $said = setpriv --reuid=65534 --regid=65534 --clear-groups perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "refused: $!"; syswrite $s, pack("VC", 1, 7) . "x"; my $n = sysread $s, my $b, 100; print "closed ", $n // "reset";' $socket 2>&1
        "$said" | Should -Match '^closed (0|reset)'
        chmod 600 $socket
    }
}

Describe 'A socket of a stranger' -Skip:$IsWindows {
    BeforeAll {
        $former = $env:PEERNET_HOME
        $env:PEERNET_HOME = Get-SandboxPath

        # A state folder whose node would be in another process, with somebody who listens there.
        function New-Plant([string] $Place = $env:PEERNET_HOME) {
            $name = [guid]::NewGuid().ToString('n').Substring(0, 8)
            $folder = Join-Path $Place $name
            $null = [System.IO.Directory]::CreateDirectory($folder, 'UserRead, UserWrite, UserExecute')
            $listener = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
            $listener.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new((Join-Path $folder node.socket)))
            [System.IO.File]::SetUnixFileMode((Join-Path $folder node.socket), 'UserRead, UserWrite')
            $listener.Listen()
            @{ Node = $name; ProcessId = 1; ProcessName = 'init'; User = 'x'; StatePath = $folder; Channel = Join-Path $folder node.socket } |
                ConvertTo-Json | Set-Content (Join-Path $folder node.channel)
            [pscustomobject]@{ Folder = $folder; Listener = $listener; Name = $name }
        }

        # Says what it has to say to whoever comes, and how many bytes that one has said.
        function Start-Stranger($Plant, [byte[]] $Says) {
            Start-ThreadJob -ArgumentList $Plant.Listener, $Says {
                param($Listener, [byte[]] $Says)
                $client = $Listener.Accept()
                try {
                    if ($Says) { $null = $client.Send($Says) }
                    $client.Shutdown('Send')
                    $client.Receive([byte[]]::new(65536))
                } catch [System.Net.Sockets.SocketException] { 0 } finally { $client.Dispose() }
            }
        }

        # Nobody answers this one: what becomes of it is looked at in the end.
        $silent = New-Plant (Get-SandboxPath)
        $waiting = [powershell]::Create().AddScript("Import-Module '$manifest'; Connect-PeerNode -StatePath '$($silent.Folder)'")
        $waits = $waiting.BeginInvoke()
    }
    AfterAll {
        $waiting.Dispose()
        $env:PEERNET_HOME = $former
    }

    It 'is not connected to where <Why>' -ForEach @(
        @{ Why = 'others may write its folder'; Spoil = { chmod g+w $plant.Folder }; Says = 'chmod go-w' }
        @{ Why = 'others may write it'; Spoil = { chmod o+w "$($plant.Folder)/node.socket" }; Says = 'chmod go-w' }
        @{ Why = 'it is a link'; Says = 'is a link'
            Spoil = { Move-Item "$($plant.Folder)/node.socket" "$($plant.Folder)/other"; $null = New-Item "$($plant.Folder)/node.socket" -ItemType SymbolicLink -Target "$($plant.Folder)/other" } }
    ) {
        $plant = New-Plant
        try {
            & $Spoil
            $failure = Get-Failure { Get-PeerGraph lab -Node $plant.Name }
            $failure.CategoryInfo.Category | Should -Be PermissionDenied
            $failure.Exception.Message | Should -Match $Says
            $failure.Exception.Message | Should -Match 'node.channel'
            $plant.Listener.Poll(0, 'SelectRead') | Should -BeFalse -Because 'nobody has come'
        } finally {
            Remove-Item $plant.Folder -Recurse
            $plant.Listener.Dispose()
        }
    }

    It 'is given nothing that says <What>' -ForEach @(
        @{ What = 'nonsense'; Says = [byte[]] (1..200) }
        @{ What = 'a giant frame'; Says = [byte[]] ([System.BitConverter]::GetBytes([int]::MaxValue) + 84 + [byte[]]::new(1000)) }
        @{ What = 'half a greeting'; Says = [byte[]] (7, 0, 0, 0, 84, 80) }
        @{ What = 'another greeting'; Says = [byte[]] (7, 0, 0, 0, 84) + [System.Text.Encoding]::ASCII.GetBytes('OpenSSH') }
    ) {
        $plant = New-Plant
        $stranger = Start-Stranger $plant $Says
        try {
            $failure = Get-Failure { 'secret' | Get-PeerGraph -Node $plant.Name }
            $failure.CategoryInfo.Category | Should -Be ConnectionError
            $failure.Exception.Message | Should -Match 'is no node; nothing was sent.*node\.channel'
            $stranger | Receive-Job -Wait -AutoRemoveJob | Should -Be 0
        } finally {
            Remove-Item $plant.Folder -Recurse
            $plant.Listener.Dispose()
        }
    }

    It 'does not keep other nodes from being shown' {
        $plant = New-Plant
        chmod g+w $plant.Folder
        $nodes = Get-PeerNode -Name * -ErrorVariable told -ErrorAction SilentlyContinue
        $plant.Listener.Dispose()
        Remove-Item $plant.Folder -Recurse
        $told.Exception.Message | Should -Match 'chmod go-w'
        $nodes.Name | Should -Not -Contain $plant.Name
    }

    It 'is not used by another user, whose it is not' -Skip:(-not $IsLinux -or (id -u) -ne 0) {
        $plant = New-Plant
        chown -R 65533 $plant.Folder
        chmod -R o+rX (Split-Path $env:PEERNET_HOME) $env:PEERNET_HOME
        $shell = @(Get-PwshCommand)
        # It may read whatever there is, pwsh too, and is not the administrator.
        $said = setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search env HOME=/tmp "PEERNET_HOME=$env:PEERNET_HOME" @shell -NoProfile -NonInteractive -Command "Import-Module '$manifest'; Get-PeerGraph lab -Node $($plant.Name)" 2>&1
        $plant.Listener.Poll(0, 'SelectRead') | Should -BeFalse -Because 'nobody has come'
        $plant.Listener.Dispose()
        "$said" -replace '\s+\|?\s*', ' ' | Should -Match 'belongs to another user'
    }

    It 'is not waited for without end' {
        $waiting.EndInvoke($waits) | Should -BeNullOrEmpty
        "$($waiting.Streams.Error)" | Should -Match 'process 1 \(init\), which has not answered'
        $client = $silent.Listener.Accept()
        $client.Receive([byte[]]::new(1)) | Should -Be 0 -Because 'nothing was handed over'
        $client.Dispose()
        $silent.Listener.Dispose()
    }
}
