using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Api.Tests.Examples;

/// <summary>Every example is accepted by an API server that knows our kinds, with strict field validation.</summary>
public sealed class ExampleTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "examples");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Examples_AllOfThem_AreAccepted()
    {
        await using ApiServerFixture server = await StartAsync();
        List<string> refused = [];
        foreach (string file in Directory.GetFiles(s_folder, "*.yaml", SearchOption.AllDirectories))
        {
            string text = await File.ReadAllTextAsync(file, Token);
            foreach (JsonObject document in KubernetesYaml.ReadAll(text, file))
            {
                (HttpStatusCode status, string body) = await ApplyAsync(server, document);
                if (status is not (HttpStatusCode.OK or HttpStatusCode.Created))
                {
                    refused.Add($"{Path.GetRelativePath(s_folder, file)}: {body}");
                }
            }
        }

        Assert.Empty(refused);
    }

    [Fact]
    public void Examples_EveryKindThatPeopleWrite_HasABasicOne() =>
        Assert.Equal(
            CrdManifests
                .All.Select(crd => (string)crd["spec"]!["names"]!["plural"]!)
                // Replicas are written by the operator alone, ledgers by the routers.
                .Where(plural => plural is not ("modelreplicas" or "budgetledgers"))
                .Order(),
            Directory
                .GetDirectories(s_folder)
                .Where(d => File.Exists(Path.Combine(d, "basic.yaml")))
                .Select(Path.GetFileName)
                .Order()
        );

    [Theory]
    [InlineData("spec.contxt", """{"contxt":{"preferred":1}}""")]
    [InlineData("spec.context.preferred", """{"context":{"preferred":"many"}}""")]
    [InlineData("spec.context.preferred", """{"context":{"preferred":1}}""")]
    [InlineData("spec.loading.mode", """{"loading":{"mode":"Sometimes"}}""")]
    [InlineData("spec.loading.idleTimeout", """{"loading":{"idleTimeout":"soon"}}""")]
    [InlineData("spec.memory.override", """{"memory":{"override":"much"}}""")]
    public async Task WrongField_OfAModel_IsRefusedWithItsPath(string path, string change)
    {
        await using ApiServerFixture server = await StartAsync();
        JsonObject spec = JsonNode.Parse(change)!.AsObject();
        spec["source"] = new JsonObject { ["ollama"] = new JsonObject { ["name"] = "demo" } };

        using StringContent content = new(Model(spec).ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await server.Client.PostAsync(
            "apis/llmoperator.dev/v1alpha1/namespaces/default/llmmodels?fieldValidation=Strict",
            content,
            Token
        );

        string body = await response.Content.ReadAsStringAsync(Token);
        Assert.True(
            response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest,
            $"{response.StatusCode}: {body}"
        );
        Assert.Contains(path, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_OfAModel_AreFilledInByTheServer()
    {
        await using ApiServerFixture server = await StartAsync();
        JsonObject spec = new()
        {
            ["source"] = new JsonObject { ["ollama"] = new JsonObject { ["name"] = "demo" } },
        };

        (HttpStatusCode status, string body) = await ApplyAsync(server, Model(spec));

        Assert.Equal(HttpStatusCode.Created, status);
        JsonNode stored = JsonNode.Parse(body)!["spec"]!;
        Assert.Equal(4096, (int)stored["context"]!["preferred"]!);
        Assert.Equal(1, (int)stored["placement"]!["replicas"]!);
        Assert.Equal("GpuPreferred", (string?)stored["placement"]!["devices"]);
        Assert.Equal("Preload", (string?)stored["loading"]!["mode"]);
        Assert.Equal("10m", (string?)stored["loading"]!["idleTimeout"]);
        Assert.Equal("LlamaCpp", (string?)stored["engine"]!["kind"]);
    }

    private static JsonObject Model(JsonObject spec) =>
        new()
        {
            ["apiVersion"] = "llmoperator.dev/v1alpha1",
            ["kind"] = "LlmModel",
            ["metadata"] = new JsonObject { ["name"] = "demo", ["namespace"] = "default" },
            ["spec"] = spec,
        };

    private static Task<ApiServerFixture> StartAsync() =>
        ApiServerFixture.StartAsync(CrdManifests.All.Select(crd => KubernetesYaml.Write(crd)), Token);

    private static async Task<(HttpStatusCode Status, string Body)> ApplyAsync(
        ApiServerFixture server,
        JsonObject document
    )
    {
        JsonObject names = CrdManifests
            .All.Select(crd => crd["spec"]!["names"]!.AsObject())
            .Single(n => (string?)n["kind"] == (string?)document["kind"]);
        string? ns = (string?)document["metadata"]!["namespace"];
        string collection = ns is null ? $"{names["plural"]}" : $"namespaces/{ns}/{names["plural"]}";
        using HttpRequestMessage request = new(
            HttpMethod.Patch,
            $"apis/{document["apiVersion"]}/{collection}/{document["metadata"]!["name"]}?fieldManager=test&fieldValidation=Strict"
        )
        {
            Content = new StringContent(document.ToJsonString(), Encoding.UTF8),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
