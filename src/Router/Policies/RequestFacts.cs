using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LlmOperator.Router.Policies;

/// <summary>What rules ask about a request.</summary>
internal sealed class RequestFacts
{
    private readonly Lazy<string> _userText;

    /// <param name="userText">Reads the last user message; called at most once, and only when a rule asks.</param>
    public RequestFacts(Func<string> userText) =>
        _userText = new Lazy<string>(userText, LazyThreadSafetyMode.None);

    /// <summary>The facts of a request that came by a route.</summary>
    public static RequestFacts Of(Exchange exchange, Route route)
    {
        OpenAiRequest request = exchange.Request;
        RequestDefaults defaults = route.Defaults;
        IHeaderDictionary headers = exchange.Context.Request.Headers;
        int added = defaults.HasSystemMessageFor(request) ? defaults.SystemPromptTokens : 0;
        return new RequestFacts(request.ReadUserText)
        {
            Header = name => headers.TryGetValue(name, out StringValues value) ? value.ToString() : null,
            PromptTokens = request.EstimatedPromptTokens + added,
            MaxTokens = request.MaxTokens ?? defaults.MaxTokens,
            HasTools = request.HasTools,
            RoleName = (route as Route.OfRole)?.Role.Key.Name,
        };
    }

    /// <summary>Last user message.</summary>
    public string UserText => _userText.Value;

    /// <summary>Value of a request header; null when it is absent.</summary>
    public Func<string, string?> Header { get; init; } = _ => null;

    /// <summary>Estimate of the prompt's tokens, with what a role adds.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Most tokens of the answer; null when not said.</summary>
    public int? MaxTokens { get; init; }

    public bool HasTools { get; init; }

    /// <summary>Role by which the request came; null for none.</summary>
    public string? RoleName { get; init; }
}
