using System.Text;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Deploy.Tests.Images;

/// <summary>What a published program finds: an API server with the kinds, the namespace of the system and one model.</summary>
internal static class PublishedWorld
{
    public static async Task<ApiServerFixture> StartAsync(CancellationToken cancellationToken)
    {
        ApiServerFixture server = await ApiServerFixture.StartAsync(
            Directory.EnumerateFiles(Repository.PathOf("deploy", "crds"), "*.yaml").Select(File.ReadAllText),
            cancellationToken
        );
        await CreateAsync(
            server,
            "api/v1/namespaces",
            """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"llm-system"}}""",
            cancellationToken
        );
        await CreateAsync(
            server,
            "apis/llmoperator.dev/v1alpha1/namespaces/default/llmmodels",
            """
            {"apiVersion":"llmoperator.dev/v1alpha1","kind":"LlmModel","metadata":{"name":"tiny"},
            "spec":{"source":{"huggingFace":{"repo":"some/tiny","file":"tiny.gguf"}}}}
            """,
            cancellationToken
        );
        return server;
    }

    private static async Task CreateAsync(
        ApiServerFixture server,
        string path,
        string json,
        CancellationToken cancellationToken
    )
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await server.Client.PostAsync(path, content, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }
}
