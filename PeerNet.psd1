@{
    RootModule           = 'bin/PeerNet.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '1d7e1fc2-81bc-4cb2-878d-39fbe526ed29'
    Author               = 'The PeerNet authors'
    CompanyName          = 'PeerNet'
    Copyright            = 'Copyright (c) the PeerNet authors'
    Description          = 'Peer-to-peer networking without servers: identities, and names that other peers find (PNRP).'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('PeerNet.Format.ps1xml')
    CmdletsToExport      = @(
        'Connect-PeerNode'
        'Disconnect-PeerNode'
        'Export-PeerIdentity'
        'Get-PeerCloud'
        'Get-PeerIdentity'
        'Get-PeerName'
        'Get-PeerNode'
        'Import-PeerIdentity'
        'New-PeerIdentity'
        'New-PeerName'
        'Register-PeerEvent'
        'Register-PeerName'
        'Remove-PeerIdentity'
        'Repair-PeerCloud'
        'Resolve-PeerName'
        'Set-PeerCloud'
        'Set-PeerIdentity'
        'Start-PeerNode'
        'Stop-PeerNode'
        'Test-PeerEndpoint'
        'Unregister-PeerName'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('peer-to-peer', 'PNRP', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
