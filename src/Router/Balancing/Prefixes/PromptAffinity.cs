using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>
/// What of a request says which replica has its beginning in the cache. Read only when there is a choice. Prompts of
/// different callers are never held against each other: where a request goes must not tell what others asked.
/// </summary>
internal sealed class PromptAffinity
{
    private readonly Lazy<ulong[]> _blocks;
    private readonly Lazy<ulong?> _session;

    /// <param name="blocks">Reads the hashes of the prompt's blocks.</param>
    /// <param name="session">Reads the session's key; null for none.</param>
    /// <param name="tokens">Tokens that the request is expected to take.</param>
    public PromptAffinity(Func<ulong[]> blocks, Func<ulong?> session, long tokens)
    {
        _blocks = new Lazy<ulong[]>(blocks, LazyThreadSafetyMode.None);
        _session = new Lazy<ulong?>(session, LazyThreadSafetyMode.None);
        Tokens = tokens;
    }

    /// <summary>Hashes of the prompt's blocks.</summary>
    public ulong[] Blocks => _blocks.Value;

    /// <summary>Key of the session; null for none.</summary>
    public ulong? Session => _session.Value;

    /// <summary>Tokens that the request is expected to take.</summary>
    public long Tokens { get; }

    /// <summary>Of a request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="route">Its route, which may add a system prompt.</param>
    /// <param name="facts">Its facts.</param>
    public static PromptAffinity Of(Exchange exchange, Route route, RequestFacts facts)
    {
        OpenAiRequest request = exchange.Request;
        return new PromptAffinity(
            () =>
            {
                // What follows the messages is hashed too: it differs at the end only, where nothing is shared anyway.
                ReadOnlySpan<byte> body = request.Body.Span;
                ReadOnlySpan<byte> prompt =
                    request.MessagesStart > 0 ? body[request.MessagesStart..] : body[request.UserContent];
                return PromptBlocks.Of(prompt, PromptBlocks.Salt(facts.Client, route.Defaults.SystemPrompt));
            },
            () => SessionOf(request, facts) is { } session ? PromptBlocks.Salt(facts.Client, session) : null,
            facts.KnownPromptTokens + (facts.MaxTokens ?? TokenEstimate.UsualAnswer)
        );
    }

    private static string? SessionOf(OpenAiRequest request, RequestFacts facts)
    {
        if (facts.Header(RequestFacts.SessionHeader) is { Length: > 0 } header)
        {
            return header;
        }

        // Reading every string of a long request is worth it only where there is such a field.
        ReadOnlySpan<byte> body = request.Body.Span;
        bool mayHave =
            body.IndexOf("\"prompt_cache_key\""u8) >= 0
            || body.IndexOf("\"user\":"u8) >= 0
            || body.IndexOf("\"user\" :"u8) >= 0;
        return mayHave ? facts.Session ?? facts.Texts.User : null;
    }
}
