using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>A runspace with the module and a node, in which one cmdlet after the other runs for other processes.</summary>
internal sealed class ServedRunspace : IDisposable
{
    private static readonly string Manifest = Path.GetFullPath(
        Path.Combine(typeof(ServedRunspace).Assembly.Location, "..", "..", "PeerNet.psd1"));

    private readonly List<string> _drives = [];
    private string? _location;
    private CallRequest? _last;

    private ServedRunspace(Runspace runspace, ServedHost host)
    {
        Runspace = runspace;
        Host = host;
    }

    public Runspace Runspace { get; }

    public ServedHost Host { get; }

    /// <summary>Opens one, which takes long.</summary>
    public static ServedRunspace Open(NodeHost node)
    {
        var host = new ServedHost();
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Manifest]);
        Runspace runspace = RunspaceFactory.CreateRunspace((PSHost)host, state);
        runspace.Name = $"PeerNet {node.Name} for others";
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();

        // Nobody looks at objects here.
        SessionViews.Detach(runspace);
        NodeRegistry.SetCurrent(runspace, node);
        return new ServedRunspace(runspace, host);
    }

    /// <summary>Has hold what holds where a cmdlet was called; mostly that is what held for the last one, and each costs.</summary>
    public void Prepare(CallRequest request)
    {
        SessionStateProxy state = Runspace.SessionStateProxy;
        if (request.ConfirmPreference != _last?.ConfirmPreference)
        {
            state.SetVariable(nameof(CallRequest.ConfirmPreference), request.ConfirmPreference);
        }

        // A folder may have been taken away meanwhile; then no other one of a former call holds.
        string location = Directory.Exists(request.Location) ? request.Location : Path.GetPathRoot(Path.GetTempPath())!;
        if (location != _location)
        {
            state.Path.SetLocation(WildcardPattern.Escape(location));
            _location = location;
        }

        if (_last is null || !IsSame(request.Drives, _last.Drives))
        {
            SetDrives(state, request.Drives);
        }

        _last = request with { Parameters = [] };
    }

    public void Dispose() => Runspace.Dispose();

    private static bool IsSame(Hashtable one, Hashtable other) =>
        one.Count == other.Count && one.Keys.Cast<object>().All(name => other.ContainsKey(name) && Equals(one[name], other[name]));

    private void SetDrives(SessionStateProxy state, Hashtable drives)
    {
        foreach (string former in _drives)
        {
            state.Drive.Remove(former, force: true, scope: null);
        }

        _drives.Clear();
        ProviderInfo files = state.Provider.GetOne(OutputFile.ProviderName);
        HashSet<string> own = new(state.Drive.GetAll().Select(drive => drive.Name), StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry drive in drives)
        {
            if (drive is { Key: string name, Value: string root } && own.Add(name))
            {
                state.Drive.New(new PSDriveInfo(name, files, root, "", null), scope: null);
                _drives.Add(name);
            }
        }
    }
}
