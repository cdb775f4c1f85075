<#
.SYNOPSIS
    Brings the pages of this folder up to the staged module and writes the module's MAML from them, for build.ps1.
.DESCRIPTION
    Prose, examples and default values are written by hand and stay; syntax, types, sets, positions and pipeline
    input come from the cmdlets. A cmdlet without a page gets one to be filled in.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $PlatyPS,
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Scratch
)

# No strict mode: PlatyPS runs script of its own, which fails in it.
$ErrorActionPreference = 'Stop'
Import-Module $PlatyPS
# Descriptions in MAML that Get-Help finds would be added to those of the pages; it also looks in the current folder.
$staged = Join-Path (Split-Path $Module) 'en-US'
Remove-Item (Join-Path $staged '*-Help.xml')
[System.Environment]::CurrentDirectory = Split-Path $Module
$commands = (Import-Module $Module -PassThru).ExportedCmdlets.Values

# As .gitattributes and .editorconfig have it: LF, no byte order mark.
function Save-Text {
    param([string] $Path, [string] $Text)

    [System.IO.File]::WriteAllText($Path, ($Text.TrimEnd() -replace '\r\n', "`n") + "`n")
}

function Sync-Page {
    param([System.Management.Automation.CommandInfo] $Command)

    $page = Join-Path $PSScriptRoot "$Command.md"
    if (-not (Test-Path $page)) {
        New-MarkdownCommandHelp -CommandInfo $Command -OutputFolder $Scratch -Force | Copy-Item -Destination $page
        return $page
    }

    $before = Get-Content $page -Raw
    Update-MarkdownCommandHelp $page -NoBackup
    # PlatyPS dates every page today; one that did not change keeps its date.
    $after = Get-Content $page -Raw
    $dated = '(?m)^ms\.date: .*$'
    if (($after -replace $dated) -eq ($before -replace $dated)) {
        $after = $before
    }
    Save-Text $page $after
    $page
}

# What a terminal is to show of a Markdown text: paragraphs in one line each, without marks for code and links.
function ConvertTo-Paragraph {
    param([string] $Markdown)

    foreach ($block in $Markdown.Trim() -split '\n[ \t]*\n') {
        $line = $block -replace '\n(?!\s*- )\s*', ' '
        $line -replace '\[([^]]+)\]\([^)]*\)', '$1' -replace '`([^`]+)`', '$1'
    }
}

function Add-Element {
    param([System.Xml.XmlElement] $Parent, [string] $Prefix, [string] $Name, [string] $Text)

    $element = $Parent.OwnerDocument.CreateElement($Prefix, $Name, $Parent.GetNamespaceOfPrefix($Prefix))
    if ($Text) { $element.InnerText = $Text }
    $Parent.AppendChild($element)
}

function Write-Paragraph {
    param([System.Xml.XmlElement] $Parent, [string] $Markdown)

    $Parent.RemoveAll()
    if ($Markdown) {
        ConvertTo-Paragraph $Markdown | ForEach-Object { $null = Add-Element -Parent $Parent -Prefix maml -Name para -Text $_ }
    }
}

# PlatyPS leaves an example's code fence in the text; Get-Help wants the code by itself, then the explanation.
function Edit-Example {
    param([System.Xml.XmlElement] $Element, [object] $Example)

    $parts = [regex]::Match($Example.Remarks, '(?s)\A```powershell\n(?<code>.*?)\n```(?<remarks>.*)\z')
    if (-not $parts.Success) {
        throw "'$($Example.Title)' does not begin with PowerShell code."
    }
    $Element['maml:introduction'].RemoveAll()
    $Element['dev:code'].InnerText = $parts.Groups['code'].Value
    Write-Paragraph $Element['dev:remarks'] $parts.Groups['remarks'].Value.Trim()
    $null = Add-Element -Parent $Element['dev:remarks'] -Prefix maml -Name para
}

# PlatyPS forgets default values; and readers need neither namespaces nor Nullable.
function Edit-Parameter {
    param([System.Xml.XmlElement] $Element, [object] $Parameter)

    $value = $Element['command:parameterValue']
    if ($value) {
        $value.InnerText = $Parameter.Type -replace '^System\.Nullable`1\[(.*)\]$', '$1' -replace '[\w.]+\.(?=\w)'
        $value.SetAttribute('variableLength', 'false')
    }
    $null = Add-Element -Parent $Element -Prefix dev -Name defaultValue -Text $Parameter.DefaultValue
}

# Get-Help -Online opens the first address there is: only that of the page itself may be one.
function Edit-Link {
    param([System.Xml.XmlElement] $Element)

    if ($Element['maml:linkText'].InnerText -ne 'Online Version') {
        $Element['maml:uri'].InnerText = ''
    } elseif (-not $Element['maml:uri'].InnerText) {
        $null = $Element.ParentNode.RemoveChild($Element)
    }
}

function Complete-Command {
    param([System.Xml.XmlElement] $Command, [object] $Page)

    foreach ($text in @($Command.SelectNodes('.//maml:para[not(ancestor::command:example)]/..', $namespaces))) {
        Write-Paragraph $text (($text.ChildNodes | ForEach-Object InnerText) -join "`n`n")
    }
    $examples = @($Command.SelectNodes('command:examples/command:example', $namespaces))
    for ($i = 0; $i -lt $examples.Count; $i++) {
        Edit-Example $examples[$i] $Page.Examples[$i]
    }
    foreach ($parameter in @($Command.SelectNodes('command:parameters/command:parameter', $namespaces))) {
        $name = $parameter['maml:name'].InnerText
        Edit-Parameter $parameter ($Page.Parameters | Where-Object Name -EQ $name)
    }
    foreach ($link in @($Command.SelectNodes('command:relatedLinks/maml:navigationLink', $namespaces))) {
        Edit-Link $link
    }
}

$pages = $commands | Sort-Object Name | ForEach-Object { Sync-Page $_ } | Import-MarkdownCommandHelp
$file = $pages | Export-MamlCommandHelp -OutputFolder $Scratch -Force
$maml = [xml] (Get-Content $file -Raw)
$namespaces = [System.Xml.XmlNamespaceManager]::new($maml.NameTable)
foreach ($prefix in 'maml', 'command', 'dev') {
    $namespaces.AddNamespace($prefix, $maml.DocumentElement.GetNamespaceOfPrefix($prefix))
}
foreach ($page in $pages) {
    Complete-Command $maml.SelectSingleNode("//command:command[command:details/command:name = '$($page.Title)']", $namespaces) $page
}

$text = [System.IO.StringWriter]::new()
$maml.Save($text)
$target = Join-Path $PSScriptRoot $file.Name
Save-Text $target ($text.ToString() -replace 'encoding="utf-16"', 'encoding="utf-8"')
Copy-Item $target -Destination $staged
