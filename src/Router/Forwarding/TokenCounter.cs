using System.Net.Http.Headers;
using System.Text.Json;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding;

/// <summary>Asks a local engine how many tokens a prompt has, where an estimate is too near to a bound to decide by.</summary>
internal sealed class TokenCounter(UpstreamClient upstream, RouterOptions options, TimeProvider timeProvider)
{
    // The count is worth no longer wait; without it the estimate holds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    /// <summary>Tokens of the prompt; null where the estimate does, or no engine can be asked.</summary>
    public async Task<int?> CountAsync(
        Route route,
        RoutingSnapshot snapshot,
        RequestFacts facts,
        CancellationToken cancellationToken
    )
    {
        LocalReplica[] replicas = [.. TokenBounds.Replicas(route, snapshot)];
        if (
            !TokenBounds.IsNear(facts.PromptTokens, TokenBounds.Of(route, replicas))
            || Array.Find(replicas, r => r.IsLoaded) is not { } replica
            || facts.Texts.HasUnreadable
            || facts.Texts.HasTokenNumbers
        )
        {
            return null;
        }

        using CancellationTokenSource limit = new(s_limit, timeProvider);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            limit.Token
        );
        try
        {
            return await AskAsync(replica, facts, ends.Token);
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or IOException
                        or JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return null;
        }
    }

    private async Task<int?> AskAsync(
        LocalReplica replica,
        RequestFacts facts,
        CancellationToken cancellationToken
    )
    {
        string text = string.Join('\n', facts.Texts.All.Select(t => t.Text).Prepend(facts.AddedText ?? ""));
        using MemoryStream body = new();
        using (Utf8JsonWriter writer = new(body))
        {
            writer.WriteStartObject();
            writer.WriteString("content"u8, text);
            writer.WriteEndObject();
        }

        using ByteArrayContent content = new(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(replica.Endpoint, "tokenize"))
        {
            Content = content,
        };
        if (options.ServingToken is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using HttpResponseMessage answer = await upstream.SendLocalAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using JsonDocument document = await JsonDocument.ParseAsync(stream, default, cancellationToken);
        int tokens = document.RootElement.GetProperty("tokens").GetArrayLength();
        // What chat templates put around messages is not in the texts.
        return tokens + (int)TokenEstimate.TokensPerMessage;
    }
}
