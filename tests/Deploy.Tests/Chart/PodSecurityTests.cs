using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>Pods are restricted as the Pod Security Standards say; the agent's two deviations are these and no others.</summary>
public sealed class PodSecurityTests
{
    private static readonly string[] s_restrictedVolumes =
    [
        "configMap",
        "downwardAPI",
        "emptyDir",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];

    [Fact]
    public async Task Pods_ByDefault_DeviateInTheAgentsStoreOnly()
    {
        Rendering chart = await Rendering.OfAsync();

        Assert.Equal(4, chart.Pods().Count());
        Assert.Equal(
            [
                "llm-operator-agent: container store-owner adds CHOWN",
                "llm-operator-agent: container store-owner runs as root",
                "llm-operator-agent: volume store is a hostPath",
            ],
            chart.Pods().SelectMany(p => Deviations(p.Name, p.Spec)).Order()
        );
    }

    [Fact]
    public async Task Pods_WithAnEmptyDirAsStore_AreAllRestricted()
    {
        Rendering chart = await Rendering.OfAsync("--set", "agent.store.type=emptyDir");

        Assert.Empty(chart.Pods().SelectMany(p => Deviations(p.Name, p.Spec)));
    }

    [Fact]
    public async Task Containers_All_HaveAReadOnlyRootAndBoundedScratch()
    {
        Rendering chart = await Rendering.OfAsync();
        foreach ((string name, JsonObject pod) in chart.Pods())
        {
            Assert.All(
                Containers(pod),
                c => Assert.True((bool)c["securityContext"]!["readOnlyRootFilesystem"]!, name)
            );
            Assert.All(
                pod["volumes"]!.AsArray().Where(v => v!["emptyDir"] is not null),
                v => Assert.NotNull(v!["emptyDir"]!["sizeLimit"])
            );
            Assert.All(Containers(pod), c => Assert.NotNull(c["resources"]?["requests"]?["memory"]));
        }
    }

    [Fact]
    public async Task ServiceAccountTokens_AreMountedWhereTheApiServerIsAsked()
    {
        Rendering chart = await Rendering.OfAsync();

        Assert.All(
            chart.OfKind("ServiceAccount"),
            a => Assert.False((bool)a["automountServiceAccountToken"]!)
        );
        Assert.Equal(
            ["llm-operator", "llm-operator-agent", "llm-operator-router"],
            chart.Pods().Where(p => (bool)p.Spec["automountServiceAccountToken"]!).Select(p => p.Name).Order()
        );
    }

    private static IEnumerable<string> Deviations(string name, JsonObject pod)
    {
        foreach (string field in (string[])["hostNetwork", "hostPID", "hostIPC"])
        {
            if (pod[field] is not null)
            {
                yield return $"{name}: {field}";
            }
        }

        foreach (JsonNode? volume in pod["volumes"]!.AsArray())
        {
            string type = volume!.AsObject().Select(f => f.Key).Single(k => k != "name");
            if (!s_restrictedVolumes.Contains(type))
            {
                yield return $"{name}: volume {volume["name"]} is a {type}";
            }
        }

        JsonNode? whole = pod["securityContext"];
        foreach (JsonObject container in Containers(pod))
        {
            string which = $"{name}: container {container["name"]}";
            JsonNode? own = container["securityContext"];
            bool nonRoot = (bool?)(own?["runAsNonRoot"] ?? whole?["runAsNonRoot"]) == true;
            if (!nonRoot || (long?)(own?["runAsUser"] ?? whole?["runAsUser"]) == 0)
            {
                yield return $"{which} runs as root";
            }

            if ((string?)(own?["seccompProfile"] ?? whole?["seccompProfile"])?["type"] != "RuntimeDefault")
            {
                yield return $"{which} has no seccomp profile";
            }

            if ((bool?)own?["allowPrivilegeEscalation"] != false || own?["privileged"] is not null)
            {
                yield return $"{which} may gain privileges";
            }

            if (own?["capabilities"]?["drop"]?.ToJsonString() != """["ALL"]""")
            {
                yield return $"{which} keeps capabilities";
            }

            foreach (JsonNode? added in own?["capabilities"]?["add"]?.AsArray() ?? [])
            {
                yield return $"{which} adds {added}";
            }

            if ((container["ports"] as JsonArray)?.Any(p => p!["hostPort"] is not null) == true)
            {
                yield return $"{which} has a port of the host";
            }
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        ((pod["initContainers"] as JsonArray) ?? [])
            .Concat(pod["containers"]!.AsArray())
            .Select(c => c!.AsObject());
}
