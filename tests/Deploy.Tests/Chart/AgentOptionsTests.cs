using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>What an agent can be told of models, their places and its disk, by values.</summary>
public sealed class AgentOptionsTests
{
    private const string Agent = "llm-operator-agent";
    private const string Operator = "llm-operator";

    [Fact]
    public async Task Agent_ByDefault_IsToldNothingOfIt()
    {
        Rendering chart = await Rendering.OfAsync();

        Assert.Empty(
            Environment(chart, Agent)
                .Keys.Intersect([
                    "LLMOP_SOURCE_PROXY",
                    "LLMOP_MIRROR",
                    "LLMOP_MIRROR_TOKEN_FILE",
                    "LLMOP_STORE_WATERMARKS",
                    "LLMOP_PULL_RATE",
                    "LLMOP_PEER_RATE",
                    "LLMOP_PEER_CONNECTIONS",
                    "LLMOP_OLLAMA_MODELS",
                    "LLMOP_HF_HUB",
                    "LLMOP_REGISTRY",
                    "LLMOP_REGISTRY_TOKEN_FILE",
                ])
        );
        Assert.Equal(["tmp", "store", "tokens"], Names(Pod(chart, Agent)["volumes"]!));
    }

    [Theory]
    [InlineData("agent.store.watermarks=90/80", "LLMOP_STORE_WATERMARKS", "90/80")]
    [InlineData("agent.pulls.rate=100Mi", "LLMOP_PULL_RATE", "100Mi")]
    [InlineData("agent.uploads.rate=50Mi", "LLMOP_PEER_RATE", "50Mi")]
    [InlineData("agent.uploads.connections=8", "LLMOP_PEER_CONNECTIONS", "8")]
    [InlineData("agent.registry.enabled=false", "LLMOP_REGISTRY", "false")]
    [InlineData("sources.mirror.url=http://mirror.site:11401", "LLMOP_MIRROR", "http://mirror.site:11401")]
    [InlineData("sources.proxy.url=http://proxy.site:3128", "LLMOP_SOURCE_PROXY", "http://proxy.site:3128")]
    public async Task Agent_ToldByAValue_HasItInItsEnvironment(string set, string variable, string expected)
    {
        Rendering chart = await Rendering.OfAsync("--set", set);

        Assert.Equal(expected, (string?)Environment(chart, Agent)[variable]["value"]);
        Assert.Equal(variable == "LLMOP_SOURCE_PROXY", Environment(chart, Operator).ContainsKey(variable));
    }

    [Fact]
    public async Task Proxy_WithAPassword_ComesFromASecretInBothParts()
    {
        Rendering chart = await Rendering.OfAsync("--set", "sources.proxy.existingSecret=proxy");

        foreach (string part in (string[])[Agent, Operator])
        {
            JsonNode variable = Environment(chart, part)["LLMOP_SOURCE_PROXY"];
            Assert.Null(variable["value"]);
            Assert.Equal(
                """{"name":"proxy","key":"url"}""",
                variable["valueFrom"]!["secretKeyRef"]!.ToJsonString()
            );
        }
    }

    [Fact]
    public async Task Tokens_OfMirrorAndRegistry_AreFilesOfTheirSecrets()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "sources.mirror.url=https://mirror.site,sources.mirror.existingSecret=theirs,agent.registry.existingSecret=ours"
        );
        JsonObject pod = Pod(chart, Agent);

        foreach (
            (string variable, string volume, string secret) in ((string, string, string)[])
                [
                    ("LLMOP_MIRROR_TOKEN_FILE", "mirror", "theirs"),
                    ("LLMOP_REGISTRY_TOKEN_FILE", "registry", "ours"),
                ]
        )
        {
            JsonNode mount = Named(Container(pod)["volumeMounts"]!, volume);
            Assert.Equal(
                $"{mount["mountPath"]}/token",
                (string?)Environment(chart, Agent)[variable]["value"]
            );
            Assert.True((bool)mount["readOnly"]!);
            JsonNode source = Named(pod["volumes"]!, volume)["secret"]!;
            Assert.Equal(secret, (string?)source["secretName"]);
            Assert.Equal("""[{"key":"token","path":"token"}]""", source["items"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Caches_OfTheNode_AreMountedReadOnlyWhereTheAgentLooks()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "agent.caches.ollama={/usr/share/ollama/.ollama/models,/srv/ollama},agent.caches.huggingFace={/srv/hub}"
        );
        JsonObject pod = Pod(chart, Agent);
        string[] looked =
        [
            .. ((string)Environment(chart, Agent)["LLMOP_OLLAMA_MODELS"]["value"]!).Split(':'),
            .. ((string)Environment(chart, Agent)["LLMOP_HF_HUB"]["value"]!).Split(':'),
        ];

        Assert.Equal(
            ["/usr/share/ollama/.ollama/models", "/srv/ollama", "/srv/hub"],
            looked.Select(path =>
            {
                JsonNode mount = Container(pod)["volumeMounts"]!
                    .AsArray()
                    .Single(m => (string?)m!["mountPath"] == path)!;
                Assert.True((bool)mount["readOnly"]!);
                return (string?)Named(pod["volumes"]!, (string)mount["name"]!)["hostPath"]!["path"];
            })
        );
    }

    [Theory]
    [InlineData("sources.mirror.existingSecret=theirs", "sources.mirror.url")]
    [InlineData("sources.mirror.url=https://me:pw@mirror.site", "mirror")]
    [InlineData("sources.proxy.url=http://me:pw@proxy.site", "proxy")]
    [InlineData("agent.store.watermarks=90", "watermarks")]
    [InlineData("agent.pulls.rate=fast", "rate")]
    [InlineData("agent.caches.ollama={relative}", "ollama")]
    public async Task Value_ThatCannotWork_IsNamed(string set, string named)
    {
        (int code, _, string errors) = await Rendering.TemplateAsync("--set", set);

        Assert.NotEqual(0, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegistryClients_MayReachTheAgentsPort()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "networkPolicy.registryClients[0].ipBlock.cidr=10.9.0.0/16"
        );

        JsonNode policy = chart.Get("NetworkPolicy", Agent);
        JsonNode rule = Assert.Single(
            policy["spec"]!["ingress"]!.AsArray(),
            r => r!["from"]!.AsArray().Any(f => f!["ipBlock"] is not null)
        )!;
        Assert.Equal("10.9.0.0/16", (string?)rule["from"]![0]!["ipBlock"]!["cidr"]);
        Assert.Equal(11500, (long)rule["ports"]![0]!["port"]!);
    }

    private static JsonObject Pod(Rendering chart, string name) =>
        chart.Pods().Single(pod => pod.Name == name).Spec;

    private static JsonNode Container(JsonObject pod) => pod["containers"]![0]!;

    private static Dictionary<string, JsonNode> Environment(Rendering chart, string name) =>
        Container(Pod(chart, name))["env"]!
            .AsArray()
            .ToDictionary(variable => (string)variable!["name"]!, variable => variable!);

    private static IEnumerable<string> Names(JsonNode list) =>
        list.AsArray().Select(item => (string)item!["name"]!);

    private static JsonNode Named(JsonNode list, string name) =>
        list.AsArray().Single(item => (string?)item!["name"] == name)!;
}
