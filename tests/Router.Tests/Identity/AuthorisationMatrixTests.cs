using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Tests.Identity;

/// <summary>Every route of the router's own table by every kind of caller, and every field by which a caller might widen what is open.</summary>
public sealed class AuthorisationMatrixTests
{
    private const string Team = "key-of-the-team-0123456789";
    private const string Expired = "key-that-is-over-0123456789";
    private const string Foreign = "key-of-another-namespace-012345";
    private const string FileKey = "key-of-the-file-0123456789";
    private const string Metrics = "token-of-metrics-0123456789";

    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    // By the callers of s_callers: none, wrong, expired, metrics token, team, key of another namespace, key of the file.
    private static readonly int[] s_public = [200, 200, 200, 200, 200, 200, 200];
    private static readonly int[] s_listed = [401, 401, 401, 401, 200, 200, 200];
    private static readonly int[] s_named = [401, 401, 401, 401, 200, 404, 200];
    private static readonly int[] s_ofTheRouter = [401, 401, 401, 401, 403, 403, 200];
    private static readonly string?[] s_callers =
    [
        null,
        "wrong-key-0123456789",
        Expired,
        Metrics,
        Team,
        Foreign,
        FileKey,
    ];

    /// <summary>What is asked at each route, and what each caller gets. A route without a row fails the test.</summary>
    private static readonly Dictionary<string, (string Url, string? Body, int[] Expected)> s_rows = new(
        StringComparer.Ordinal
    )
    {
        ["GET /healthz"] = ("/healthz", null, s_public),
        ["GET /readyz"] = ("/readyz", null, s_public),
        ["GET /metrics"] = ("/metrics", null, [401, 401, 401, 200, 403, 403, 200]),
        ["GET /"] = ("/", null, s_listed),
        ["HEAD /"] = ("/", null, s_listed),
        ["GET /api/version"] = ("/api/version", null, s_listed),
        ["GET /api/tags"] = ("/api/tags", null, s_listed),
        ["GET /api/ps"] = ("/api/ps", null, s_listed),
        ["GET /v1/models"] = ("/v1/models", null, s_listed),
        ["GET /v1/models/{**id}"] = ("/v1/models/a", null, s_named),
        ["GET /router/statistics"] = ("/router/statistics", null, s_ofTheRouter),
        ["GET /router/decisions/{id}"] = ("/router/decisions/x", null, [401, 401, 401, 401, 403, 403, 404]),
        ["POST /api/show"] = ("/api/show", "{\"model\":\"a\"}", s_named),
        ["POST /v1/chat/completions"] = ("/v1/chat/completions", Body(Messages), s_named),
        ["POST /v1/completions"] = ("/v1/completions", Body("\"prompt\":\"x\""), s_named),
        ["POST /v1/embeddings"] = ("/v1/embeddings", Body("\"input\":\"x\""), s_named),
        ["POST /v1/responses"] = ("/v1/responses", Body("\"input\":\"x\""), s_named),
        ["POST /v1/messages"] = ("/v1/messages", Body("\"max_tokens\":9," + Messages), s_named),
        ["POST /v1/messages/count_tokens"] = ("/v1/messages/count_tokens", Body(Messages), s_named),
        ["POST /api/chat"] = ("/api/chat", Body("\"stream\":false," + Messages), s_named),
        ["POST /api/generate"] = ("/api/generate", Body("\"stream\":false,\"prompt\":\"x\""), s_named),
        ["POST /api/embed"] = ("/api/embed", Body("\"input\":\"x\""), s_named),
        ["POST /api/embeddings"] = ("/api/embeddings", Body("\"prompt\":\"x\""), s_named),
        ["POST /mcp/"] = ("/mcp", Call, s_listed),
        ["* {*path:nonfile}"] = ("/nothing", null, [401, 401, 401, 401, 404, 404, 404]),
    };

    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRoute_ByEveryCaller_OpensWhatItMayAndNothingElse()
    {
        await using ScriptedUpstream upstream = Upstream();
        await using RunningRouter router = await StartAsync(upstream);
        string[] routes = [.. router.Routes.SelectMany(KeysOf).Distinct(StringComparer.Ordinal)];

        Assert.Equal(s_rows.Keys.Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
        foreach ((string route, (string url, string? body, int[] expected)) in s_rows)
        {
            for (int caller = 0; caller < s_callers.Length; caller++)
            {
                string method = route.Split(' ')[0].Replace("*", "GET", StringComparison.Ordinal);
                int status = await AskAsync(router, method, url, body, s_callers[caller]);
                Assert.True(expected[caller] == status, $"{route} by caller {caller}: {status}");
            }
        }
    }

    [Fact]
    public async Task EveryRouteThatTakesAModel_OneThatTheKeyDoesNotOpen_IsRefused()
    {
        await using ScriptedUpstream upstream = Upstream();
        await using RunningRouter router = await StartAsync(upstream);
        foreach (
            (string route, (string url, string? body, _)) in s_rows.Where(r =>
                r.Value.Body?.Contains("\"model\":\"a\"", StringComparison.Ordinal) == true
            )
        )
        {
            foreach (string name in (string[])["b", "other/c", "default/b", "A", "a "])
            {
                string other = body!.Replace(
                    "\"model\":\"a\"",
                    $"\"model\":\"{name}\"",
                    StringComparison.Ordinal
                );
                int status = await AskAsync(router, "POST", url, other, Team);
                Assert.True(status == 403, $"{route} with model {name}: {status}");
            }
        }

        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task EveryRouteThatTakesAModel_FieldsAndHeadersOfAuthority_WidenNothing()
    {
        using TcpListener canary = new(IPAddress.Loopback, 0);
        canary.Start();
        string elsewhere = $"http://{canary.LocalEndpoint}/v1";
        await using ScriptedUpstream upstream = Upstream();
        await using RunningRouter router = await StartAsync(upstream);
        string[] fields =
        [
            $"\"api_base\":\"{elsewhere}\"",
            $"\"base_url\":\"{elsewhere}\"",
            $"\"endpoint\":\"{elsewhere}\"",
            "\"api_key\":\"sk-of-the-client\"",
            "\"provider\":\"cloud\"",
            "\"user_role\":\"proxy_admin\"",
            "\"allowed_routes\":[\"*\"]",
            "\"priority\":\"High\"",
            "\"namespace\":\"other\"",
        ];
        foreach (
            (string route, (string url, string? body, _)) in s_rows.Where(r =>
                r.Value.Body?.Contains("\"model\":\"a\"", StringComparison.Ordinal) == true
            )
        )
        {
            foreach (string field in fields)
            {
                string with = body![..^1] + "," + field + "}";
                int status = await AskAsync(router, "POST", url, with, Team, elsewhere);
                Assert.True(status is 200 or 400, $"{route} with {field}: {status}");
                // The same field opens nothing to who has no key.
                Assert.Equal(401, await AskAsync(router, "POST", url, with, key: null, elsewhere));
            }
        }

        Assert.False(canary.Pending());
        Assert.All(
            upstream.Requests,
            r =>
            {
                string head = r[..r.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
                Assert.DoesNotContain(Team, r, StringComparison.Ordinal);
                Assert.DoesNotContain("x-forwarded", head, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("x-remote", head, StringComparison.OrdinalIgnoreCase);
            }
        );
    }

    private static string Body(string rest) => "{\"model\":\"a\"," + rest + "}";

    private static ScriptedUpstream Upstream() =>
        new(
            async (request, stream, _, ct) =>
            {
                string text = request.Contains("embeddings ", StringComparison.Ordinal)
                    ? """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":1}}"""
                    : Script.WholeText;
                await stream.WriteAsync(
                    Encoding.UTF8.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"
                    ),
                    ct
                );
            }
        );

    private static Task<RunningRouter> StartAsync(ScriptedUpstream upstream) =>
        RunningRouter.StartAsync(
            new World()
                .Model("a", upstream.Address)
                .Model("b", upstream.Address)
                .Key("team", Team, new RouterKeySpec { AllowedNames = ["a"] })
                .Key("expired", Expired, new RouterKeySpec { Expires = DateTimeOffset.UnixEpoch })
                .Key("foreign", Foreign, ns: "other"),
            new RouterOptions { ApiKeys = [FileKey], MetricsToken = new MetricsToken(Metrics) }
        );

    private static IEnumerable<string> KeysOf(RouteEndpoint route)
    {
        IReadOnlyList<string> methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
            is { Count: > 0 } some
            ? some
            : ["*"];
        return methods.Select(m => $"{m} {route.RoutePattern.RawText}");
    }

    private static async Task<int> AskAsync(
        RunningRouter router,
        string method,
        string url,
        string? body,
        string? key,
        string? elsewhere = null
    )
    {
        using HttpRequestMessage request = new(new HttpMethod(method), url);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (url == "/mcp")
        {
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        }

        if (elsewhere is not null)
        {
            request.Headers.Add("x-forwarded-host", elsewhere);
            request.Headers.Add("x-remote-user", "admin");
            request.Headers.Add("x-llm-priority", "High");
            request.Headers.Add("x-llm-provider", elsewhere);
        }

        using HttpResponseMessage response = await router.Http.SendAsync(request, Token);
        return (int)response.StatusCode;
    }
}
