<#
.SYNOPSIS
    Reads the pages of en-US as far as the tests need them, without PlatyPS.
#>

# The text below a heading, up to the next one of the same or a higher level.
function Get-PageSection {
    param([string] $Text, [string] $Heading)

    $level = ($Heading -split ' ')[0].Length
    $pattern = '(?sm)^{0}\n(?<body>.*?)(?=^#{{1,{1}}} |\z)' -f [regex]::Escape($Heading), $level
    [regex]::Match($Text, $pattern).Groups['body'].Value.Trim()
}

function Get-PageExample {
    param([string] $Text)

    $examples = Get-PageSection $Text '## EXAMPLES'
    foreach ($match in [regex]::Matches($examples, '(?sm)^### (?<title>[^\n]+)\n\n```powershell\n(?<code>.*?)\n```')) {
        @{ Title = $match.Groups['title'].Value; Code = $match.Groups['code'].Value }
    }
}

# One line for each parameter set of each parameter, and one for what holds in all of them.
function Get-PageParameter {
    param([string] $Text)

    $parameters = Get-PageSection $Text '## PARAMETERS'
    $pattern = '(?sm)^### -(?<name>\w+)\n\n.*?^```yaml\n(?<table>.*?)^```'
    foreach ($match in [regex]::Matches($parameters, $pattern)) {
        $name = $match.Groups['name'].Value
        $table = $match.Groups['table'].Value
        $value = { param($key) [regex]::Match($table, "(?m)^ *$($key): (.*)$").Groups[1].Value }
        $list = { param($key) [regex]::Match($table, "(?m)^$($key):\n((?:- .*\n)*)").Groups[1].Value -replace '- ' -split '\n' -ne '' }
        '{0}: {1}, wildcards {2}, aliases <{3}>, values <{4}>' -f $name, (& $value Type),
            (& $value SupportsWildcards), ((& $list Aliases) -join ' '), ((& $list AcceptedValues) -join ' ')
        foreach ($set in [regex]::Matches($table, '(?m)^- Name: (.*)\n((?:  .*\n)*)')) {
            $flags = [regex]::Matches($set.Groups[2].Value, '(\w+): (\w+)') | ForEach-Object { $_.Groups[2].Value }
            '{0} in {1}: {2}' -f $name, $set.Groups[1].Value, ($flags -join ' ')
        }
    }
}

# The same lines for the parameters that a cmdlet really has.
function Get-CommandParameter {
    param([System.Management.Automation.CommandInfo] $Command)

    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    foreach ($parameter in $Command.Parameters.Values | Where-Object Name -NotIn $common) {
        $type = $parameter.ParameterType
        $underlying = [System.Nullable]::GetUnderlyingType($type)
        $element = if ($underlying) { $underlying } elseif ($type.IsArray) { $type.GetElementType() } else { $type }
        $values = if ($element.IsEnum) { [System.Enum]::GetNames($element) }
        $wildcards = [bool] ($parameter.Attributes | Where-Object { $_ -is [SupportsWildcards] })
        '{0}: {1}, wildcards {2}, aliases <{3}>, values <{4}>' -f $parameter.Name, $type.ToString(),
            "$wildcards".ToLowerInvariant(), ($parameter.Aliases -join ' '), ($values -join ' ')
        foreach ($set in $parameter.ParameterSets.GetEnumerator()) {
            $position = if ($set.Value.Position -eq [int]::MinValue) { 'Named' } else { $set.Value.Position }
            $flags = $set.Value.IsMandatory, $set.Value.ValueFromPipeline,
                $set.Value.ValueFromPipelineByPropertyName, $set.Value.ValueFromRemainingArguments
            '{0} in {1}: {2} {3}' -f $parameter.Name, ($set.Key -replace '^__AllParameterSets$', '(All)'),
                $position, ("$flags".ToLowerInvariant())
        }
    }
}
