BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support/PeerNet.Support.psm1') -Force
    $sandbox = Enter-PeerSandbox
    $manifest = Get-StagedManifest
}

AfterAll {
    Exit-PeerSandbox
}

Describe 'The manifest' {
    BeforeAll {
        $data = Import-PowerShellDataFile $manifest
    }

    It 'is valid' {
        Test-ModuleManifest $manifest -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'is for PowerShell 7.6 and later only' {
        $data.PowerShellVersion | Should -Be '7.6'
        $data.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports exactly the cmdlets that the assembly has' {
        $assembly = (Get-Module PeerNet).ImplementingAssembly ?? (Get-Command New-PeerName).ImplementingType.Assembly
        $cmdlets = $assembly.GetExportedTypes() |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $data.CmdletsToExport | Sort-Object | Should -Be ($cmdlets | Sort-Object)
        @($data.FunctionsToExport) + @($data.AliasesToExport) + @($data.VariablesToExport) | Should -BeNullOrEmpty
    }

    It 'says what is new, and where the help of each cmdlet is' {
        $data.PrivateData.PSData.ReleaseNotes | Should -Not -BeNullOrEmpty
        "$($data.PrivateData.PSData.Values)" | Should -Not -Match '\.example' -Because 'no link is better than one that leads nowhere'
        foreach ($cmdlet in Get-Command -Module PeerNet) {
            $cmdlet.HelpUri | Should -BeLike "https://*/$($cmdlet.Name).md"
        }
    }

    It 'uses approved verbs only' {
        $approved = (Get-Verb).Verb
        (Get-Command -Module PeerNet).Verb | Sort-Object -Unique | Should -BeIn $approved
    }
}

Describe 'Public types of the cmdlet assembly' {
    BeforeAll {
        $types = (Get-Command New-PeerName).ImplementingType.Assembly.GetExportedTypes()
        function Test-EngineType([type] $Type) {
            $Type.Assembly.GetName().Name -ne 'PeerNet.PowerShell' -and
            $Type.Assembly.Location -like "*$([System.IO.Path]::DirectorySeparatorChar)dependencies$([System.IO.Path]::DirectorySeparatorChar)*"
        }
    }

    It 'have no base class or interface of the engine' {
        $types | Where-Object {
            $ancestors = @($_.GetInterfaces())
            for ($base = $_.BaseType; $base; $base = $base.BaseType) { $ancestors += $base }
            $ancestors | Where-Object { Test-EngineType $_ }
        } | Should -BeNullOrEmpty
    }

    It 'have no field of an engine value type' {
        $flags = [System.Reflection.BindingFlags]'Instance, Static, Public, NonPublic, DeclaredOnly'
        $types | ForEach-Object { $_.GetFields($flags) } | Where-Object {
            $involved = @($_.FieldType) + @($_.FieldType.GetGenericArguments())
            $_.FieldType.IsValueType -and ($involved | Where-Object { Test-EngineType $_ })
        } | Should -BeNullOrEmpty
    }
}

Describe 'The enumerations of the cmdlets' {
    It 'have the members of the engine''s: <_>' -ForEach 'Security.PeerSuite', 'Pnrp.PeerProtocol', 'Pnrp.PeerCloudScope',
        'Pnrp.PeerCloudMode', 'Pnrp.PeerResolveCriteria', 'Node.PeerEventType',
        'Distribution.PeerDistributionMode', 'Distribution.PeerDistributionAuthentication', 'Collaboration.PeerCollaborationScope',
        'Collaboration.PeerPresenceStatus', 'Collaboration.PeerWatchPermission', 'Collaboration.PeerInvitationState',
        'Collaboration.PeerInvitationResponse' {
        $null = New-PeerName 0.loads-the-engine
        $ours = (Get-Command New-PeerName).ImplementingType.Assembly.GetType("PeerNet.PowerShell.$($_ -replace '.*\.')")
        $theirs = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PeerNet.Engine' }
        $theirs = $theirs.GetType("PeerNet.Engine.$_")
        $members = { param($type) [enum]::GetValues($type) | ForEach-Object { "$_=$([int] $_)" } }
        & $members $ours | Should -Be (& $members $theirs)
    }
}

Describe 'The enumerations of groups' {
    It 'have the values of the engine''s: <Ours>' -ForEach @(
        @{ Ours = 'PeerGroupRole'; Theirs = 'Security.PeerRole' }
        @{ Ours = 'PeerGroupAuthentication'; Theirs = 'Grouping.PeerGroupAuthentication' }
        @{ Ours = 'PeerSignInScope'; Theirs = 'Collaboration.PeerCollaborationScope' }
    ) {
        $null = New-PeerName 0.loads-the-engine
        $own = (Get-Command New-PeerName).ImplementingType.Assembly.GetType("PeerNet.PowerShell.$Ours")
        $engine = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PeerNet.Engine' }
        $other = $engine.GetType("PeerNet.Engine.$Theirs")
        foreach ($value in [enum]::GetValues($own)) {
            [int] [enum]::Parse($other, "$value") | Should -Be ([int] $value) -Because "$value"
        }
    }
}

Describe 'Import' {
    It 'loads no engine before a cmdlet needs one' {
        # pwsh compiles in the background what former processes compiled, and would load the engine to compile what uses it.
        Invoke-FreshPwsh -Environment @{ DOTNET_MultiCoreJitMinNumCpus = 'ff' } {
            Import-Module $manifest
            [bool] ([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PeerNet.Engine' })
        } | Should -BeFalse
    }

    It 'brings a short name for <_>' -ForEach 'PeerSuite', 'PeerProtocol', 'PeerCloudScope', 'PeerCloudMode', 'PeerResolveCriteria',
        'PeerEventType', 'PeerContentVersion', 'PeerCacheType', 'PeerDistributionMode', 'PeerDistributionSection',
        'PeerDistributionAuthentication', 'PeerGroupRole', 'PeerGroupAuthentication', 'PeerSignInScope', 'PeerCollaborationScope',
        'PeerPresenceStatus', 'PeerWatchPermission', 'PeerInvitationDirection', 'PeerInvitationState', 'PeerInvitationResponse' {
        ($_ -as [type]).FullName | Should -Be "PeerNet.PowerShell.$_"
    }

    It 'keeps the engine and its dependencies in a context of their own' {
        $contexts = Invoke-FreshPwsh {
            Import-Module $manifest
            $null = New-PeerName 0.example
            [System.Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object {
                [pscustomobject]@{ Name = $_.Name; Assemblies = @($_.Assemblies | ForEach-Object { $_.GetName().Name }) }
            }
        }
        ($contexts | Where-Object Name -EQ 'PeerNet').Assemblies | Should -Contain 'PeerNet.Engine'
        ($contexts | Where-Object Name -EQ 'Default').Assemblies | Should -Not -Contain 'PeerNet.Engine'
    }

    It 'runs the engine that was compiled for this system' {
        $location = Invoke-FreshPwsh {
            Import-Module $manifest
            $null = New-PeerName 0.loads-the-engine
            $engine = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PeerNet.Engine' }
            $engine.Location
        }
        $location | Should -BeLike (Join-Path (Split-Path $manifest) 'bin' 'dependencies' 'runtimes' '*' 'lib' 'PeerNet.Engine.dll')
    }

    It 'finds every assembly that the engine and its dependencies refer to, and their own in their own context' {
        $strays = Invoke-FreshPwsh {
            Import-Module $manifest
            $null = New-PeerName 0.loads-the-engine
            $context = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ 'PeerNet'
            $seen = @{}
            $queue = [System.Collections.Generic.Queue[System.Reflection.AssemblyName]]::new()
            $queue.Enqueue([System.Reflection.AssemblyName] 'PeerNet.Engine')
            while ($queue.Count) {
                $name = $queue.Dequeue()
                if ($seen[$name.Name]) { continue }
                $seen[$name.Name] = $true
                try {
                    $assembly = $context.LoadFromAssemblyName($name)
                } catch {
                    "$name is missing"
                    continue
                }
                $owner = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly)
                if ($owner -eq $context) {
                    $assembly.GetReferencedAssemblies() | ForEach-Object { $queue.Enqueue($_) }
                } elseif ($name.Name -match '^(Microsoft\.(AspNetCore|Extensions|Net|Data)\.|SQLite)') {
                    "$name is PowerShell's or another module's"
                }
            }
        }
        $strays | Should -BeNullOrEmpty
    }

    It 'brings SQLite for this system' {
        $version = Invoke-FreshPwsh {
            Import-Module $manifest
            $null = New-PeerName 0.loads-the-engine
            $context = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ 'PeerNet'
            $assembly = $context.LoadFromAssemblyName([System.Reflection.AssemblyName] 'Microsoft.Data.Sqlite')
            $connection = [System.Activator]::CreateInstance(
                $assembly.GetType('Microsoft.Data.Sqlite.SqliteConnection'), @('Data Source=:memory:'))
            $connection.Open()
            $connection.ServerVersion
            $connection.Dispose()
        }
        [version] $version | Should -BeGreaterOrEqual ([version] '3.50')
    }

    It 'brings Kestrel for this system' {
        $answer = Invoke-FreshPwsh {
            Import-Module $manifest
            $null = New-PeerName 0.loads-the-engine
            $context = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ 'PeerNet'
            function Get-ContextType([string] $Assembly, [string] $Name) {
                $context.LoadFromAssemblyName([System.Reflection.AssemblyName] $Assembly).GetType($Name, $true)
            }
            function Get-HttpType([string] $Name) {
                Get-ContextType PeerNet.Engine "PeerNet.Engine.Distribution.Http.$Name"
            }
            # A router without routes needs no handler that would have to be compiled here.
            $router = [System.Activator]::CreateInstance((Get-HttpType HttpRouter), @(, [array]::CreateInstance((Get-HttpType HttpRoute), 0)))
            $delegate = Get-ContextType Microsoft.AspNetCore.Http.Abstractions Microsoft.AspNetCore.Http.RequestDelegate
            $handler = [System.Delegate]::CreateDelegate($delegate, $router, 'HandleAsync')
            $endpoint = [System.Activator]::CreateInstance((Get-HttpType HttpEndpoint))
            $endpoint.Address = [ipaddress]::Loopback
            $endpoints = [array]::CreateInstance((Get-HttpType HttpEndpoint), 1)
            $endpoints[0] = $endpoint
            $options = [System.Activator]::CreateInstance((Get-HttpType HttpServerOptions))
            $log = (Get-ContextType Microsoft.Extensions.Logging.Abstractions Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory)::Instance
            $start = (Get-HttpType HttpServer).GetMethod('StartAsync')
            $server = $start.Invoke($null, @(
                    $endpoints, $handler, $options, [System.TimeProvider]::System, $log, [System.Threading.CancellationToken]::None)).GetAwaiter().GetResult()
            (Invoke-WebRequest "http://$($server.Endpoints[0])/" -SkipHttpErrorCheck).StatusCode
            $null = $server.DisposeAsync().AsTask().GetAwaiter().GetResult()
        }
        $answer | Should -Be 404
    }

    It 'works beside an older Microsoft.Extensions.DependencyInjection' {
        $loaded = Invoke-FreshPwsh {
            # What another module may have loaded already: the same name, an earlier version.
            foreach ($name in 'Microsoft.Extensions.DependencyInjection', 'Microsoft.Extensions.DependencyInjection.Abstractions', 'Microsoft.Extensions.Logging') {
                $older = [System.Reflection.Emit.PersistedAssemblyBuilder]::new(
                    [System.Reflection.AssemblyName] "$name, Version=2.0.0.0, Culture=neutral", [object].Assembly)
                $null = $older.DefineDynamicModule($name)
                $stream = [System.IO.MemoryStream]::new()
                $older.Save($stream)
                $stream.Position = 0
                $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromStream($stream)
            }
            Import-Module $manifest
            $null = New-PeerIdentity -FriendlyName 'beside'
            Stop-PeerNode
            [System.AppDomain]::CurrentDomain.GetAssemblies() |
                Where-Object { $_.GetName().Name -eq 'Microsoft.Extensions.DependencyInjection' } |
                ForEach-Object { $_.GetName().Version.Major }
        }
        $loaded | Sort-Object | Should -Be 2, 10
    }

    It 'can be removed and forced again without leaking a node' {
        $left = Invoke-FreshPwsh {
            foreach ($round in 1, 2) {
                Import-Module $manifest -Force
                Start-PeerNode -Name "session$round"
                $null = Get-PeerIdentity
                Import-Module $manifest -Force
                @(Get-PeerNode -Name *).Count
                Start-PeerNode -Name "again$round"
                Remove-Module PeerNet
            }
            Import-Module $manifest
            @(Get-PeerNode -Name *).Count
        }
        $left | Should -Be 0, 0, 0
    }

    It 'leaves background nodes running when it is removed' {
        $names = Invoke-FreshPwsh {
            Import-Module $manifest
            Start-PeerNode -Name stays -Background
            Start-PeerNode -Name goes
            Remove-Module PeerNet
            Import-Module $manifest
            (Get-PeerNode).Name
            Stop-PeerNode stays
        }
        $names | Should -Be 'stays'
    }

    It 'stops the nodes of a runspace that closes' {
        $before = @(Get-PeerNode -Name *).Count
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript('param($manifest) Import-Module $manifest; Start-PeerNode -Name of-the-runspace').AddArgument($manifest).Invoke()
        $shell.Dispose()
        (Get-PeerNode -Name of-the-runspace).State | Should -Be Running
        $runspace.Dispose()
        @(Get-PeerNode -Name *).Count | Should -Be $before
    }
}

Describe 'A system that the module has no web server for' {
    BeforeAll {
        $copy = Get-SandboxPath
        Copy-Item (Split-Path $manifest) $copy -Recurse
        Get-ChildItem (Join-Path $copy 'bin/dependencies/runtimes/*/lib') -Directory |
            Where-Object { Test-Path (Join-Path $_ 'Microsoft.AspNetCore.*') } | Remove-Item -Recurse
        $told = @(Invoke-FreshPwsh -ArgumentList $copy {
            param($copy)
            @(Import-Module (Join-Path $copy 'PeerNet.psd1') 3>&1 | ForEach-Object Message) -join '|'
            $null = New-PeerGraph works
            @(Get-PeerGraph -IncludeClosed).Id -join '|'
            $file = New-Item (Join-Path $env:PEERNET_HOME 'file') -Value text -Force
            Publish-PeerContent $file -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId
            Receive-PeerContent -Uri http://127.0.0.1:1/x -OutFile "$file.copy" -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId
        })
    }

    It 'is named at import, in one line' {
        $told[0] | Should -Match 'no web server for \S+-\S+: content'
        $told[0] | Should -Not -Match '\|'
    }

    It 'has all the rest' {
        $told[1] | Should -BeExactly works
    }

    It 'says so when content is to be shared' {
        $told[2] | Should -BeLike 'PEERDIST_ERROR_SERVICE_UNAVAILABLE,*'
        $told[3] | Should -BeLike 'PEERDIST_ERROR_SERVICE_UNAVAILABLE,*'
    }

    It 'is not this one' {
        Invoke-FreshPwsh {
            @(Import-Module $manifest 3>&1).Count
        } | Should -Be 0
    }
}

Describe 'Views' {
    BeforeAll {
        # Whether a runspace has the views, and how often; its host may be changing them.
        function Get-ViewCount([runspace] $Runspace) {
            $formats = $Runspace.InitialSessionState.Formats
            @(for ($i = 0; $i -lt $formats.Count; $i++) { $formats[$i].FileName } ) -like '*PeerNet.Format.ps1xml' |
                Measure-Object | ForEach-Object Count
        }

        function Invoke-In([runspace] $Runspace, [string] $Script) {
            $shell = [powershell]::Create($Runspace)
            try {
                $shell.AddScript('param($manifest) ' + $Script).AddArgument($manifest).Invoke()
                $shell.Streams.Error | Should -BeNullOrEmpty
            } finally {
                $shell.Dispose()
            }
        }
    }

    BeforeEach {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
    }

    AfterEach {
        $runspace.Dispose()
    }

    It 'are there when the first cmdlet writes' {
        Invoke-In $runspace 'Import-Module $manifest; New-PeerName 0.example | Out-String' | Should -Match 'Secure +Authority +Classifier'
    }

    It 'come to an idle session that has used no cmdlet yet' {
        $null = Invoke-In $runspace 'Import-Module $manifest'
        [System.Threading.SpinWait]::SpinUntil({ Get-ViewCount $runspace }, 30000) | Should -BeTrue
        Invoke-In $runspace 'Get-EventSubscriber -Force; Get-Job' | Should -BeNullOrEmpty
    }

    It 'show what comes from other runspaces' {
        $shown = Invoke-In $runspace @'
Import-Module $manifest
$null = New-PeerName 0.example
1..2 | ForEach-Object -Parallel { Import-Module $using:manifest; New-PeerName "0.parallel$_" } | Out-String
Start-ThreadJob { Import-Module $using:manifest; New-PeerName 0.job } | Receive-Job -Wait -AutoRemoveJob | Out-String
'@
        $shown | Should -HaveCount 2
        $shown | Should -Match 'Secure +Authority +Classifier'
    }

    It 'come and go with the module, and are never there twice' {
        foreach ($again in 'Import-Module $manifest', 'Import-Module $manifest -Force', 'Remove-Module PeerNet; Import-Module $manifest') {
            Invoke-In $runspace "$again; New-PeerName 0.example | Out-String" | Should -Match 'Secure +Authority +Classifier'
            Get-ViewCount $runspace | Should -Be 1 -Because $again
        }
        $left = Invoke-In $runspace 'Remove-Module PeerNet; Get-Module -All PeerNet*; Get-EventSubscriber -Force'
        $left | Should -BeNullOrEmpty
        Get-ViewCount $runspace | Should -Be 0
    }

    It 'appear in no list of modules and no verbose text' {
        $written = Invoke-In $runspace 'Import-Module $manifest; $VerbosePreference = "Continue"; New-PeerName 0.example 4>&1; (Get-Module).Name'
        "$written" | Should -Not -Match 'Views'
    }

    It 'leave a host alone that lets nobody change what it shows' {
        $state = [initialsessionstate]::CreateDefault2()
        $state.DisableFormatUpdates = $true
        $fixed = [runspacefactory]::CreateRunspace($state)
        $fixed.Open()
        Invoke-In $fixed 'Import-Module $manifest; (New-PeerName 0.example).Value' | Should -BeExactly 0.example
        Get-ViewCount $fixed | Should -Be 0
        $fixed.Dispose()
    }
}
