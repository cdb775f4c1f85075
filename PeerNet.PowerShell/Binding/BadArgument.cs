using System.Management.Automation;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Binding;

/// <summary>The exceptions of attributes. They quote the argument, which may have come from a peer through a pipeline.</summary>
internal static class BadArgument
{
    /// <summary>For what can be converted, and is wrong.</summary>
    public static ValidationMetadataException Invalid(string message) => new(TerminalText.Escape(message));

    /// <summary>For what cannot be converted.</summary>
    public static ArgumentTransformationMetadataException Unusable(string message, Exception? cause = null) =>
        new(TerminalText.Escape(message), cause);
}
