using System.Net;

namespace PeerNet.Engine.NameService;

/// <summary>The name service of a node as it was when it was asked for.</summary>
public sealed record PeerNameService
{
    /// <summary>The zone whose names are those of peers.</summary>
    public const string ZoneName = "pnrp.net";

    /// <summary>Whether it answers.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>The zone that it answers for.</summary>
    public string Zone { get; init; } = ZoneName;

    /// <summary>The port, UDP and TCP; 0 while it does not answer.</summary>
    public int Port { get; init; }

    /// <summary>The addresses at which it answers.</summary>
    public IPAddress[] Addresses { get; init; } = [];

    /// <summary>What of the operating system was told to ask here, or null.</summary>
    public string? ConfiguredIn { get; init; }

    /// <summary>Since when it answers.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>What it has done since.</summary>
    public PeerNameServiceStatistics Statistics { get; init; } = new();

    /// <summary>The zone.</summary>
    public override string ToString() => Zone;
}
