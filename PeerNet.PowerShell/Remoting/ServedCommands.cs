using System.Management.Automation;
using System.Reflection;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The cmdlets that may run for another process: those of this module that work with a node.</summary>
internal static class ServedCommands
{
    private static readonly Dictionary<string, CmdletInfo> All = typeof(ServedCommands).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(IServedCommand)) && !type.IsAbstract)
        .Select(type => (Type: type, Cmdlet: type.GetCustomAttribute<CmdletAttribute>()!))
        .Select(one => new CmdletInfo($"{one.Cmdlet.VerbName}-{one.Cmdlet.NounName}", one.Type))
        .ToDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase);

    public static CmdletInfo? Find(string name) => All.GetValueOrDefault(name);
}
