@{
    ModuleVersion        = '0.1.0'
    GUID                 = '7c1a1c4e-9a57-4a0e-9d0e-5f0d3c6f3a52'
    Author               = 'The PeerNet authors'
    CompanyName          = 'PeerNet'
    Copyright            = 'Copyright (c) the PeerNet authors'
    Description          = 'How a session shows what the cmdlets of PeerNet write. PeerNet imports it when it is needed.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('PeerNet.Format.ps1xml')
    CmdletsToExport      = @()
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
