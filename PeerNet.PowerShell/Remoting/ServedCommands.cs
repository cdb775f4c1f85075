using System.Management.Automation;
using System.Reflection;
using PeerNet.Engine.Core;
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

    /// <summary>The cmdlet that another process asks for.</summary>
    /// <exception cref="PeerException">It is none of them, or that process has another version of the module.</exception>
    public static CmdletInfo Find(CallRequest? request)
    {
        if (request is null)
        {
            throw PeerErrors.InvalidData.Exception("What the other process has asked for cannot be read.");
        }

        if (request.Version != CallRequest.ModuleVersion)
        {
            throw PeerErrors.UnsupportedVersion.Exception(
                $"The node is in a process with version {CallRequest.ModuleVersion} of PeerNet, and this one has {request.Version}. "
                + "Start the older one anew.");
        }

        return All.GetValueOrDefault(request.Command) ?? throw PeerErrors.InvalidArgument.Exception(
            $"'{PeerText.Escape(request.Command)}' is no cmdlet that works with a node.", request.Command);
    }
}
