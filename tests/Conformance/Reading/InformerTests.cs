using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Conformance.Reading;

/// <summary>Our informer against each server: how it gets its first state, and how it goes on.</summary>
public class InformerTests(TargetServers servers) : ConformanceTest(servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, Case("C21 C24 C29")]
    public async Task Informer_StreamingList_ShowsTheStateAndItsChangesOnAnyServer(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b", "c");
        CountingClient client = new(api.Client);
        await using var informer = new RunningInformer(client, new() { Namespace = api.Namespace });
        await informer.ShowsAsync("a", "b", "c");

        await api.CreateManyAsync("d");
        (await api.DeleteAsync($"{api.Widgets}/a")).Ok();
        await informer.ShowsAsync("b", "c", "d");

        // Where the server streams lists nothing else was asked for; elsewhere pages were the way out.
        Assert.Equal(api.Has(Need.StreamingLists) ? 0 : 1, client.Lists.Count);
    }

    [Theory, Case("C11")]
    public async Task Informer_ContinueTokenExpiresOnTheSecondPage_TakesOneFullListAndGoesOn(
        TargetKind target
    )
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b", "c", "d", "e");
        CountingClient client = new(api.Client) { Age = ContinueTokens.Aged };
        await using var informer = new RunningInformer(
            client,
            new()
            {
                Namespace = api.Namespace,
                PageSize = 2,
                UseStreamingList = false,
            }
        );

        await informer.ShowsAsync("a", "b", "c", "d", "e");
        await api.CreateManyAsync("f");
        await informer.ShowsAsync("a", "b", "c", "d", "e", "f");

        // A server that answers lists at version 0 from its cache sends no pages.
        if (client.Lists.Count > 1)
        {
            Assert.Equal([null, client.Lists[1].Continue, null], client.Lists.Select(l => l.Continue));
            Assert.Equal([2, 2, null], client.Lists.Select(l => l.Limit));
        }
    }

    [Theory, Case("C8 C11")]
    public async Task List_ContinueTokenOfAVersionThatIsGone_Is410Expired(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.ForgottenVersions);
        await api.CreateManyAsync("a", "b", "c");
        var first = (await api.GetAsync($"{api.Widgets}?limit=1")).Ok();
        var token = ContinueTokens.Aged((string)first.Json["metadata"]!["continue"]!);

        var answer = await api.GetAsync($"{api.Widgets}?limit=1&continue={Uri.EscapeDataString(token)}");

        Refused(answer, 410, "Expired");
    }

    private sealed class CountingClient(IKubernetesClient inner) : DelegatingKubernetesClient(inner)
    {
        public List<ListOptions> Lists { get; } = [];

        /// <summary>What time does to a continue token.</summary>
        public Func<string, string> Age { get; init; } = token => token;

        public override Task<KubernetesList<T>> ListAsync<T>(
            ListOptions options,
            CancellationToken cancellationToken
        )
        {
            Lists.Add(options);
            return base.ListAsync<T>(
                options.Continue is { } token ? options with { Continue = Age(token) } : options,
                cancellationToken
            );
        }
    }

    private sealed class RunningInformer : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SharedInformer<ConformanceWidget> _informer;
        private readonly Task _run;

        public RunningInformer(IKubernetesClient client, InformerOptions options)
        {
            _informer = new(client, options, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
            _run = _informer.RunAsync(_stop.Token);
        }

        public async Task ShowsAsync(params string[] names)
        {
            await _informer.WaitForSyncAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(40), Cancelled);
            await Eventually.IsTrueAsync(
                () =>
                    _informer
                        .Lister.List()
                        .Select(w => w.Key.Name)
                        .Order(StringComparer.Ordinal)
                        .SequenceEqual(names),
                $"the informer shows {string.Join(", ", names)}"
            );
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            _stop.Dispose();
        }
    }

    [KubernetesResource(Workspace.Group, "v1", "Widget", "widgets")]
    private sealed record ConformanceWidget : KubernetesObject;
}
