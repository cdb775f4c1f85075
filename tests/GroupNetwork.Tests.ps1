BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $links = Test-LinkSupport
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $null = $links -and (Test-FakeClockSupport)
    $listener = $links -and (Get-Command tshark -CommandType Application -ErrorAction Ignore)
    if ($links -and -not $listener) {
        Write-Information 'There is no tshark: what a listener on the link reads is not looked at.' -InformationAction Continue
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Link.psm1') -Force
    $sandbox = Enter-PeerSandbox

    # One member: does what its input says, a command a line, and writes one line for each.
    $member = {
        param($Name)
        $ErrorActionPreference = 'Stop'
        $WarningPreference = 'SilentlyContinue'
        Import-Module $manifest
        Start-PeerNode
        if (-not (Get-PeerIdentity)) { $null = New-PeerIdentity -FriendlyName $Name }
        $type = [guid] '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
        $title = 'Harbour pilots'
        $password = { ConvertTo-SecureString 'ropes and lanterns' -AsPlainText }

        # Whatever it waits for, the test ends when this process is told to.
        function Wait-For {
            param([scriptblock] $Condition)
            while (-not (& $Condition)) { Start-Sleep -Milliseconds 100 }
        }

        function Get-Text { @(Get-PeerRecord -Group $title | Sort-Object Text).Text -join ',' }

        'ready'
        while ($line = [Console]::In.ReadLine()) {
            $word, $first, $second = $line -split ' ', 3
            try {
                switch ($word) {
                    create {
                        $null = New-PeerGroup $title -Authentication Both -Password (& $password)
                        (Get-PeerGroup).FriendlyName
                    }
                    introduce { (Get-PeerIdentity | Export-PeerIdentity -Public -Path $first -Force).Name }
                    invite { (New-PeerGroupInvitation $title $first -Path $second -Force).Name }
                    openDoor { (New-PeerGroupInvitation $title -PasswordInvitation -Path $first -Force).Name }
                    join { "$((Join-PeerGroup $first -Connect -TimeoutSeconds 120).Role)" }
                    enter { "$((Join-PeerGroup $first -Password (& $password) -TimeoutSeconds 120).Role)" }
                    connect { $null = Connect-PeerGroup $title -TimeoutSeconds 120; 'connected' }
                    add { (Add-PeerRecord -Group $title -Type $type -Text $first -Lifetime 1:00).Text }
                    records { Wait-For { (Get-Text) -ceq $first }; 'as expected' }
                    members {
                        Wait-For {
                            (@(Get-PeerGroupMember $title | Sort-Object FriendlyName |
                                ForEach-Object { "$($_.FriendlyName)=$($_.Role)/$($_.State)" }) -join ',') -ceq $first
                        }
                        'as expected'
                    }
                    promote {
                        Get-PeerGroupMember $title -FriendlyName $first |
                            Set-PeerGroupMember -Role Admin -Confirm:$false
                        'promoted'
                    }
                    revoke {
                        Get-PeerGroupMember $title -FriendlyName $first |
                            Remove-PeerGroupMember -Reason $second -Confirm:$false
                        'revoked'
                    }
                    role { Wait-For { "$((Get-PeerGroup).Role)" -ceq $first }; 'as expected' }
                    export {
                        $null = Get-PeerIdentity | Export-PeerIdentity -Password (& $password) -Path $first
                        (Export-PeerIdentity -Group (Get-PeerGroup) -Password (& $password) -Path $second).Name
                    }
                    import {
                        $null = Import-PeerIdentity -Path $first -Password (& $password) -Default
                        (Import-PeerIdentity -Path $second -Password (& $password)).FriendlyName
                    }
                    rename { Set-PeerGroup $title -Comment $first -PassThru | ForEach-Object { $_.Properties.Comment } }
                    comment { Wait-For { (Get-PeerGroup).Properties.Comment -ceq $first }; 'as expected' }
                }
            } catch {
                "$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)"
            }
        }
        Stop-PeerNode
    }
}

AfterAll {
    Exit-PeerSandbox
}

