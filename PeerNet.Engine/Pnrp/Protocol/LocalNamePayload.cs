namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What an application publishes under a name (MS-PNRP 3.2.4.1).</summary>
internal sealed record LocalNamePayload
{
    /// <summary>Where it listens: 0 to <see cref="PeerRegistrationRequest.MaximumEndpoints"/> endpoints.</summary>
    public IReadOnlyList<PeerAppEndpoint> Endpoints { get; init; } = [];

    /// <summary>The friendly name: at most <see cref="PeerRegistrationRequest.MaximumComment"/> code units, no NUL.</summary>
    public string Comment { get; init; } = "";

    /// <summary>A binary extended payload: 1 to <see cref="PeerRegistrationRequest.MaximumData"/> bytes.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>A text extended payload; excludes <see cref="Data"/>.</summary>
    public string? Text { get; init; }
}
