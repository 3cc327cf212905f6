using System.Diagnostics.Metrics;
using LlmOperator.Router.Accounting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LlmOperator.Router.Tracing;

/// <summary>
/// Sends spans and metrics to a collector. Samplers, headers, time-outs, intervals and resource attributes are read from the
/// variables of the OpenTelemetry specification. A collector that is away costs the spans, and no request.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const string ServiceName = "llm-router";
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(OtlpOptions options)
    {
        ResourceBuilder resource = ResourceBuilder
            .CreateEmpty()
            .AddService(
                ServiceName,
                serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3)
            )
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(RequestSpan.SourceName)
            .AddOtlpExporter(exporter => Configure(exporter, options, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(GenAiMetrics.MeterName, RouterMetrics.MeterName)
            .AddView(ViewOf)
            .AddOtlpExporter(exporter => Configure(exporter, options, "v1/metrics"))
            .Build();
    }

    /// <summary>Starts to send; null when nobody wants it.</summary>
    public static OtlpExport? Start(OtlpOptions? options) => options is null ? null : new OtlpExport(options);

    /// <summary>Sends what is left, for at most five seconds each.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    // The Prometheus port has the durations by target; here they come by the conventions' own attributes.
    private static MetricStreamConfiguration? ViewOf(Instrument instrument) =>
        instrument.Meter.Name == RouterMetrics.MeterName
        && instrument.Name.StartsWith("gen_ai.", StringComparison.Ordinal)
            ? MetricStreamConfiguration.Drop
            : null;

    private static void Configure(OtlpExporterOptions exporter, OtlpOptions options, string path)
    {
        exporter.Protocol = options.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = options.IsGrpc
            ? options.Endpoint
            : new Uri(options.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
    }
}
