using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;
using LlmOperator.Testing.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Kubernetes.Tests.Client;

public sealed class KubernetesClientTests : IAsyncLifetime
{
    private const string Answer =
        """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","namespace":"n","resourceVersion":"8"}}""";

    private ScriptedApiServer _server = null!;
    private KubernetesClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ScriptedRequest Last => _server.Requests[^1];

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedApiServer.StartAsync(c => c.Response.WriteAsync(Answer));
        _client = new KubernetesClient(_server.Configuration, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    [Trait("Semantics", "C41")]
    public async Task ApplyAsync_Object_SendsAllButStatusAndWhatTheServerSets()
    {
        Widget widget = new()
        {
            Metadata = new ObjectMeta
            {
                Name = "a",
                Namespace = "n",
                Generation = 3,
                CreationTimestamp = DateTimeOffset.UnixEpoch,
                ManagedFields = [],
            },
            Spec = new WidgetSpec { Color = "😀" },
            Status = new WidgetStatus { Phase = "x" },
        };

        await _client.ApplyAsync(widget, new ApplyOptions { FieldManager = "me", Force = true }, Cancelled);

        Assert.Equal("PATCH", Last.Method);
        Assert.Equal("/apis/example.com/v1/namespaces/n/widgets/a?fieldManager=me&force=true", Last.Target);
        Assert.Equal("application/apply-patch+yaml", Last.Headers["Content-Type"]);
        Assert.Equal(
            """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","namespace":"n"},"spec":{"color":"😀","size":0}}""",
            Last.BodyText
        );
    }

    [Fact]
    [Trait("Semantics", "C43")]
    public async Task ApplyStatusAsync_Object_SendsIdentityAndStatusOnly()
    {
        Widget widget = new()
        {
            Metadata = new ObjectMeta
            {
                Name = "a",
                Namespace = "n",
                Uid = "u",
                ResourceVersion = "5",
                Labels = new Dictionary<string, string> { ["l"] = "v" },
            },
            Status = new WidgetStatus { Phase = "Ready" },
        };

        await _client.ApplyStatusAsync(widget, new ApplyOptions { FieldManager = "me" }, Cancelled);

        Assert.Equal("/apis/example.com/v1/namespaces/n/widgets/a/status?fieldManager=me", Last.Target);
        Assert.Equal(
            """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","namespace":"n","uid":"u"},"status":{"phase":"Ready"}}""",
            Last.BodyText
        );
    }

    [Fact]
    [Trait("Semantics", "C47")]
    public async Task DeleteAsync_Preconditions_AreSentAndNotFoundIsSuccess()
    {
        ObjectKey key = new("n", "a");
        DeleteOptions options = new()
        {
            PreconditionUid = "u",
            PreconditionResourceVersion = "7",
            PropagationPolicy = PropagationPolicy.Foreground,
        };

        Assert.True(await _client.DeleteAsync<Widget>(key, options, Cancelled));
        Assert.Equal(
            """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"7"}}""",
            Last.BodyText
        );

        Fail(404, "NotFound");
        Assert.False(await _client.DeleteAsync<Widget>(key, options, Cancelled));

        Fail(409, "Conflict");
        KubernetesApiException conflict = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            _client.DeleteAsync<Widget>(key, options, Cancelled)
        );
        Assert.True(conflict.IsConflict);
    }

    [Fact]
    public async Task PatchAsync_BothKinds_SendTheirMediaType()
    {
        ObjectKey key = new("n", "a");
        PatchOptions options = new()
        {
            FieldManager = "me",
            Subresource = "status",
            DryRun = true,
        };

        await _client.PatchAsync<Widget>(
            key,
            new Patch.Merge(new JsonObject { ["a"] = 1 }),
            options,
            Cancelled
        );
        Assert.Equal("application/merge-patch+json", Last.Headers["Content-Type"]);
        Assert.EndsWith(
            "/widgets/a/status?fieldManager=me&dryRun=All",
            Last.Target,
            StringComparison.Ordinal
        );
        await _client.PatchAsync<Widget>(key, new Patch.Json([]), options, Cancelled);
        Assert.Equal("application/json-patch+json", Last.Headers["Content-Type"]);
    }

    [Fact]
    [Trait("Semantics", "C11")]
    public async Task ListAsync_Continue_SendsNoResourceVersion()
    {
        _server.Handler = c => c.Response.WriteAsync("""{"metadata":{"resourceVersion":"1"},"items":[]}""");

        await _client.ListAsync<Widget>(
            new ListOptions
            {
                ResourceVersion = "0",
                Limit = 500,
                LabelSelector = "a=b,c!=d",
            },
            Cancelled
        );
        Assert.Equal(
            "/apis/example.com/v1/widgets?labelSelector=a%3Db%2Cc%21%3Dd&limit=500&resourceVersion=0",
            Last.Target
        );
        await _client.ListAsync<Widget>(
            new ListOptions
            {
                ResourceVersion = "0",
                ResourceVersionMatch = "NotOlderThan",
                Limit = 500,
                Continue = "t",
            },
            Cancelled
        );
        Assert.Equal("/apis/example.com/v1/widgets?limit=500&continue=t", Last.Target);
    }

