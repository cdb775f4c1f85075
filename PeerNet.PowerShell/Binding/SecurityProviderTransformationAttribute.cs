using System.Collections;
using System.Management.Automation;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a security provider as an object of .NET, or as a hashtable of script blocks.</summary>
internal sealed class SecurityProviderTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            IGraphSecurityProvider provider => provider,
            IDictionary scripts => Create(scripts),
            var other => throw BadArgument.Unusable(
                $"A security provider is a hashtable of script blocks, or an object that has the interface "
                + $"{nameof(IGraphSecurityProvider)}; this is a {other.GetType().Name}."),
        };

    private static ScriptSecurityProvider Create(IDictionary scripts)
    {
        var blocks = new Dictionary<string, ScriptBlock>(StringComparer.OrdinalIgnoreCase);
        IDictionary variables = new Hashtable();
        foreach (DictionaryEntry entry in scripts)
        {
            string key = entry.Key.ToString()!;
            object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (key.Equals(ScriptSecurityProvider.VariableKey, StringComparison.OrdinalIgnoreCase) && value is IDictionary values)
            {
                variables = values;
            }
            else if (ScriptSecurityProvider.Keys.Contains(key, StringComparer.OrdinalIgnoreCase) && value is ScriptBlock block)
            {
                blocks.Add(key, block);
            }
            else
            {
                throw BadArgument.Unusable(
                    $"A security provider has script blocks called {string.Join(", ", ScriptSecurityProvider.Keys)}, and a "
                    + $"hashtable called {ScriptSecurityProvider.VariableKey}; '{key}' is none of these.");
            }
        }

        return new ScriptSecurityProvider(blocks, variables);
    }
}
