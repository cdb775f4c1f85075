@{
    RootModule           = 'bin/PeerNet.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '1d7e1fc2-81bc-4cb2-878d-39fbe526ed29'
    Author               = 'The PeerNet authors'
    CompanyName          = 'PeerNet'
    Copyright            = 'Copyright (c) the PeerNet authors'
    Description          = 'Peer-to-peer networking without servers: identities, names that other peers find (PNRP), and content that machines fetch from their neighbours (BranchCache).'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @(
        'Clear-PeerCache'
        'Connect-PeerNode'
        'Disconnect-PeerNode'
        'Export-PeerCache'
        'Export-PeerDistributionKey'
        'Export-PeerIdentity'
        'Get-PeerCache'
        'Get-PeerCloud'
        'Get-PeerContentInformation'
        'Get-PeerDistribution'
        'Get-PeerIdentity'
        'Get-PeerName'
        'Get-PeerNode'
        'Import-PeerCache'
        'Import-PeerIdentity'
        'New-PeerIdentity'
        'New-PeerName'
        'Publish-PeerContent'
        'Receive-PeerContent'
        'Register-PeerEvent'
        'Register-PeerName'
        'Remove-PeerIdentity'
        'Repair-PeerCloud'
        'Reset-PeerDistribution'
        'Resolve-PeerName'
        'Set-PeerCache'
        'Set-PeerCloud'
        'Set-PeerDistribution'
        'Set-PeerIdentity'
        'Start-PeerNode'
        'Stop-PeerNode'
        'Test-PeerEndpoint'
        'Unpublish-PeerContent'
        'Unregister-PeerName'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('peer-to-peer', 'PNRP', 'BranchCache', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
