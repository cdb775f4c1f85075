BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $links = Test-LinkSupport
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = $links -and (Test-FakeClockSupport)
    $listener = $links -and (Get-Command tshark -CommandType Application -ErrorAction Ignore)
    if ($links -and -not $listener) {
        Write-Information 'There is no tshark: what a blocked person receives is not looked at.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $sandbox = Enter-PeerSandbox
    function Get-FileName { param([string] $Name) Join-Path $sandbox $Name }

    # One person: does what its input says, a command a line, and writes one line for each.
    $person = {
        param($Name, $Seed)
        $ErrorActionPreference = 'Stop'
        $WarningPreference = 'SilentlyContinue'
        $ConfirmPreference = 'None'
        Import-Module $manifest

        # The node is in the background: it answers whatever this runspace does.
        $place = $Seed ? @{ Seed = $Seed } : @{}
        Start-PeerNode -Name default -Background @place
        if (-not (Get-PeerIdentity)) { $null = New-PeerIdentity -FriendlyName $Name }
        $chess = [guid] '3f0c2f9c-5a0e-4a68-9b5c-0f2f4a1d7e11'
        $note = [guid] '9a4e1c52-8a5f-4a39-a1f5-6a4b8f0c2d10'

        # Whatever it waits for, the test ends when this process is told to.
        function Wait-For {
            param([scriptblock] $Condition)
            while (-not (& $Condition)) { Start-Sleep -Milliseconds 100 }
        }

        function Get-Near { param([string] $Who) Get-PeerPersonNearMe -Name $Who }
        function Get-Waiting { Get-PeerInvitation -Direction Received -State Pending }
        function Get-Status { param([string] $Who) $p = @(Get-PeerPresence -Contact $Who)[0]; "$($p.Status)/$($p.Text)/$($null -ne $p.Updated)" }

        'ready'
        while ($line = [Console]::In.ReadLine()) {
            $word, $first, $second, $third = $line -split ' ', 4
            try {
                switch ($word) {
                    signIn { "$((Connect-PeerCollaboration -Scope $first -PassThru).SignInScope)" }
                    signOut { Disconnect-PeerCollaboration; 'signed out' }
                    near {
                        Wait-For { (@(Get-PeerPersonNearMe | Sort-Object Nickname).Nickname -join ',') -ceq $first }
                        'as expected'
                    }
                    introduce { Get-PeerContact -Me -AsXml | Set-Content $first; 'introduced' }
                    add { $null = Add-PeerContact -Path $first -Nickname $second -Watch; (Get-PeerContact $second).Nickname }
                    digits {
                        $endpoint = (Get-Near $first | Update-PeerEndpoint -PassThru)
                        "$($endpoint.AuthenticationString)"
                    }
                    meet {
                        $null = Get-Near $first | Add-PeerContact -AuthenticationString $second -Nickname $first -Watch
                        (Get-PeerContact $first).Nickname
                    }
                    status { Wait-For { (Get-Status $first) -ceq $second }; 'as expected' }
                    set { Set-PeerPresence $first $second; 'set' }
                    show { Set-PeerObject $note -Text $first -Scope All; 'shown' }
                    object {
                        Wait-For { $o = @(Get-PeerObject -Contact $first); $o.Count -eq 1 -and [Text.Encoding]::UTF8.GetString($o[0].Data) -ceq $second }
                        'as expected'
                    }
                    register {
                        $null = Register-PeerApplication $chess Chess $first -ArgumentList $second -Confirm:$false
                        (Get-PeerApplication $chess).Name
                    }
                    invite {
                        $i = Send-PeerInvitation -Contact $first -ApplicationId $chess -Message $third -TimeoutSeconds 600 -NoWait `
                            -Data ([Text.Encoding]::UTF8.GetBytes($second))
                        "$($i.Id)"
                    }
                    inviteGroup {
                        $group = New-PeerGroup 'Harbour pilots'
                        $invitation = New-PeerGroupInvitation 'Harbour pilots' $second
                        "$((Send-PeerInvitation -Contact $first -GroupInvitation $invitation -TimeoutSeconds 600 -NoWait).Id)"
                    }
                    identity { $null = Get-PeerIdentity | Export-PeerIdentity -Public -Path $first -Force; 'exported' }
                    waiting { Wait-For { @(Get-Waiting).Count -eq [int] $first }; (@(Get-Waiting).Message -join ',') }
                    nobody { "$(@(Get-PeerInvitation -Direction Received).Count)" }
                    accept { $a = Get-Waiting | Complete-PeerInvitation -Response Accept -Confirm:$false -PassThru; "$($a.State)" }
                    result { Wait-For { (Get-PeerInvitation -Id $first).State -ne 'Pending' }; "$((Get-PeerInvitation -Id $first).State)" }
                    group { Wait-For { (Get-PeerGroup).Status -match 'Connected|Listening' }; (Get-PeerGroup).FriendlyName }
                    port { "$((Get-PeerNode).Ports.Collaboration)" }
                    block { Set-PeerContact $first -WatchPermission Blocked; 'blocked' }
                    file { Wait-For { Test-Path $first }; Get-Content $first -Raw }
                }
            } catch {
                "$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)"
            }
        }
        Stop-PeerNode
    }

    function Open-Person {
        param([int] $Index, [string] $Name, [string] $ClockOffset, [string] $Seed)

        $processes[$Name] = Open-PeerProcess $person -ArgumentList $Name, $Seed -Namespace $link.Hosts[$Index] `
            -StateFolder (Get-FileName "$Name$Seed") -ClockOffset $ClockOffset
        Read-PeerProcess $processes[$Name] | Should -BeExactly ready
    }
    function Send-Line {
        param([string] $Name, [string] $Line)

        $processes[$Name].StandardInput.WriteLine($Line)
        Read-PeerProcess $processes[$Name]
    }
}

AfterAll {
    Exit-PeerSandbox
}

# Equal addresses of bridges on all hosts, one without IPv6, whose clock is two hours behind as well, no route, no seed.
Describe 'People on a link' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4
        $processes = @{}
        Open-Person 0 ada
        Open-Person 1 bob
        Open-Person 2 carol -ClockOffset '-2h'
    }

    AfterAll {
        try {
            $processes.Values | ForEach-Object { Close-PeerProcess $_ }
        } finally {
            Close-Link $link
        }
    }

    It 'see each other when they are signed in' {
        foreach ($name in 'ada', 'bob', 'carol') { Send-Line $name 'signIn NearMe' | Should -BeExactly NearMe }
        Send-Line ada 'near bob,carol' | Should -BeExactly 'as expected'
        Send-Line bob 'near ada,carol' | Should -BeExactly 'as expected'
        Send-Line carol 'near ada,bob' | Should -BeExactly 'as expected'
    }

    It 'become contacts with the same six digits at both ends' {
        foreach ($pair in @('ada', 'bob'), @('ada', 'carol'), @('bob', 'carol')) {
            $one, $other = $pair
            $digits = Send-Line $one "digits $other"
            $digits | Should -Match '^\d{6}$'
            Send-Line $other "digits $one" | Should -BeExactly $digits
            Send-Line $one "meet $other $('{0:d6}' -f ((1 + $digits) % 1000000))" | Should -BeLike '*authenticat*'
            Send-Line $one "meet $other $digits" | Should -BeExactly $other
            Send-Line $other "meet $one $digits" | Should -BeExactly $one
        }
    }

    It 'see what the others do as it changes' {
        Send-Line bob 'set Busy at-the-lock' | Should -BeExactly set
        Send-Line ada 'status bob Busy/at-the-lock/True' | Should -BeExactly 'as expected'
        Send-Line carol 'status bob Busy/at-the-lock/True' | Should -BeExactly 'as expected'
        Send-Line carol 'show chart-17' | Should -BeExactly shown
        Send-Line ada 'object carol chart-17' | Should -BeExactly 'as expected'
    }

    It 'are invited to an application, which runs with the data' {
        $program = Get-FileName chess.sh
        Set-Content $program "#!/bin/sh`ntest -z `"`$2`" && cp `"`${PEERNET_INVITATION%/*}/data.bin`" `"`$1.tmp`" && mv `"`$1.tmp`" `"`$1`"`n"
        chmod 755 $program
        chmod 755 (Split-Path $program)
        Send-Line bob "register $program $(Get-FileName 'moved here')" | Should -BeExactly Chess
        $id = Send-Line ada 'invite bob e2-e4 a game?'
        Send-Line bob 'waiting 1' | Should -BeExactly 'a game?'
        Send-Line bob accept | Should -BeExactly Accepted
        Send-Line ada "result $id" | Should -BeExactly Accepted
        Send-Line bob "file $(Get-FileName 'moved here')" | Should -BeExactly e2-e4
    }

    It 'are invited to a group, which they join' {
        Send-Line carol "identity $(Get-FileName carol.identity)" | Should -BeExactly exported
        $id = Send-Line ada "inviteGroup carol $(Get-FileName carol.identity)"
        Send-Line carol 'waiting 1' | Should -BeExactly ''
        Send-Line carol accept | Should -BeExactly Accepted
        Send-Line ada "result $id" | Should -BeExactly Accepted
        Send-Line carol group | Should -BeExactly 'Harbour pilots'
    }

    It 'look offline to whom they have blocked, who cannot reach them' {
        Send-Line ada 'status bob Busy/at-the-lock/True' | Should -BeExactly 'as expected'
        Send-Line bob 'block ada' | Should -BeExactly blocked
        Send-Line ada 'status bob Offline//False' | Should -BeExactly 'as expected'
        Send-Line bob 'set Online back' | Should -BeExactly set
        Send-Line carol 'status bob Online/back/True' | Should -BeExactly 'as expected'
        Send-Line ada 'invite bob e7-e5 again?' | Should -Match '^[0-9a-f-]{36}$'
        Send-Line carol 'invite bob d2-d4 me?' | Should -Match '^[0-9a-f-]{36}$'
        Send-Line bob 'waiting 1' | Should -BeExactly 'me?'
        Send-Line ada 'status bob Offline//False' | Should -BeExactly 'as expected'
    }

    It 'are gone for the others as soon as they sign out, and when their process is killed' {
        Send-Line bob signOut | Should -BeExactly 'signed out'
        Send-Line carol 'status bob Offline//False' | Should -BeExactly 'as expected'
        Send-Line carol 'near ada' | Should -BeExactly 'as expected'
        $processes['ada'].Kill()
        $processes['ada'].WaitForExit()
        Send-Line carol 'status ada Offline//False' | Should -BeExactly 'as expected'
        $processes.Remove('ada')
    }
}

# No multicast: they find each other by names alone, which they get to know through one seed.
Describe 'People on the Internet scope' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c -IPv4
        foreach ($namespace in $link.Hosts) { ip -n $namespace link set eth0 multicast off }
        $processes = @{}
        Open-Person 0 ada -Seed '10.77.0.2'
        Open-Person 1 bob -Seed '10.77.0.1'
        Open-Person 2 carol -Seed '10.77.0.1'
    }

    AfterAll {
        try {
            $processes.Values | ForEach-Object { Close-PeerProcess $_ }
        } finally {
            Close-Link $link
        }
    }

    It 'watch contacts, invite them, and are offline for whom they have blocked' {
        foreach ($name in 'ada', 'bob', 'carol') {
            Send-Line $name "introduce $(Get-FileName "$name.contact")" | Should -BeExactly introduced
        }
        foreach ($name in 'ada', 'bob', 'carol') {
            foreach ($other in @('ada', 'bob', 'carol') -ne $name) {
                Send-Line $name "add $(Get-FileName "$other.contact") $other" | Should -BeExactly $other
            }
            Send-Line $name 'signIn Internet' | Should -BeExactly Internet
        }
        Send-Line bob 'set Away at-sea' | Should -BeExactly set
        foreach ($name in 'ada', 'carol') {
            Send-Line $name 'status bob Away/at-sea/True' | Should -BeExactly 'as expected'
        }
        $id = Send-Line ada 'invite carol e2-e4 chess?'
        Send-Line carol 'waiting 1' | Should -BeExactly 'chess?'
        Send-Line bob 'block carol' | Should -BeExactly blocked
        Send-Line carol 'status bob Offline//False' | Should -BeExactly 'as expected'
        Send-Line ada 'status bob Away/at-sea/True' | Should -BeExactly 'as expected'
    }
}
