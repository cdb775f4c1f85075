using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PeerNet.PowerShell.Binding;

/// <summary>Offers nothing for a parameter of which nothing is known; PowerShell would offer the names of files.</summary>
internal sealed class NoCompletionAttribute() : ArgumentCompleterAttribute(typeof(Nothing))
{
    private sealed class Nothing : IArgumentCompleter
    {
        public IEnumerable<CompletionResult> CompleteArgument(
            string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => [];
    }
}
