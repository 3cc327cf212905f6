using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Conformance.Targets;

/// <summary>Makes a server ready for the tests, and asks it what it offers.</summary>
internal sealed class TargetSetUp(IKubernetesClient client, CancellationToken cancellation)
{
    private const string Crds = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// <summary>Installs the CRDs of the tests and of the product, and waits until they are served.</summary>
    public async Task InstallAsync()
    {
        foreach (var name in new[] { "widgets", "gadgets" })
        {
            var path = Path.Combine(AppContext.BaseDirectory, "Data", $"{name}.yaml");
            var crd = KubernetesYaml.ReadAll(await File.ReadAllTextAsync(path, cancellation), path)[0];
            await CreateAsync(Crds, crd.ToJsonString());
            // A server that lives on may have it from an earlier version of the tests.
            var spec = new JsonObject { ["spec"] = crd["spec"]!.DeepClone() };
            await SendAsync(
                HttpMethod.Patch,
                $"{Crds}/{name}.{Workspace.Group}",
                spec.ToJsonString(),
                "application/merge-patch+json"
            );
        }
        foreach (var crd in CrdManifests.All)
        {
            await CreateAsync(Crds, crd.ToJsonString());
        }
        foreach (
            var crd in CrdManifests
                .All.Select(PathOf)
                .Append(Workspace.AllGadgets)
                .Append(Workspace.AllWidgets)
        )
        {
            await UntilServedAsync(crd);
        }
    }

    public async Task<IReadOnlySet<Need>> DiscoverAsync(bool garbageCollector)
    {
        var offers = new HashSet<Need>();
        void Add(Need need, bool offered) => _ = offered && offers.Add(need);
        var version = JsonNode.Parse(await ReadAsync("version"))!;
        var minor = int.Parse(((string)version["minor"]!).TrimEnd('+'));
        Add(Need.CoreKinds, await IsServedAsync("api/v1/configmaps?limit=1"));
        Add(Need.Leases, await IsServedAsync("apis/coordination.k8s.io/v1/leases?limit=1"));
        Add(Need.Events, await IsServedAsync("apis/events.k8s.io/v1/events?limit=1"));
        Add(Need.GarbageCollector, garbageCollector);
        var ofTheFirstVersion = ContinueTokens.OfFirstVersion("default/a");
        Add(
            Need.ForgottenVersions,
            !await IsServedAsync($"{Workspace.AllWidgets}?limit=1&continue={ofTheFirstVersion}")
        );
        Add(Need.FieldValidation, minor >= 27);
        Add(Need.StreamingLists, minor >= 32);
        Add(Need.RecentVersion, minor >= 32);
        var widgets = JsonNode.Parse(await ReadAsync($"{Crds}/widgets.{Workspace.Group}"))!;
        Add(Need.SelectableFields, widgets["spec"]!["versions"]![0]!["selectableFields"] is not null);
        return offers;
    }

    /// <summary>The present version of the server.</summary>
    public async Task<string> VersionAsync() =>
        (string)JsonNode.Parse(await ReadAsync(Workspace.AllWidgets))!["metadata"]!["resourceVersion"]!;

    public async Task<bool> IsServedAsync(string path)
    {
        using var response = await client.SendAsync(new(HttpMethod.Get, path), cancellation);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Creates an object; one that is there already stays.</summary>
    public Task CreateAsync(string path, string body) =>
        SendAsync(HttpMethod.Post, path, body, "application/json");

    private async Task SendAsync(HttpMethod method, string path, string body, string contentType)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(body, Encoding.UTF8, contentType),
        };
        using var response = await client.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Conflict)
        {
            var why = await response.Content.ReadAsStringAsync(cancellation);
            throw new InvalidOperationException($"{path}: refused: {why}");
        }
    }

    private static string PathOf(JsonObject crd) =>
        $"apis/{crd["spec"]!["group"]}/{crd["spec"]!["versions"]![0]!["name"]}/{crd["spec"]!["names"]!["plural"]}";

    private async Task<string> ReadAsync(string path)
    {
        using var response = await client.SendAsync(new(HttpMethod.Get, path), cancellation);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation);
    }

    // A new CRD is served a moment after it is established.
    private async Task UntilServedAsync(string path)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await IsServedAsync(path))
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
