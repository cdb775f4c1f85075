using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>Whether the standard variables of OpenTelemetry ask for an export by OTLP. OpenTelemetry's assemblies are loaded only
/// then.</summary>
internal static class OtlpVariables
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Exports, where that is asked for.</summary>
    /// <param name="failed">Told where OpenTelemetry does not take its variables; then nothing is exported.</param>
    public static IDisposable? Export(Action<string> failed)
    {
        try
        {
            return WantsMetrics || WantsTraces ? OtlpExport.Open() : null;
        }
#pragma warning disable CA1031 // Whatever OpenTelemetry throws at a variable, the node goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failed(exception.Message);
            return null;
        }
    }

    public static bool WantsMetrics => Wants("METRICS");

    public static bool WantsTraces => Wants("TRACES");

    private static bool Wants(string signal) =>
        !"true".Equals(Read("OTEL_SDK_DISABLED"), StringComparison.OrdinalIgnoreCase)
        && (Read(Endpoint) ?? Read($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) is not null
        && Read($"OTEL_{signal}_EXPORTER") is null or "otlp";

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>Exports the metrics and traces of all nodes of the process by OTLP. All else (protocol, headers, intervals,
/// sampling) OpenTelemetry reads from its own variables.</summary>
internal sealed class OtlpExport : IDisposable
{
    private const string ServiceName = "peernet";

    // A collector that does not answer must not hold who stops.
    private const int EndTimeout = 2000;

    // A meter and a source are the process's, so one export has all of its nodes.
    private static readonly Lock Gate = new();
    private static OtlpExport? s_shared;

    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _tracers;
    private int _users;

    private OtlpExport()
    {
        if (OtlpVariables.WantsMetrics)
        {
            _meters = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(Describe).AddMeter(PeerTracing.Name).AddOtlpExporter().Build();
        }

        if (OtlpVariables.WantsTraces)
        {
            _tracers = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe).AddSource(PeerTracing.Name).AddOtlpExporter().Build();
        }
    }

    /// <summary>Begins for one more node.</summary>
    public static OtlpExport Open()
    {
        lock (Gate)
        {
            s_shared ??= new OtlpExport();
            s_shared._users++;
            return s_shared;
        }
    }

    /// <summary>Ends for one node; with the last, what is left is exported.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0)
            {
                return;
            }

            s_shared = null;
        }

        Parallel.Invoke(() => _meters?.Shutdown(EndTimeout), () => _tracers?.Shutdown(EndTimeout));
        _meters?.Dispose();
        _tracers?.Dispose();
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(ServiceName, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3))
        .AddEnvironmentVariableDetector();
}
