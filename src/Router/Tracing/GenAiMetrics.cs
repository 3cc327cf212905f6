using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Tracing;

/// <summary>
/// Metrics with the names, attributes and buckets of the GenAI semantic conventions, for OTLP. An instrument that nobody
/// listens to costs a comparison.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/</remarks>
internal static class GenAiMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "LlmOperator.Router.GenAi";

    private static readonly Meter s_meter = new(MeterName);

    private static readonly Histogram<long> s_tokens = s_meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of prompts and answers.",
        tags: null,
        new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(power => 1L << (2 * power))],
        }
    );

    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram(
        "gen_ai.server.request.duration",
        "s",
        "Time of whole requests.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = RouterMetrics.DurationBuckets }
    );

    private static readonly Histogram<double> s_firstToken = s_meter.CreateHistogram(
        "gen_ai.server.time_to_first_token",
        "s",
        "Time to the first content of streams.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = RouterMetrics.FirstTokenBuckets }
    );

    private static readonly Histogram<double> s_perToken = s_meter.CreateHistogram(
        "gen_ai.server.time_per_output_token",
        "s",
        "Time of each token of a stream after the first.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [
                0.01,
                0.025,
                0.05,
                0.075,
                0.1,
                0.15,
                0.2,
                0.3,
                0.4,
                0.5,
                0.75,
                1,
                2.5,
            ],
        }
    );

    /// <summary>A request has ended.</summary>
    /// <param name="model">Name that the client asked for, one that exists.</param>
    /// <param name="record">How it went.</param>
    public static void End(string model, RequestRecord record)
    {
        if (!s_duration.Enabled)
        {
            return;
        }

        TagList tags = new()
        {
            { GenAiAttributes.Operation, record.Operation.TelemetryName() },
            { GenAiAttributes.RequestModel, model },
        };
        if (record.Asked is { } target)
        {
            tags.Add(GenAiAttributes.Provider, ProviderOf(target));
            tags.Add(GenAiAttributes.ServerAddress, target.Endpoint.Host);
            tags.Add(GenAiAttributes.ServerPort, target.Endpoint.Port);
        }

        if (record.Usage is { } usage)
        {
            s_tokens.Record(usage.Prompt, [.. tags, new(GenAiAttributes.TokenType, "input")]);
            s_tokens.Record(usage.Completion, [.. tags, new(GenAiAttributes.TokenType, "output")]);
        }

        if (record.Outcome != RequestRecord.Ok)
        {
            tags.Add(GenAiAttributes.Error, record.Outcome);
        }

        double seconds = record.Elapsed.TotalSeconds;
        s_duration.Record(seconds, tags);
        if (record.FirstContent is { } first)
        {
            s_firstToken.Record(first.TotalSeconds, tags);
            if (record.Usage is { Completion: > 1 and var tokens })
            {
                s_perToken.Record((seconds - first.TotalSeconds) / (tokens - 1), tags);
            }
        }
    }

    /// <summary>Name of a provider as the conventions have it.</summary>
    public static string ProviderOf(UpstreamTarget target) =>
        target.IsLocal ? GenAiAttributes.LocalProvider : target.Dialect.ProviderName;
}
