using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Which graph a machine is for, and who takes part.</summary>
internal sealed record GraphSettings
{
    /// <summary>So many, and graph info and presence, fit into the exclusion list of one message.</summary>
    public const int MaximumPrioritizedTypes = 250;

    /// <summary>The graph's id: 1 to 255 UTF-16 units.</summary>
    public required string GraphId { get; init; }

    /// <summary>This node's peer id: 1 to 255 units.</summary>
    public required string PeerId { get; init; }

    /// <summary>A name of this node for people, which CONNECT and WELCOME carry: up to 255 units.</summary>
    public string FriendlyName { get; init; } = "";

    /// <summary>Secures records; the owner has it secure connections. Null for no security.</summary>
    public IGraphSecurityProvider? Provider { get; init; }

    /// <summary>Record types that are synchronized before the others, at most 250 (MS-PPGRH 3.1.4.2).</summary>
    public IReadOnlyList<Guid> PrioritizedTypes { get; init; } = [];

    /// <summary>Checks the settings and the options.</summary>
    /// <exception cref="ArgumentException">The message names everything that is wrong.</exception>
    public void RequireValid(GraphOptions options)
    {
        List<string> errors = [.. options.Validate()];
        if (!MessageText.IsValid(GraphId))
        {
            errors.Add("A graph id has 1 to 255 characters and no NUL.");
        }

        if (!MessageText.IsValid(PeerId))
        {
            errors.Add("A peer id has 1 to 255 characters and no NUL.");
        }

        if (FriendlyName.Length > 0 && !MessageText.IsValid(FriendlyName))
        {
            errors.Add("A friendly name has up to 255 characters and no NUL.");
        }

        if (PrioritizedTypes.Count > MaximumPrioritizedTypes)
        {
            errors.Add($"There are at most {MaximumPrioritizedTypes} prioritized record types.");
        }

        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        }
    }
}
