using System.Diagnostics;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;
using Route = LlmOperator.Router.Policies.Route;

namespace LlmOperator.Router.Tracing;

/// <summary>
/// The span of one request, by the GenAI semantic conventions: <c>chat {model}</c>. Names, numbers and reasons; nothing of
/// the content, and no message of a target, which might repeat some.
/// </summary>
internal sealed class RequestSpan : IDisposable
{
    /// <summary>Name of the source of spans.</summary>
    public const string SourceName = "LlmOperator.Router";

    // Names come from clients: one that is longer than any name is cut.
    private const int LongestName = 256;
    private static readonly ActivitySource s_source = new(SourceName);
    private readonly Activity _activity;
    private int _attempts;

    private RequestSpan(Activity activity) => _activity = activity;

    /// <summary>Begins the span, as a child of the caller's when the request names one.</summary>
    /// <returns>Null when nobody wants it, which costs nothing.</returns>
    public static RequestSpan? Begin(HttpContext context, OpenAiRequest request)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        IHeaderDictionary headers = context.Request.Headers;
        if (
            !ActivityContext.TryParse(
                headers.TraceParent,
                headers.TraceState,
                isRemote: true,
                out ActivityContext parent
            )
        )
        {
            // The web server's own activity is exported by nobody: it must not be a parent.
            Activity.Current = null;
        }

        string model = Cut(request.Model);
        ActivityTagsCollection tags = new()
        {
            [GenAiAttributes.Operation] = request.Operation.TelemetryName(),
            [GenAiAttributes.RequestModel] = model,
            [GenAiAttributes.RequestId] = context.TraceIdentifier,
        };
        Activity? activity = s_source.StartActivity(
            $"{request.Operation.TelemetryName()} {model}",
            ActivityKind.Server,
            parent,
            tags
        );
        if (activity is null)
        {
            return null;
        }

        RequestSpan span = new(activity);
        span.Describe(context, request);
        return span;
    }

    /// <summary>Begins the span of an attempt.</summary>
    /// <param name="target">Whom it asks.</param>
    /// <param name="operation">What for.</param>
    public AttemptSpan? BeginAttempt(UpstreamTarget target, OpenAiOperation operation)
    {
        // What the request as a whole says is what its last attempt had.
        SetTarget(_activity, target);
        Activity? activity = s_source.StartActivity(
            $"{operation.TelemetryName()} {target.ModelName}",
            ActivityKind.Client,
            _activity.Context
        );
        if (activity is null)
        {
            return null;
        }

        SetTarget(activity, target);
        activity
            .SetTag(GenAiAttributes.Operation, operation.TelemetryName())
            .SetTag(GenAiAttributes.RequestModel, target.ModelName)
            .SetTag(GenAiAttributes.Target, target.Candidate.Name)
            .SetTag(GenAiAttributes.Reason, target.Candidate.Reason)
            .SetTag(GenAiAttributes.Attempt, ++_attempts);
        return new AttemptSpan(activity);
    }

    /// <summary>The first content is about to be sent.</summary>
    public void MarkFirstToken() => _activity.AddEvent(new ActivityEvent(GenAiAttributes.FirstToken));

    /// <summary>The request was refused before any attempt.</summary>
    public void Refuse(OpenAiError error)
    {
        _activity.SetTag(GenAiAttributes.Status, error.Status).SetTag(GenAiAttributes.Outcome, "refused");
        Fail(_activity, error.Code);
    }

    /// <summary>How the request went.</summary>
    public void End(Route route, RoutePlan plan, RequestRecord record, int status)
    {
        Describe(route, plan);
        _activity
            .SetTag(GenAiAttributes.Outcome, record.Outcome)
            .SetTag(GenAiAttributes.Attempts, record.Attempts)
            .SetTag(GenAiAttributes.Status, status)
            .SetTag(GenAiAttributes.Target, record.Target);
        if (record.Usage is { } usage)
        {
            _activity
                .SetTag(GenAiAttributes.InputTokens, usage.Prompt)
                .SetTag(GenAiAttributes.OutputTokens, usage.Completion)
                .SetTag(GenAiAttributes.CachedTokens, usage.CachedPrompt);
        }

        record.Notes?.WriteTo(_activity);
        if (record.Outcome != RequestRecord.Ok)
        {
            Fail(_activity, record.Outcome);
        }
    }

    /// <summary>What the planner decided.</summary>
    public void Describe(Route route, RoutePlan plan)
    {
        _activity
            .SetTag(GenAiAttributes.Mode, plan.Mode.ToString())
            .SetTag(GenAiAttributes.Rule, plan.Rule)
            .SetTag(GenAiAttributes.Policy, route.Policy?.Key.ToString())
            .SetTag(GenAiAttributes.Role, (route as Route.OfRole)?.Role.Key.ToString())
            .SetTag(GenAiAttributes.Refused, plan.Refusals.Count);
        if (plan.Data.Classes.Count > 0)
        {
            _activity.SetTag(GenAiAttributes.DataClasses, plan.Data.Classes.Select(c => c.Name).ToArray());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _activity.Dispose();

    /// <summary>Marks a span as failed.</summary>
    internal static void Fail(Activity activity, string type) =>
        activity.SetTag(GenAiAttributes.Error, type).SetStatus(ActivityStatusCode.Error);

    private void Describe(HttpContext context, OpenAiRequest request)
    {
        _activity
            .SetTag(GenAiAttributes.Caller, context.Caller().Name)
            .SetTag(GenAiAttributes.Streamed, request.Stream)
            .SetTag(GenAiAttributes.MaxTokens, request.MaxTokens);
        if (request.Answers != 1)
        {
            _activity.SetTag(GenAiAttributes.Choices, request.Answers);
        }
    }

    private static void SetTarget(Activity activity, UpstreamTarget target) =>
        activity
            .SetTag(GenAiAttributes.Provider, GenAiMetrics.ProviderOf(target))
            .SetTag(GenAiAttributes.ServerAddress, target.Endpoint.Host)
            .SetTag(GenAiAttributes.ServerPort, target.Endpoint.Port);

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
