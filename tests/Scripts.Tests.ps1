BeforeDiscovery {
    $root = Split-Path $PSScriptRoot
    $scripts = Get-ChildItem $root -Recurse -Include *.ps1, *.psm1, *.psd1 -File | ForEach-Object {
        [System.IO.Path]::GetRelativePath($root, $_.FullName)
    } | Where-Object { $_ -notmatch '(^|[/\\])(out|bin|obj)[/\\]' -and $_ -ne 'PeerNet.psd1' } | Sort-Object
    # The manifest is analyzed beside the files that it names.
    $scripts = @($scripts) + (Join-Path 'out' 'PeerNet' 'PeerNet.psd1')
    $noAnalyzer = -not (Get-Module PSScriptAnalyzer -ListAvailable)
}

Describe '<_>' -ForEach $scripts {
    BeforeAll {
        $file = Join-Path (Split-Path $PSScriptRoot) $_
    }

    It 'parses' {
        $errors = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
    }

    It 'has no findings of PSScriptAnalyzer' -Skip:$noAnalyzer {
        # Pester's blocks share variables in a way that the analyzer does not see.
        $exclude = if ($file -like '*.Tests.ps1') { 'PSUseDeclaredVarsMoreThanAssignments' }
        Invoke-ScriptAnalyzer $file -Severity Error, Warning -ExcludeRule @($exclude) |
            ForEach-Object { "$($_.Line): $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }
}
