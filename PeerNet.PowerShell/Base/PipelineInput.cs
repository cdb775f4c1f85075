using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>What is known of a cmdlet's input before the first has come.</summary>
/// <param name="IsExpected">Whether something is piped to it.</param>
/// <param name="Given">The parameters that were given beside it.</param>
internal sealed record PipelineInput(bool IsExpected, IReadOnlyCollection<string> Given)
{
    public static PipelineInput Of(InvocationInfo invocation) => new(invocation.ExpectingInput, [.. invocation.BoundParameters.Keys]);

    /// <summary>Whether a parameter gets its value from the pipeline, if it gets any.</summary>
    public bool Brings(string parameter) => IsExpected && !Given.Contains(parameter);
}