# Equal addresses of bridges on all hosts, one without IPv6, whose clock is two hours behind as well, no route, no seed.
Describe 'A group over hosts on a link' -Skip:(-not $links) {
    BeforeAll {
        $link = Open-Link -HostName a, b, c, d -IPv4
        $processes = @{}
        function Open-Member {
            param([int] $Index, [string] $Name, [string] $ClockOffset)

            $processes[$Name] = Open-PeerProcess $member -ArgumentList $Name -Namespace $link.Hosts[$Index] `
                -StateFolder (Join-Path $sandbox $Name) -ClockOffset $ClockOffset
            Read-PeerProcess $processes[$Name] | Should -BeExactly ready
        }
        function Send-Line {
            param([string] $Name, [string] $Line)

            $processes[$Name].StandardInput.WriteLine($Line)
            Read-PeerProcess $processes[$Name]
        }
        function Remove-Member {
            param([string] $Name)

            $processes[$Name].Kill()
            $processes[$Name].WaitForExit()
            $processes[$Name].Dispose()
            $processes.Remove($Name)
        }
        function Get-FileName { param([string] $Name) Join-Path $sandbox $Name }
        $capture = $null
        if (Get-Command tshark -CommandType Application -ErrorAction Ignore) {
            $start = [System.Diagnostics.ProcessStartInfo]::new('ip')
            foreach ($word in 'netns', 'exec', $link.Bridge, 'tshark', '-i', 'br0', '-w', (Get-FileName wire.pcap), '-q') {
                $start.ArgumentList.Add($word)
            }
            $start.RedirectStandardError = $true
            $capture = [System.Diagnostics.Process]::Start($start)
            while (($said = $capture.StandardError.ReadLine()) -notmatch 'Capturing') {
                if ($null -eq $said) { throw 'tshark does not capture.' }
            }
        }
        Open-Member 0 ada
        Open-Member 1 bob
        Open-Member 2 carol
        Open-Member 3 dan -ClockOffset '-2h'
    }

    AfterAll {
        try {
            $processes.Values | ForEach-Object { Close-PeerProcess $_ }
        } finally {
            if ($capture -and -not $capture.HasExited) { $capture.Kill() }
            Close-Link $link
        }
    }

    It 'lets in who is invited, and finds the members by the name in the invitation alone' {
        Send-Line ada create | Should -BeExactly 'Harbour pilots'
        Send-Line ada 'add from-ada' | Should -BeExactly from-ada
        foreach ($name in 'bob', 'dan') {
            Send-Line $name "introduce $(Get-FileName "$name.xml")" | Should -BeExactly "$name.xml"
            Send-Line ada "invite $(Get-FileName "$name.xml") $(Get-FileName "$name-in.xml")" | Should -BeExactly "$name-in.xml"
            Send-Line $name "join $(Get-FileName "$name-in.xml")" | Should -BeExactly Member
        }
        Send-Line bob 'add from-bob' | Should -BeExactly from-bob
        foreach ($name in 'ada', 'bob', 'dan') {
            Send-Line $name 'records from-ada,from-bob' | Should -BeExactly 'as expected'
        }
    }

    It 'lets in who knows the password' {
        Send-Line ada "openDoor $(Get-FileName door.xml)" | Should -BeExactly door.xml
        Send-Line carol "enter $(Get-FileName door.xml)" | Should -BeExactly Member
        Send-Line carol 'add from-carol' | Should -BeExactly from-carol
        foreach ($name in 'ada', 'bob', 'carol', 'dan') {
            Send-Line $name 'records from-ada,from-bob,from-carol' | Should -BeExactly 'as expected'
            Send-Line $name 'members ada=Admin/Valid,bob=Member/Valid,carol=Member/Valid,dan=Member/Valid' |
                Should -BeExactly 'as expected'
        }
    }

    It 'promotes a member, who then removes another one, and the rest goes on' {
        Send-Line ada 'promote bob' | Should -BeExactly promoted
        Send-Line bob 'role Admin' | Should -BeExactly 'as expected'
        Send-Line bob 'revoke carol left the harbour' | Should -BeExactly revoked
        foreach ($name in 'ada', 'bob', 'dan') {
            Send-Line $name 'members ada=Admin/Valid,bob=Admin/Valid,carol=Member/Revoked,dan=Member/Valid' |
                Should -BeExactly 'as expected'
        }
        Send-Line carol 'add after' | Should -BeLike 'PEER_E_NOT_AUTHORIZED: *left the harbour*'
        Send-Line dan 'add from-dan' | Should -BeExactly from-dan
        foreach ($name in 'ada', 'bob', 'dan') {
            Send-Line $name 'records from-ada,from-bob,from-carol,from-dan' | Should -BeExactly 'as expected'
        }
    }

    It 'goes on without its creator, and is opened again by a node that was killed' {
        Send-Line ada "export $(Get-FileName ada.identity) $(Get-FileName ada.group)" | Should -BeExactly ada.group
        Remove-Member ada
        Remove-Member dan
        Send-Line bob 'add alone' | Should -BeExactly alone
        Open-Member 3 dan -ClockOffset '-2h'
        Send-Line dan 'records alone,from-ada,from-bob,from-carol,from-dan' | Should -BeExactly 'as expected'
    }

    It 'goes on with its creator on another machine' {
        Open-Member 2 newAda
        Send-Line newAda "import $(Get-FileName ada.identity) $(Get-FileName ada.group)" | Should -BeExactly 'Harbour pilots'
        Send-Line newAda connect | Should -BeExactly connected
        Send-Line newAda 'records alone,from-ada,from-bob,from-carol,from-dan' | Should -BeExactly 'as expected'
        Send-Line newAda 'rename tides' | Should -BeExactly tides
        foreach ($name in 'bob', 'dan') {
            Send-Line $name 'comment tides' | Should -BeExactly 'as expected'
        }
    }

    It 'is not read by who listens on the link' -Skip:(-not $listener) {
        $capture.Kill()
        $capture.WaitForExit()
        $wire = [System.IO.File]::ReadAllBytes((Get-FileName wire.pcap))
        $text = [System.Text.Encoding]::Latin1.GetString($wire)
        $wire.Length | Should -BeGreaterThan 50000
        foreach ($secret in 'from-ada', 'from-bob', 'from-carol', 'Harbour pilots', 'ropes and lanterns', 'left the harbour') {
            $wide = -join ($secret.ToCharArray() | ForEach-Object { "$_`0" })
            $wideBig = -join ($secret.ToCharArray() | ForEach-Object { "`0$_" })
            $text.Contains($secret) | Should -BeFalse
            $text.Contains($wide) | Should -BeFalse
            $text.Contains($wideBig) | Should -BeFalse
        }
    }
}
