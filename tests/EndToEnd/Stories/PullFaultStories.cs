using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;
using LlmOperator.Testing.Registries;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>Pulls that go wrong, on a real <c>llmop up</c> against a registry with faults.</summary>
public sealed class PullFaultStories
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pull_KilledInTheMiddle_ResumesAndLosesNoObject()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = LargeModel.OfLayers(6);
        registry.Ollama.Add("resumed", content);
        registry.Inject(new RegistryFault.Slow(24 << 20) { Times = int.MaxValue });
        await using RunningUp up = await RunningUp.StartAsync(Token);
        await up.ApplyAsync(LargeModel.Manifest("resumed", registry), Token);
        await WaitForPulledBytesAsync(up, content.Length / 2);
        for (int i = 0; i < 20; i++)
        {
            CommandResult created = await up.KubectlAsync(Token, "create", "configmap", $"acknowledged-{i}");
            Assert.Equal(0, created.ExitCode);
        }

        await up.Process.KillAsync(Token);
        long sentBefore = registry.SentBytes;
        await up.RestartAsync(Token);
        await up.WaitForConditionAsync("llmmodel", "resumed", "Stored", "True", reason: null, Token);

        long sentAfter = registry.SentBytes - sentBefore;
        JsonNode replica = (await up.ListAsync("modelreplicas", Token))[0]!;
        JsonArray kept = await up.ListAsync("configmaps", Token);
        Assert.True(
            sentAfter < content.Length * 3 / 4,
            $"{sentAfter} bytes were sent after the restart, of a file of {content.Length}; {sentBefore} before."
        );
        Assert.Equal(content.Digest.ToString(), (string?)replica["status"]!["digest"]);
        Assert.Equal(
            20,
            kept.Count(c =>
                ((string)c!["metadata"]!["name"]!).StartsWith("acknowledged-", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public async Task Pull_KilledAtRandomMoments_FetchesTheUnitsInFlightAgainAndNoMore()
    {
        const int Kills = 3;
        // Eight connections for 48 units of 4 MiB.
        const long InFlight = 8L * (4 << 20);
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = LargeModel.OfLayers(12);
        registry.Ollama.Add("killed", content);
        registry.Inject(new RegistryFault.Slow(8 << 20) { Times = int.MaxValue });
        await using RunningUp up = await RunningUp.StartAsync(Token);
        await up.ApplyAsync(LargeModel.Manifest("killed", registry), Token);
        Random random = new(20);
        foreach (int part in Enumerable.Range(0, Kills))
        {
            long moment = (long)((part + random.NextDouble()) / (Kills + 1) * content.Length);
            await WaitForPulledBytesAsync(up, moment);
            await up.Process.KillAsync(Token);
            await registry.QuietAsync();
            await up.RestartAsync(Token);
        }

        registry.ClearFaults();
        await up.WaitForConditionAsync("llmmodel", "killed", "Stored", "True", reason: null, Token);

        JsonNode replica = (await up.ListAsync("modelreplicas", Token))[0]!;
        Assert.Equal(content.Digest.ToString(), (string?)replica["status"]!["digest"]);
        // Beside the pull the header is read for each plan.
        Assert.InRange(registry.SentBytes, content.Length, content.Length + Kills * InFlight + (8 << 20));
    }

    [Fact]
    public async Task Pull_FlippedByte_IsRefusedByDigestAndPulledAgain()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromFile(DemoModelFile.Path);
        registry.Ollama.Add("flipped", content);
        registry.Inject(new RegistryFault.FlipByte(content.Length - 100));
        await using RunningUp up = await RunningUp.StartAsync(Token);

        await up.ApplyAsync(LargeModel.Manifest("flipped", registry), Token);
        await up.WaitForConditionAsync("llmmodel", "flipped", "Stored", "True", reason: null, Token);

        JsonNode replica = (await up.ListAsync("modelreplicas", Token))[0]!;
        CommandResult events = await up.KubectlAsync(Token, "get", "events");
        Assert.Equal(content.Digest.ToString(), (string?)replica["status"]!["digest"]);
        Assert.Contains("DigestMismatch", events.Output, StringComparison.Ordinal);
        Assert.True(registry.SentBytes >= 2 * content.Length, $"{registry.SentBytes} bytes were sent.");
    }

    [Fact]
    public async Task Pull_DiskTooSmall_IsRefusedBeforeTheDownloadWithTheMissingBytes()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        Uri url = registry.AddFile("huge.gguf", LargeModel.OfPebibyte());
        await using RunningUp up = await RunningUp.StartAsync(Token);

        await up.ApplyAsync(
            $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata: { name: huge }
            spec:
              source: { http: { url: "{{url}}" } }
              memory: { override: 16Mi }
            """,
            Token
        );
        JsonNode condition = await up.WaitForConditionAsync(
            "llmmodel",
            "huge",
            "Placed",
            "False",
            "InsufficientDisk",
            Token
        );

        Assert.Matches(@"1023\.\dTi is missing", (string)condition["message"]!);
        JsonNode refusal = Assert.Single(
            (await up.GetAsync("llmmodel", "huge", Token))!["status"]!["refusals"]!.AsArray()
        )!;
        Assert.True((long)refusal["missingBytes"]! > 1L << 49, refusal.ToJsonString());
        Assert.True(registry.SentBytes < 4 << 20, $"{registry.SentBytes} bytes were sent.");
    }

    private static async Task WaitForPulledBytesAsync(RunningUp up, long bytes)
    {
        while (true)
        {
            JsonArray replicas = await up.ListAsync("modelreplicas", Token);
            if (replicas.Count == 1 && (long?)replicas[0]!["status"]?["pull"]?["completedBytes"] >= bytes)
            {
                return;
            }

            await Task.Delay(100, Token);
        }
    }
}
