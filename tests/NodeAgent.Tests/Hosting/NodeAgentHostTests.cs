using System.Net;
using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Hosting;

public sealed class NodeAgentHostTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string ServingToken = "0123456789abcdef";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_WholeAgent_ServesAReplicaAtItsEndpointAndStops()
    {
        await using ApiServerFixture server = await ApiServerFixture.StartAsync(
            Directory
                .EnumerateFiles(Path.Combine(EngineFixture.RepositoryRoot, "deploy", "crds"), "*.yaml")
                .Select(File.ReadAllText),
            Token
        );
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            server.Server.Kubeconfig
        );
        using KubernetesClient client = new(configuration, TimeProvider.System);
        await using NodeAgentHost host = NodeAgentHost.Create(
            Options(),
            configuration,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );
        await host.StartAsync(Token);
        ObjectKey key = new("default", "tiny");
        await client.CreateAsync(
            new ModelReplica
            {
                Metadata = new ObjectMeta
                {
                    Name = key.Name,
                    Namespace = key.Namespace,
                    Labels = new Dictionary<string, string> { [WellKnown.NodeLabel] = AgentFixture.Node },
                },
                Spec = new ModelReplicaSpec
                {
                    ModelName = "tiny",
                    NodeName = AgentFixture.Node,
                    Artifact = AgentFixture.FileArtifact(engine.TinyModelPath),
                },
            },
            new WriteOptions { FieldManager = "test" },
            Token
        );
        ModelReplicaStatus? status = null;
        long start = TimeProvider.System.GetTimestamp();
        while (status?.Conditions.IsTrue(ModelReplicaConditions.Ready) != true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(40));
            await Task.Delay(50, Token);
            status = (await client.GetAsync<ModelReplica>(key, Token)).Status;
        }

        using HttpClient http = new();
        http.DefaultRequestHeaders.Authorization = new("Bearer", ServingToken);
        using HttpResponseMessage answer = await http.GetAsync($"{status.Endpoint}/health", Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        int process = status.Process!.ProcessId!.Value;

        await host.StopAsync(Token);

        Assert.False(Directory.Exists($"/proc/{process}"));
        LlmNode node = await client.GetAsync<LlmNode>(new ObjectKey(null, AgentFixture.Node), Token);
        Assert.Equal(
            LlmNodeConditions.AgentStopping,
            node.Status!.Conditions.Find(LlmNodeConditions.Ready)!.Reason
        );
    }

    [Fact]
    public void Create_ShortToken_SaysWhatToDo()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            NodeAgentHost.Create(
                Options() with
                {
                    ServingToken = "short",
                },
                new KubernetesConfiguration { Server = new Uri("https://127.0.0.1:1") },
                NullLoggerFactory.Instance,
                TimeProvider.System
            )
        );

        Assert.Contains("at least 16 characters", error.Message, StringComparison.Ordinal);
    }

    private NodeAgentOptions Options() =>
        new()
        {
            NodeName = AgentFixture.Node,
            DataDirectory = Directory.CreateTempSubdirectory("na-").FullName,
            ServingToken = ServingToken,
            EngineCommand = engine.Command.FileName,
            DrainTimeout = TimeSpan.FromSeconds(2),
        };
}
