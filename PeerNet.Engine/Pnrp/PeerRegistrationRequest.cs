using System.Net;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp;

/// <summary>What a name is to be registered with. The service checks it as a whole.</summary>
public sealed record PeerRegistrationRequest
{
    /// <summary>Most application endpoints of a name.</summary>
    public const int MaximumEndpoints = 10;

    /// <summary>Longest comment, in UTF-16 code units.</summary>
    public const int MaximumComment = 39;

    /// <summary>Most bytes of binary data, and of encoded text with the NUL at its end.</summary>
    public const int MaximumData = 4096;

    /// <summary>The longest registration that is not for as long as the node.</summary>
    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromDays(10 * 365);

    /// <summary>The name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The clouds; empty means <c>Global_</c>, or where this machine has none, its widest clouds.</summary>
    public IReadOnlyList<string> Clouds { get; init; } = [];

    /// <summary>Peer name of the identity that signs. Null means the owner of a secure name, or the default identity.</summary>
    public string? Identity { get; init; }

    /// <summary>The application's endpoints; empty with <see cref="Port"/> 0 is allowed only with data or text.</summary>
    public IReadOnlyList<PeerAppEndpoint> Endpoints { get; init; } = [];

    /// <summary>Registers the node's own addresses at this port where <see cref="Endpoints"/> is empty; 0 for none.</summary>
    public int Port { get; init; }

    /// <summary>The protocol that goes with <see cref="Port"/>.</summary>
    public PeerProtocol Protocol { get; init; } = PeerProtocol.Tcp;

    /// <summary>The comment, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Binary extended payload.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>Text extended payload; excludes <see cref="Data"/>.</summary>
    public string? Text { get; init; }

    /// <summary>An address whose upper 64 bits become the service location's prefix.</summary>
    public IPAddress? LocationHint { get; init; }

    /// <summary>A PKCS #7 delegation chain, where the name belongs to another identity.</summary>
    public ReadOnlyMemory<byte>? DelegationChain { get; init; }

    /// <summary>How long the registration lasts, at most <see cref="MaximumLifetime"/>; null for as long as the node.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Whether the node registers the name again at its next start, until it is withdrawn.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Whether a text fits: it is not empty, has no NUL, and <see cref="MaximumData"/> bytes hold it in UTF-8 or in
    /// UTF-16, with the NUL at its end.</summary>
    public static bool IsFittingText(string text) => ExtendedPayload.TryEncodeText(text, out _, out _);
}
