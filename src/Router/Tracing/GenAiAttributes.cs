namespace LlmOperator.Router.Tracing;

/// <summary>
/// Names of attributes: those of the OpenTelemetry semantic conventions for generative AI, and our own for what a route was
/// decided by. None carries anything of a request's or an answer's content.
/// </summary>
internal static class GenAiAttributes
{
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string MaxTokens = "gen_ai.request.max_tokens";
    public const string Choices = "gen_ai.request.choice.count";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string Error = "error.type";
    public const string Status = "http.response.status_code";

    public const string RequestId = "llmop.request.id";
    public const string Streamed = "llmop.request.stream";
    public const string Caller = "llmop.caller";
    public const string Outcome = "llmop.outcome";
    public const string Target = "llmop.route.target";
    public const string Mode = "llmop.route.mode";
    public const string Rule = "llmop.route.rule";
    public const string Policy = "llmop.route.policy";
    public const string Role = "llmop.route.role";
    public const string Reason = "llmop.route.reason";
    public const string Refused = "llmop.route.refused";
    public const string Attempts = "llmop.route.attempts";
    public const string DataClasses = "llmop.route.data_classes";
    public const string Attempt = "llmop.attempt";
    public const string Node = "llmop.node";

    /// <summary>Event: the first content was about to be sent to the client.</summary>
    public const string FirstToken = "llmop.first_token";

    /// <summary>Name of a provider as the conventions have it; our own nodes are named after us.</summary>
    public const string LocalProvider = "llm_operator";
}
