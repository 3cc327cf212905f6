using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>Who may reach whom.</summary>
public sealed class NetworkPolicyTests
{
    [Fact]
    public async Task Policies_ByDefault_LetThroughWhatIsNeeded()
    {
        Rendering chart = await Rendering.OfAsync();

        Assert.Equal(
            [
                "agent -> * 443",
                "agent -> * 53",
                "agent -> * 6443",
                "agent -> agent 11500",
                "agent <- agent 11500",
                "agent <- router 11500",
                "operator -> * 443",
                "operator -> * 53",
                "operator -> * 6443",
                "router -> * 443",
                "router -> * 53",
                "router -> * 6443",
                "router -> agent 11500",
                "router <- * 11400",
                "test -> * 53",
                "test -> router 11400",
            ],
            Edges(chart).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Policies_WithClientsAndMonitoring_LetThroughThoseOnly()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "networkPolicy.clients[0].podSelector.matchLabels.app\\.kubernetes\\.io/component=web",
            "--set",
            "networkPolicy.monitoring[0].podSelector.matchLabels.app\\.kubernetes\\.io/component=prometheus"
        );

        Assert.Equal(
            [
                "agent <- agent 11500",
                "agent <- prometheus 11500",
                "agent <- router 11500",
                "operator <- prometheus 9090",
                "router <- prometheus 11400",
                "router <- test 11400",
                "router <- web 11400",
            ],
            Edges(chart).Where(e => e.Contains("<-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Policies_WithACollector_LetTheRouterReachIt()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "router.telemetry.otlpEndpoint=http://collector:4318",
            "--set",
            "networkPolicy.collectors[0].podSelector.matchLabels.app\\.kubernetes\\.io/component=collector"
        );

        Assert.Equal(
            ["router -> collector 4317", "router -> collector 4318"],
            Edges(chart)
                .Where(e => e.Contains("collector", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Policies_ProvidersNone_LeaveTheRouterNoWayOutOfTheCluster()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "networkPolicy.providers=None",
            "--set",
            "networkPolicy.apiServerCIDRs[0]=10.0.0.1/32"
        );

        Assert.Equal(
            ["10.0.0.1/32", "169.254.20.10/32", "agent pods", "every namespace"],
            RouterPeers(chart).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Policies_ProvidersListed_LetTheRouterReachThose()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "networkPolicy.providers=Listed",
            "--set",
            "networkPolicy.providerCIDRs[0]=203.0.113.0/24",
            "--set",
            "networkPolicy.apiServerCIDRs[0]=10.0.0.1/32"
        );

        Assert.Equal(
            ["10.0.0.1/32", "169.254.20.10/32", "203.0.113.0/24", "agent pods", "every namespace"],
            RouterPeers(chart).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("None", "apiServerCIDRs")]
    [InlineData("Listed", "apiServerCIDRs")]
    public async Task Policies_FenceWithAHole_IsRefused(string providers, string missing)
    {
        (int code, _, string errors) = await Rendering.TemplateAsync(
            "--set",
            $"networkPolicy.providers={providers}"
        );

        Assert.NotEqual(0, code);
        Assert.Contains($"networkPolicy.{missing}", errors, StringComparison.Ordinal);
    }

    // A rule without peers is open to everywhere: it is named so that no test overlooks it.
    private static IEnumerable<string> RouterPeers(Rendering chart) =>
        from policy in chart.OfKind("NetworkPolicy")
        where Component(policy["spec"]!["podSelector"]) == "router"
        from rule in policy["spec"]!["egress"]!.AsArray()
        from peer in rule!["to"] is JsonArray peers ? peers.Select(PeerName) : ["EVERYWHERE"]
        select peer;

    private static string PeerName(JsonNode? peer) =>
        (string?)peer!["ipBlock"]?["cidr"]
        ?? (
            peer["namespaceSelector"] is not null
                ? "every namespace"
                : $"{Component(peer["podSelector"])} pods"
        );

    [Fact]
    public async Task Policies_AreForEveryPodInBothDirections()
    {
        Rendering chart = await Rendering.OfAsync();

        Assert.All(
            chart.OfKind("NetworkPolicy"),
            p => Assert.Equal("""["Ingress","Egress"]""", p["spec"]!["policyTypes"]!.ToJsonString())
        );
        Assert.Equal(
            ["agent", "operator", "router", "test"],
            chart.OfKind("NetworkPolicy").Select(p => Component(p["spec"]!["podSelector"])).Order()
        );
    }

    private static IEnumerable<string> Edges(Rendering chart) =>
        from policy in chart.OfKind("NetworkPolicy")
        from direction in (string[])["ingress", "egress"]
        from rule in (policy["spec"]![direction] as JsonArray) ?? []
        from peer in (rule!["from"] ?? rule["to"])?.AsArray().Select(p => Component(p!["podSelector"]))
            ?? ["*"]
        from port in rule["ports"]!.AsArray()
        let arrow = direction == "ingress" ? "<-" : "->"
        select $"{Component(policy["spec"]!["podSelector"])} {arrow} {peer} {port!["port"]}";

    private static string Component(JsonNode? selector) =>
        (string)selector!["matchLabels"]!["app.kubernetes.io/component"]!;
}
