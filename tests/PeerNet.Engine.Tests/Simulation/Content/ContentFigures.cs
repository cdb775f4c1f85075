using System.Globalization;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>What it costs that all clients of a link get the same content.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="IsWhole">Whether everybody has the right bytes.</param>
/// <param name="OriginBytesEach">Bytes that the origin sent, for each client.</param>
/// <param name="DatagramsEach">Datagrams for each client.</param>
/// <param name="Seconds">Virtual time until the last one was done.</param>
/// <param name="Median">Virtual time that a download took, for half of them.</param>
/// <param name="Longest">That of the slowest one.</param>
internal sealed record ContentFigures(
    ContentScenario Scenario,
    ulong Seed,
    bool IsWhole,
    double OriginBytesEach,
    double DatagramsEach,
    double Seconds,
    double Median,
    double Longest) : IPromise
{
    /// <inheritdoc/>
    public bool IsKept => IsWhole;

    public static ContentFigures Measure(ContentScenario scenario, ulong seed)
    {
        var network = new ContentNetwork(scenario, seed);
        bool isWhole = network.Run();
        double[] times = [.. network.Clients.Select(client => client.Time).OfType<TimeSpan>().Select(time => time.TotalSeconds).Order()];
        return new(
            scenario,
            seed,
            isWhole,
            (double)network.Origin.Sent / scenario.Clients,
            (double)network.Datagrams / scenario.Clients,
            network.Elapsed.TotalSeconds,
            times.Length == 0 ? 0 : times[times.Length / 2],
            times.LastOrDefault());
    }

    /// <summary>How much of the content the origin sent, for each client.</summary>
    public double OriginShare => OriginBytesEach / Scenario.Length;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"n = {Scenario.Clients}, seed {Seed}: {OriginBytesEach:0} bytes of the origin each ({OriginShare:0.0 %}), {DatagramsEach:0.00} datagrams each, all done after {Seconds:0.00} s, a download took {Median:0.00} s, the longest {Longest:0.00} s");
}
