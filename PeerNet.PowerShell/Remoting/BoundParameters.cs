using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>The parameters that PowerShell has bound in a cmdlet, as they are handed to another process.</summary>
internal static class BoundParameters
{
    // Where the cmdlet runs is what they have led to.
    private static readonly string[] Local = [nameof(NodeCmdlet.Node), nameof(NodeCmdlet.Session)];

    /// <summary>What an input has bound, with what stays the same for all.</summary>
    public static Hashtable Get(PSCmdlet cmdlet)
    {
        var bound = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (string name in cmdlet.MyInvocation.BoundParameters.Keys)
        {
            if (!Local.Contains(name) && Find(cmdlet, name) is { } property)
            {
                bound[name] = property.GetValue(cmdlet);
            }
        }

        return bound;
    }

    /// <summary>Adds the common parameters that have a cmdlet do the same there: those given, and what the variables of the
    /// session say. What is silent here need not be said there; errors are dealt with here.</summary>
    public static Hashtable AddPreferences(PSCmdlet cmdlet, Hashtable parameters)
    {
        Dictionary<string, object> bound = cmdlet.MyInvocation.BoundParameters;
        foreach (string message in new[] { "Verbose", "Debug" })
        {
            if (bound.TryGetValue(message, out object? given)
                ? LanguagePrimitives.IsTrue(given)
                : Preference(message) is ActionPreference preference && preference != ActionPreference.SilentlyContinue)
            {
                parameters[message] = true;
            }
        }

        if (bound.TryGetValue("WhatIf", out object? whatIf) || (whatIf = Preference("WhatIf")) is true)
        {
            parameters["WhatIf"] = LanguagePrimitives.IsTrue(whatIf);
        }

        if (bound.TryGetValue("Confirm", out object? confirm))
        {
            parameters["Confirm"] = LanguagePrimitives.IsTrue(confirm);
        }

        return parameters;

        object? Preference(string of) => cmdlet.SessionState.PSVariable.GetValue(of + "Preference");
    }

    /// <summary>Binds what an input has bound there.</summary>
    public static void Set(PSCmdlet cmdlet, Hashtable bound)
    {
        var fresh = (PSCmdlet)Activator.CreateInstance(cmdlet.GetType())!;
        Dictionary<string, object> now = cmdlet.MyInvocation.BoundParameters;
        foreach (string name in now.Keys.Where(name => !bound.ContainsKey(name)).ToArray())
        {
            if (Find(cmdlet, name) is { } property)
            {
                property.SetValue(cmdlet, property.GetValue(fresh));
                now.Remove(name);
            }
        }

        foreach (string name in bound.Keys)
        {
            if (Find(cmdlet, name) is { } property)
            {
                object? value = Transform(cmdlet, name, bound[name]);
                property.SetValue(cmdlet, LanguagePrimitives.ConvertTo(value, property.PropertyType, CultureInfo.InvariantCulture));
                now[name] = value!;
            }
        }

        (fresh as IDisposable)?.Dispose();
    }

    // Common parameters are nobody's properties.
    private static PropertyInfo? Find(PSCmdlet cmdlet, string name) =>
        cmdlet.GetType().GetProperty(name) is { } property && property.IsDefined(typeof(ParameterAttribute), inherit: true) ? property : null;

    private static object? Transform(PSCmdlet cmdlet, string name, object? value)
    {
        var engine = (EngineIntrinsics)cmdlet.SessionState.PSVariable.GetValue("ExecutionContext");
        foreach (ArgumentTransformationAttribute attribute in cmdlet.MyInvocation.MyCommand.Parameters[name].Attributes.OfType<ArgumentTransformationAttribute>())
        {
            value = value is null ? null : attribute.Transform(engine, value);
        }

        return value;
    }
}
