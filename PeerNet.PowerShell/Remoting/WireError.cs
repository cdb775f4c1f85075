using System.Collections;
using System.Management.Automation;
using System.Reflection;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Errors between processes: a failure of the engine is one there too, with its code and its target.</summary>
internal static class WireError
{
    private const string Symbol = "Symbol";
    private const string Message = "Message";
    private const string Id = "Id";
    private const string Category = "Category";
    private const string Target = "Target";
    private const string TargetName = "TargetName";

    private static readonly Dictionary<string, PeerError> Known = typeof(PeerErrors)
        .GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(field => field.GetValue(null))
        .OfType<PeerError>()
        .DistinctBy(error => error.Symbol)
        .ToDictionary(error => error.Symbol);

    public static string Write(ErrorRecord error) => WireObject.Write(new Hashtable
    {
        [Symbol] = (error.Exception as PeerException)?.Error.Symbol,
        [Message] = error.Exception.Message,
        [Id] = error.FullyQualifiedErrorId.Split(',')[0],
        [Category] = error.CategoryInfo.Category.ToString(),
        [Target] = error.TargetObject is { } target ? DescribeTarget(target) : null,
        [TargetName] = error.CategoryInfo.TargetName,
    });

    public static ErrorRecord Read(string text)
    {
        var table = WireObject.Read(text) as Hashtable ?? [];
        string message = table[Message] as string ?? "";
        object? target = table[Target];
        _ = Enum.TryParse(table[Category] as string, out ErrorCategory category);
        Exception exception = table[Symbol] is string symbol && Known.TryGetValue(symbol, out PeerError? error)
            ? error.Exception(message, target)
            : new RemoteException(message);
        var record = new ErrorRecord(exception, table[Id] as string, category, target);
        if (table[TargetName] is string name && name != record.CategoryInfo.TargetName)
        {
            record.CategoryInfo.TargetName = name;
        }

        return record;
    }

    // What cannot travel is named.
    private static object DescribeTarget(object target)
    {
        try
        {
            _ = WireObject.Write(target);
            return target;
        }
        catch (PeerException)
        {
            return target.ToString() ?? "";
        }
    }
}
