BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'Support/HelpPage.ps1')
    $root = Split-Path $PSScriptRoot
    $cmdlets = (Import-PowerShellDataFile (Join-Path $root 'PeerNet.psd1')).CmdletsToExport | ForEach-Object {
        $page = Join-Path $root "en-US/$_.md"
        $text = if (Test-Path $page) { Get-Content $page -Raw } else { '' }
        @{ Name = $_; Page = $page; Text = $text; Examples = @(Get-PageExample $text) }
    }
    $platyPS = Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable | Select-Object -First 1
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/HelpPage.ps1')
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $root = Split-Path $PSScriptRoot
    $null = Enter-PeerSandbox
    $manifest = Get-StagedManifest
    $module = Get-Module PeerNet

    # Runs the examples of pages, each in a session, a node and a folder of its own.
    $runExamples = {
        param([string] $Reader, [string[]] $Page)
        . $Reader
        $homes = $env:PEERNET_HOME
        foreach ($path in $Page) {
            foreach ($example in Get-PageExample (Get-Content $path -Raw)) {
                $box = New-Item (Join-Path $homes ([guid]::NewGuid())) -ItemType Directory -Force
                $env:PEERNET_HOME = Join-Path $box home
                $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
                $state.ImportPSModule([string[]] $manifest)
                $session = [runspacefactory]::CreateRunspace($state)
                $session.Open()
                $shell = [powershell]::Create($session)
                $null = $shell.AddScript('param($Path) Set-Location $Path; Start-PeerNode -ListenAddress 127.0.0.1, ::1').
                    AddArgument($box.FullName).Invoke()
                $shell.Commands.Clear()
                $null = $shell.AddScript($example.Code).AddCommand('Out-String').Invoke()
                $result = @{ Key = "$(Split-Path $path -LeafBase) $($example.Title)" }
                $result.Errors = @($shell.Streams.Error | ForEach-Object { "$_" })
                $result.Warnings = @($shell.Streams.Warning | ForEach-Object { "$_" })
                $shell.Commands.Clear()
                $result.Left = @($shell.AddScript("(Get-PeerNode | Where-Object Name -NE 'default').Name").Invoke())
                $session.Dispose()
                $result
            }
        }
    }

    # In three processes while the pages are looked at. Those whose examples look for people on the link have one, since
    # they would see each other's.
    $pages = Get-ChildItem (Join-Path $root 'en-US') -Filter '*.md'
    $near = @($pages | Where-Object { Select-String 'Get-PeerPersonNearMe' $_ -Quiet })
    $others = @($pages | Where-Object FullName -NotIn $near.FullName)
    $half = $others.Count -shr 1
    $processOf = @{}
    $opened = foreach ($share in $near, $others[0..($half - 1)], $others[$half..($others.Count - 1)]) {
        $process = Open-PeerProcess $runExamples -ArgumentList (Join-Path $PSScriptRoot 'Support/HelpPage.ps1'), $share.FullName
        $share.BaseName | ForEach-Object { $processOf[$_] = $process }
        $process
    }
    $results = @{}

    function Receive-ExampleResult {
        param([string] $Name, [string] $Title)

        while (-not $results.ContainsKey("$Name $Title")) {
            $result = Read-PeerProcess $processOf[$Name]
            $results[$result.Key] = $result
        }
        $results["$Name $Title"]
    }
}

AfterAll {
    $opened | ForEach-Object { Close-PeerProcess $_ }
    Exit-PeerSandbox
}

