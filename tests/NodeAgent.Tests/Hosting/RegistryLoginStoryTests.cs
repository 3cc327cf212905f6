using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.NodeAgent.Tests.Hosting;

/// <summary>
/// A registry whose log-in wants user and password: they go from the Secret to the log-in and nowhere else, the token that
/// it gives goes to the registry, and the host of the content gets nothing.
/// </summary>
public sealed class RegistryLoginStoryTests : IAsyncLifetime
{
    private const string Name = "tiny-node-a";
    private const string SecretName = "registry";
    private const string User = "robot";
    private const string Password = "hunter22";
    private const string BearerToken = "short-lived";
    private readonly RegistryContent _content = RegistryContent.FromBytes(ModelShapes.TinyLlama());
    private RegistryStandIn _registry = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Login => "Basic " + Base64($"{User}:{Password}");

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryStandIn.StartAsync(Token);
        _registry.Oci.Add("team/tiny", "v1", _content);
        _registry.RequiredToken = BearerToken;
        _registry.RequiredLogin = Login;
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replica_SecretWithUserAndPassword_IsStored(bool isDockerConfig)
    {
        await using AgentFixture agent = await StartAsync(
            isDockerConfig
                ? new()
                {
                    [".dockerconfigjson"] = Utf8(
                        $$$$"""{"auths":{"{{{{_registry.Address.Authority}}}}":{"auth":"{{{{Base64($"{User}:{Password}")}}}}"}}}"""
                    ),
                }
                : new() { ["username"] = Utf8(User), ["password"] = Utf8(Password) }
        );

        ModelReplica stored = await agent.WaitAsync(
            Name,
            replica => replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Stored) == true,
            Token
        );

        Assert.Equal(_content.Digest.ToString(), stored.Status!.Digest);
        RecordedRequest[] requests = [.. _registry.Requests];
        Assert.All(requests.Where(r => r.Path == "/token"), r => Assert.Equal(Login, r.Authorization));
        Assert.Contains(requests, r => r.Path == "/token");
        Assert.All(
            requests.Where(r => r.Path.StartsWith("/content/", StringComparison.Ordinal)),
            r => Assert.Null(r.Authorization)
        );
        Assert.Contains(requests, r => r.Authorization == $"Bearer {BearerToken}");
        Assert.Equal([AgentFixture.Namespace], agent.Store.Access.NamespacesOf(_content.Digest)!);
    }

    [Fact]
    public async Task Replica_WrongPassword_IsToldWithoutIt()
    {
        await using AgentFixture agent = await StartAsync(
            new() { ["username"] = Utf8(User), ["password"] = Utf8("not-it-9876") }
        );

        ModelReplica failed = await agent.WaitAsync(
            Name,
            replica =>
                replica.Status?.Conditions.Find(ModelReplicaConditions.Stored)?.Reason
                == ModelReplicaConditions.PullFailed,
            Token
        );

        string status = System.Text.Json.JsonSerializer.Serialize(failed.Status);
        Assert.DoesNotContain("not-it-9876", status, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64($"{User}:not-it-9876"), status, StringComparison.Ordinal);
        Assert.Empty(agent.Store.Blobs);
        Assert.DoesNotContain(_registry.Requests, r => r.Path.StartsWith("/content/"));
    }

    private async Task<AgentFixture> StartAsync(Dictionary<string, byte[]> secret)
    {
        AgentFixture agent = await AgentFixture.StartAsync(
            "/nonexistent/llama-server",
            Token,
            _registry.Settings
        );
        await agent.Client.CreateAsync(
            new Secret
            {
                Metadata = new ObjectMeta { Name = SecretName, Namespace = AgentFixture.Namespace },
                Data = secret,
            },
            new WriteOptions { FieldManager = "test" },
            Token
        );
        await agent.CreateReplicaAsync(
            Name,
            new ModelArtifact
            {
                Variant = "default",
                Source = new ModelSource
                {
                    Oci = new OciModelSource
                    {
                        Reference = $"{_registry.Address.Authority}/team/tiny:v1",
                        PullSecretRef = new PullSecretReference { Name = SecretName },
                    },
                },
                Digest = _content.Digest.ToString(),
                SizeBytes = _content.Length,
                Files =
                [
                    new ArtifactFile
                    {
                        Role = ArtifactFileRole.Weights,
                        Digest = _content.Digest.ToString(),
                        SizeBytes = _content.Length,
                    },
                ],
            },
            Token,
            new ModelLoading { Mode = LoadingMode.StoreOnly }
        );
        return agent;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Base64(string text) => Convert.ToBase64String(Utf8(text));
}
