using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LlmOperator.Controllers.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Router.Tests.Tracing;

/// <summary>Takes what is exported by OTLP as protobuf over HTTP.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpCollector(WebApplication app)
    {
        _app = app;
        app.UseRouting();
        app.MapPost("/{**path}", TakeAsync);
    }

    public Uri Address => PartWebServer.AddressOf(_app);

    public static async Task<OtlpCollector> StartAsync()
    {
        OtlpCollector collector = new(
            PartWebServer.Create(
                new IPEndPoint(IPAddress.Loopback, 0),
                16 << 20,
                100,
                TimeSpan.FromSeconds(5),
                NullLoggerFactory.Instance
            )
        );
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Everything that came, as text in which sent text can be found.</summary>
    public string Raw => string.Concat(_received.Select(r => Encoding.UTF8.GetString(r.Body)));

    // ExportTraceServiceRequest { repeated ResourceSpans = 1 { Resource = 1; repeated ScopeSpans = 2 { repeated Span = 2; } } }
    public IReadOnlyList<ReceivedSpan> Spans =>
        [
            .. Messages("/v1/traces")
                .SelectMany(m => m.All(1))
                .SelectMany(r => r.All(2))
                .SelectMany(s => s.All(2))
                .Select(ReceivedSpan.Of),
        ];

    /// <summary>Attributes of who sent the spans.</summary>
    public IReadOnlyDictionary<string, string> Resource =>
        ReceivedSpan.AttributesOf(Messages("/v1/traces").First().All(1).First().All(1).Single(), 1);

    // ExportMetricsServiceRequest { repeated ResourceMetrics = 1 { repeated ScopeMetrics = 2 { Scope = 1 { name = 1 };
    //   repeated Metric = 2 { name = 1; Histogram = 9 { repeated HistogramDataPoint = 1 { fixed64 count = 4; attributes = 9 }}}}}}
    public IReadOnlyList<ReceivedPoint> Histograms =>
        [
            .. from message in Messages("/v1/metrics")
            from resource in message.All(1)
            from scope in resource.All(2)
            from metric in scope.All(2)
            from histogram in metric.All(9)
            from point in histogram.All(1)
            select new ReceivedPoint(
                scope.All(1).Single().Text(1),
                metric.Text(1),
                ReceivedSpan.AttributesOf(point, 9),
                point.Number(4)
            ),
        ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<ProtoMessage> Messages(string path) =>
        _received.Where(r => r.Path == path).Select(r => new ProtoMessage(r.Body));

    private async Task TakeAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, body.ToArray()));
    }
}
