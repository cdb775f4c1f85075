namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>Clients of a link that want the same content, and what goes wrong among them. Shares are parts of one.</summary>
internal sealed record ContentScenario
{
    public required int Clients { get; init; }

    /// <summary>Bytes of the content.</summary>
    public int Length { get; init; } = 2 * 1024 * 1024;

    /// <summary>Within which time all of them begin.</summary>
    public TimeSpan Arrival { get; init; }

    /// <summary>The share of the datagrams that is lost; streams only become slower by it.</summary>
    public double Loss { get; init; }

    /// <summary>The share of the clients that say they have everything, and send what they make up.</summary>
    public double Liars { get; init; }

    /// <summary>The share of the clients that others get little from.</summary>
    public double Slow { get; init; }

    /// <summary>The share of the clients that crash while they load, and come back, half of them with what they had.</summary>
    public double Leaving { get; init; }

    /// <summary>Whether a hosted cache is asked first; it gets what clients have.</summary>
    public bool HasHostedCache { get; init; }

    /// <summary>How often the hosted cache is down for three seconds.</summary>
    public int Restarts { get; init; }

    /// <summary>A scenario by its name.</summary>
    public static ContentScenario Get(string name, int clients)
    {
        // A thousand come within a minute.
        var arrival = TimeSpan.FromSeconds(Math.Max(10, clients * 0.06));
        var crowd = new ContentScenario { Clients = clients, Arrival = arrival };
        return name switch
        {
            "crowd" => crowd,
            "at once" => crowd with { Arrival = TimeSpan.Zero },
            "loss" => crowd with { Loss = 0.1 },
            "liars" => crowd with { Liars = 0.2 },
            "slow" => crowd with { Slow = 0.3 },
            "churn" => crowd with { Leaving = 0.5 },
            "hosted" => crowd with { HasHostedCache = true },
            "hosted restarts" => crowd with { HasHostedCache = true, Restarts = 3 },
            "everything" => crowd with
            {
                Loss = 0.05,
                Liars = 0.1,
                Slow = 0.2,
                Leaving = 0.3,
                HasHostedCache = true,
                Restarts = 2,
            },
            _ => throw new ArgumentException($"There is no scenario '{name}'.", nameof(name)),
        };
    }
}
