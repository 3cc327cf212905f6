using System.Diagnostics.Metrics;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Telemetry.Tests.Prometheus;

public sealed class PrometheusEndpointsTests
{
    [Fact]
    public async Task MapPrometheusMetrics_Get_AnswersInTheTextFormat()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using Meter meter = new("Test.Endpoint");
        using PrometheusExporter exporter = new("Test.Endpoint");
        meter.CreateCounter<long>("hits").Add(1, new KeyValuePair<string, object?>("name", "größe"));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPrometheusMetrics(exporter);
        await app.StartAsync(token);

        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync(
            new Uri(app.Urls.First() + "/metrics"),
            token
        );
        Assert.Equal(PrometheusExporter.ContentType, response.Content.Headers.ContentType?.ToString());
        Assert.Contains("hits_total{name=\"größe\"} 1\n", await response.Content.ReadAsStringAsync(token));
    }
}