Describe 'The help' {
    It 'has a page for each cmdlet, and no other' {
        $pages = Get-ChildItem (Join-Path $root 'en-US') -Filter '*.md' | Sort-Object BaseName
        $pages.BaseName | Should -BeExactly ($module.ExportedCmdlets.Keys | Sort-Object)
    }

    It 'is staged with its topics' {
        $topics = (Get-ChildItem (Join-Path $root 'en-US') -Filter 'about_*.help.txt').Name
        (Get-ChildItem (Join-Path (Split-Path $manifest) 'en-US') -Filter 'about_*.help.txt').Name | Should -Be $topics
        (Get-Help about_PeerNet) | Should -Match 'SHORT DESCRIPTION'
    }

    It 'is what Build-Help.ps1 makes of the pages' -Skip:(-not $platyPS) {
        $copy = Join-Path $TestDrive 'en-US'
        Copy-Item (Join-Path $root 'en-US') $copy -Recurse
        $staged = Join-Path $TestDrive 'PeerNet'
        Copy-Item (Split-Path $manifest) $staged -Recurse
        $platyPS = (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable | Select-Object -First 1).Path

        $arguments = $copy, $platyPS, (Join-Path $staged 'PeerNet.psd1'), (Join-Path $TestDrive 'scratch')
        Invoke-FreshPwsh -ArgumentList $arguments {
            param($Folder, $PlatyPS, $Module, $Scratch)
            & (Join-Path $Folder 'Build-Help.ps1') -PlatyPS $PlatyPS -Module $Module -Scratch $Scratch
        }

        foreach ($file in Get-ChildItem $copy -File) {
            $file | Get-Content -Raw | Should -BeExactly (Get-Content (Join-Path $root "en-US/$($file.Name)") -Raw) -Because $file.Name
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $command = $module.ExportedCmdlets[$Name]
        $help = Get-Help $Name -Full
    }

    It 'has the parameters that its page lists' {
        Get-PageParameter $Text | Sort-Object | Should -BeExactly (Get-CommandParameter $command | Sort-Object)
    }

    It 'has the parameter sets that its page lists' {
        $syntax = Get-PageSection $Text '## SYNTAX'
        $listed = [regex]::Matches($syntax, '(?m)^### (\w+)') | ForEach-Object { $_.Groups[1].Value }
        $listed | Sort-Object | Should -BeExactly ($command.ParameterSets.Name | Sort-Object)
    }

    It 'says the same in Get-Help' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        $real = $command.Parameters.Values | Where-Object Name -NotIn $common
        $help.parameters.parameter.name | Sort-Object | Should -BeExactly ($real.Name | Sort-Object)
        foreach ($parameter in $help.parameters.parameter) {
            $sets = $command.Parameters[$parameter.name].ParameterSets.Values
            $parameter.type.name | Should -Be $command.Parameters[$parameter.name].ParameterType.ToString()
            [bool]::Parse($parameter.required) | Should -Be ($sets.IsMandatory -contains $true) -Because $parameter.name
            $piped = @($sets.ValueFromPipeline) + @($sets.ValueFromPipelineByPropertyName) -contains $true
            $parameter.pipelineInput -like 'true*' | Should -Be $piped -Because $parameter.name
        }
    }

    It 'leaves no part of its help empty' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\n\S' -Because 'a synopsis has one line'
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.alertSet.alert.Text | Should -Not -BeNullOrEmpty
        $help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
        $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name | Should -Not -BeNullOrEmpty
        foreach ($parameter in $help.parameters.parameter) {
            $parameter.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.name
            $parameter.defaultValue | Should -Not -BeNullOrEmpty -Because $parameter.name
        }
        $Text | Should -Not -Match '\{\{'
        $help | Out-String | Should -Not -Match '`\w+`|\]\(\S*\)' -Because 'Markdown is no text for terminals'
    }

    It 'links to pages and topics that exist' {
        $links = [regex]::Matches((Get-PageSection $Text '## RELATED LINKS'), '\((?!https://)([^)]+)\)')
        foreach ($link in $links) {
            Join-Path $root "en-US/$($link.Groups[1].Value)" | Should -Exist
        }
    }

    It 'has at least two examples' {
        $Examples.Count | Should -BeGreaterOrEqual 2
        @($help.examples.example).code | Should -BeExactly $Examples.Code
    }

    It 'runs <Title>' -ForEach $Examples {
        $result = Receive-ExampleResult $Name $Title
        $result.Errors | Should -BeNullOrEmpty
        $result.Warnings | Should -BeNullOrEmpty
        $result.Left | Should -BeNullOrEmpty -Because 'nothing stays behind'
    }
}
