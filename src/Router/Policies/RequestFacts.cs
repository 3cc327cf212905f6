using System.Security.Cryptography;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Statistics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LlmOperator.Router.Policies;

/// <summary>What rules ask about a request.</summary>
internal sealed class RequestFacts
{
    /// <summary>Header that names a client's session.</summary>
    public const string SessionHeader = "x-session-id";

    private readonly Lazy<string> _userText;
    private readonly Lazy<RequestTexts> _texts;
    private readonly Lazy<ComplexityScore> _complexity;
    private readonly Lazy<PromptShares> _shares;
    private Classified? _classified;

    /// <param name="userText">Reads the last user message; called at most once, and only when a rule asks.</param>
    public RequestFacts(Func<string> userText)
    {
        _userText = new Lazy<string>(userText, LazyThreadSafetyMode.None);
        _texts = new Lazy<RequestTexts>(() => ReadTexts(), LazyThreadSafetyMode.None);
        _shares = new Lazy<PromptShares>(() => ReadShares(), LazyThreadSafetyMode.None);
        _complexity = new Lazy<ComplexityScore>(
            () => TaskComplexity.Of(UserText, KnownPromptTokens, Texts.Tools),
            LazyThreadSafetyMode.None
        );
    }

    /// <summary>The facts of a request that came by a route.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="route">Its route.</param>
    /// <param name="now">When it came.</param>
    public static RequestFacts Of(Exchange exchange, Route route, DateTimeOffset now)
    {
        OpenAiRequest request = exchange.Request;
        RequestDefaults defaults = route.Defaults;
        IHeaderDictionary headers = exchange.Context.Request.Headers;
        bool isAdded = defaults.HasSystemMessageFor(request);
        int added = isAdded ? defaults.SystemPromptTokens : 0;
        return new RequestFacts(request.ReadUserText)
        {
            Header = name => headers.TryGetValue(name, out StringValues value) ? value.ToString() : null,
            PromptTokens = request.EstimatedPromptTokens + added,
            MaxTokens = request.MaxTokens ?? defaults.MaxTokens,
            HasTools = request.HasTools,
            RoleName = (route as Route.OfRole)?.Role.Key.Name,
            Path = exchange.Context.Request.Path.Value ?? "",
            Now = now,
            ReadTexts = () => RequestTexts.Read(request.Body.Span),
            ReadShares = () => PromptShares.Read(request.Body.Span, added),
            AddedText = isAdded ? defaults.SystemPrompt : null,
            ReadFingerprint = () => Convert.ToHexString(SHA256.HashData(request.Body.Span)),
            Client = exchange.Context.Caller().Key?.ToString(),
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

    /// <summary>The prompt's tokens as a local engine counted them; null when nobody asked it. What targets count is taken to be this.</summary>
    public int? ExactPromptTokens { get; set; }

    /// <summary>The prompt's tokens: counted, or else estimated.</summary>
    public int KnownPromptTokens => ExactPromptTokens ?? PromptTokens;

    /// <summary>The prompt's tokens as a target counts them, as far as is known.</summary>
    public int PromptTokensAt(Candidate candidate, TargetFigures figures) =>
        candidate is Candidate.Local && ExactPromptTokens is { } exact
            ? exact
            : figures.TokensOf(PromptTokens);

    /// <summary>Session of the request; null for none.</summary>
    public string? Session => Header(SessionHeader) is { Length: > 0 } header ? header : Texts.CacheKey;

    /// <summary>Who the client says to work for, or else the client; null when neither is known.</summary>
    public string? User => Texts.User ?? Client;

    /// <summary>Name of the client's API key; null for none.</summary>
    public string? Client { get; init; }

    /// <summary>Path of the request.</summary>
    public string Path { get; init; } = "";

    /// <summary>When the request came.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Reads every text of the request; called at most once, and only when something asks.</summary>
    public Func<RequestTexts> ReadTexts { get; init; } = () => RequestTexts.Read("{}"u8);

    /// <summary>Reads what tools and system prompts take; called at most once, and only when something asks.</summary>
    public Func<PromptShares> ReadShares { get; init; } = () => PromptShares.Read("{}"u8, 0);

    /// <summary>What tools and system prompts take of the prompt.</summary>
    public PromptShares Shares => _shares.Value;

    /// <summary>Computes what tells the request from others; the same for the same text.</summary>
    public Func<string> ReadFingerprint { get; init; } = () => "";

    /// <summary>Text that the route adds, such as a role's system prompt; null for none.</summary>
    public string? AddedText { get; init; }

    /// <summary>Every text of the request.</summary>
    public RequestTexts Texts => _texts.Value;

    /// <summary>How hard the task seems.</summary>
    public ComplexityScore Complexity => _complexity.Value;

    /// <summary>The score, when something has asked for it; null otherwise.</summary>
    public ComplexityScore? ComplexityIfAsked => _complexity.IsValueCreated ? _complexity.Value : null;

    /// <summary>The data classes of the request as the policy defines them; without classes and header nothing is read.</summary>
    public Classified ClassifiedBy(Policy? policy)
    {
        IReadOnlyList<CompiledDataClass> classes = policy?.DataClasses ?? [];
        string? header = Header(RequestClassifier.Header);
        return _classified ??=
            classes.Count == 0 && string.IsNullOrWhiteSpace(header)
                ? Classified.None
                : RequestClassifier.Classify(Texts, AddedText, header, classes);
    }
}
