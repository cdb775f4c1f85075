# The line before the prompt, in a terminal that is none: tmux keeps what is shown.

BeforeDiscovery {
    $tmux = Get-Command tmux -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $tmux) {
        Write-Information 'There is no tmux: the line before the prompt is not looked at.' -InformationAction Continue
    }
}

Describe 'An invitation that has come' -Skip:(-not $tmux) {
    BeforeAll {
        Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
        $box = Enter-PeerSandbox
        $socket = "peernet-$([guid]::NewGuid().ToString('n'))"
        $pwsh = @(Get-PwshCommand)
        $setup = Join-Path $box 'setup.ps1'
        Set-Content $setup @"
`$env:PEERNET_HOME = '$(Join-Path $box 'terminal')'
Import-Module '$(Get-StagedManifest)'
Import-Module '$(Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1')'
Start-PeerNode -ListenAddress 127.0.0.1, ::1
Start-PeerNode far -ListenAddress 127.0.0.1, ::1
Connect-PeerCollaboration -DisplayName Notburga
Connect-PeerCollaboration -DisplayName Dankmar -Node far
`$null = Register-PeerEvent default -EventType InvitationReceived -SourceIdentifier told
Wait-Until { Get-PeerPersonNearMe Notburga -Node far -ErrorAction Ignore }
`$person = Get-PeerPersonNearMe Notburga -Node far
function Send-Invitation {
    `$null = Send-PeerInvitation -Endpoint `$person -ApplicationId ([guid]::NewGuid()) -NoWait -Node far
    Wait-Until { Get-Event -SourceIdentifier told -ErrorAction Ignore }
    Remove-Event -SourceIdentifier told
}
"@

        # What the terminal shows when a line matches.
        function Wait-Line([string] $Pattern) {
            $deadline = [datetime]::UtcNow.AddSeconds(30)
            do {
                Start-Sleep -Milliseconds 100
                $shown = @(tmux -L $socket capture-pane -p -J -S -)
                if ([datetime]::UtcNow -gt $deadline) { throw "There is no line '$Pattern' in: $($shown -join "`n")" }
            } until ($shown -match $Pattern)
            $shown
        }

        function Send-Line([string] $Line) { tmux -L $socket send-keys -l $Line; tmux -L $socket send-keys Enter }
    }

    AfterEach {
        tmux -L $socket kill-server 2>$null
    }

    AfterAll {
        Exit-PeerSandbox
    }

    It 'is told once, in a line before the next prompt, whatever that is' {
        tmux -L $socket new-session -d -x 160 -y 50 @pwsh -NoLogo -NoProfile -NoExit -File $setup
        $null = Wait-Line '^PS .*> *$'
        Send-Line 'function prompt { "ready> " }; "be" + "gun"'
        $null = Wait-Line '^begun'
        Send-Line 'Send-Invitation; "se" + "nt"'
        $shown = Wait-Line '^Dankmar'
        $line = [array]::FindIndex([string[]] $shown, [Predicate[string]] { param($text) $text -match '^Dankmar' })
        $shown[$line] | Should -Match '^Dankmar \(not a contact\) invites you to .+\(Get-PeerInvitation -Direction Received\)$'
        $shown[$line - 1] | Should -BeExactly sent
        (Wait-Line '^ready> *$').Where{ $_ -match '^Dankmar' } | Should -HaveCount 1
        Send-Line 'Send-Invitation; Send-Invitation; "twi" + "ce"'
        Wait-Line '^2 invitations from Dankmar \(not a contact\)' | Should -Not -BeNullOrEmpty
    }

    It 'is not told where a script runs alone' {
        $script = Join-Path $box 'script.ps1'
        Set-Content $script "$(Get-Content $setup -Raw)`nSend-Invitation; 'en' + 'ded'; Get-PeerNode -Name * | Stop-PeerNode; Start-Sleep 20"
        tmux -L $socket new-session -d -x 160 -y 50 @pwsh -NoLogo -NoProfile -File $script
        (Wait-Line '^ended') -match 'Dankmar' | Should -BeNullOrEmpty
    }
}