    [Fact]
    [Trait("Semantics", "C13")]
    public async Task WatchAsync_Request_AsksForBookmarksAndATimeout()
    {
        _server.Handler = c => c.Response.WriteAsync($$"""{"type":"ADDED","object":{{Answer}}}""" + "\n");
        List<WatchEvent<Widget>> events = [];

        await foreach (
            WatchEvent<Widget> e in _client.WatchAsync<Widget>(
                new WatchOptions { ResourceVersion = "5", Timeout = TimeSpan.FromSeconds(301.5) },
                Cancelled
            )
        )
        {
            events.Add(e);
        }

        Assert.Equal(
            "/apis/example.com/v1/widgets?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=301",
            Last.Target
        );
        Assert.IsType<WatchEvent<Widget>.Added>(Assert.Single(events));
    }

    [Theory]
    [Trait("Semantics", "C8")]
    [InlineData(404, "NotFound", nameof(KubernetesApiException.IsNotFound))]
    [InlineData(409, "AlreadyExists", nameof(KubernetesApiException.IsAlreadyExists))]
    [InlineData(409, "Conflict", nameof(KubernetesApiException.IsConflict))]
    [InlineData(422, "Invalid", nameof(KubernetesApiException.IsInvalid))]
    [InlineData(403, "Forbidden", nameof(KubernetesApiException.IsForbidden))]
    [InlineData(401, "Unauthorized", nameof(KubernetesApiException.IsUnauthorized))]
    [InlineData(410, "Expired", nameof(KubernetesApiException.IsGone))]
    [InlineData(429, "TooManyRequests", nameof(KubernetesApiException.IsTooManyRequests))]
    [InlineData(504, "Timeout", nameof(KubernetesApiException.IsTimeout))]
    [InlineData(500, "ServerTimeout", nameof(KubernetesApiException.IsTimeout))]
    [InlineData(500, "InternalError", nameof(KubernetesApiException.IsInternalError))]
    public async Task GetAsync_Refused_ThrowsWithTheStatus(int code, string reason, string predicate)
    {
        Fail(code, reason);

        KubernetesApiException error = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            _client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled)
        );

        Assert.Equal("no", error.Message);
        Assert.Equal(reason, error.Status.Reason);
        Assert.Equal("spec.size", Assert.Single(error.Status.Details!.Causes).Field);
        Assert.True((bool)typeof(KubernetesApiException).GetProperty(predicate)!.GetValue(error)!);
    }

    [Fact]
    [Trait("Semantics", "C8")]
    public async Task GetAsync_AnswerOfAProxy_StillHasCodeAndText()
    {
        _server.Handler = c =>
        {
            c.Response.StatusCode = 502;
            return c.Response.WriteAsync("<html>bad gateway</html>");
        };

        KubernetesApiException error = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            _client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled)
        );

        Assert.Equal((502, "<html>bad gateway</html>"), (error.Status.Code, error.Message));
    }

    [Fact]
    [Trait("Semantics", "C8")]
    public async Task GetAsync_TooLargeResourceVersion_IsRecognised()
    {
        _server.Handler = c =>
        {
            c.Response.StatusCode = 504;
            return c.Response.WriteAsync(
                """{"kind":"Status","code":504,"reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"m"}],"retryAfterSeconds":1}}"""
            );
        };

        KubernetesApiException error = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            _client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled)
        );

        Assert.True(error.IsTooLargeResourceVersion);
        Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
    }

    [Fact]
    public async Task GetAsync_NamespacedKindWithoutNamespace_IsRefusedBeforeTheCall()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            _client.GetAsync<Widget>(new ObjectKey(null, "a"), Cancelled)
        );
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task SendAsync_ServerWithPathPrefix_KeepsThePrefix()
    {
        using KubernetesClient client = new(
            _server.Configuration with
            {
                Server = new Uri(_server.Address, "k8s/clusters/c1"),
                UserAgent = "me/1",
            },
            TimeProvider.System
        );
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("/version", UriKind.Relative));

        using HttpResponseMessage response = await client.SendAsync(request, Cancelled);

        Assert.Equal("/k8s/clusters/c1/version", Last.Target);
        Assert.Equal("me/1", Last.Headers["User-Agent"]);
    }

    private void Fail(int code, string reason) =>
        _server.Handler = c =>
        {
            c.Response.StatusCode = code;
            return c.Response.WriteAsync(
                $$$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"{{{reason}}}","details":{"causes":[{"field":"spec.size"}]},"code":{{{code}}}}"""
            );
        };
}
