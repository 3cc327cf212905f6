using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Storage;

public sealed class CrashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("llmop-crash-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_WhileWriting_LosesNoAcknowledgedWrite()
    {
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            using var process = await ServerProcess.StartAsync(_directory, Cancellation);
            using var client = process.CreateClient();
            Assert.Superset(acknowledged, await NamesAsync(client));
            var writers = Enumerable
                .Range(0, 8)
                .Select(w => WriteAsync(client, $"r{round}-w{w}", acknowledged))
                .ToList();
            while (Count(acknowledged) < (round + 1) * 60)
            {
                await Task.Delay(5, Cancellation);
            }
            await process.KillAsync(Cancellation);
            await Task.WhenAll(writers);
        }
        using var last = await ServerProcess.StartAsync(_directory, Cancellation);
        using var reader = last.CreateClient();
        Assert.Superset(acknowledged, await NamesAsync(reader));
    }

    [Fact]
    public async Task Kill_ThenStart_GoesOnWithHigherResourceVersionsAndTheSameUids()
    {
        using var first = await ServerProcess.StartAsync(_directory, Cancellation);
        using var client = first.CreateClient();
        var before = await CreateAsync(client, "a");
        await first.KillAsync(Cancellation);
        using var second = await ServerProcess.StartAsync(_directory, Cancellation);
        using var reader = second.CreateClient();
        var after = await reader.GetFromJsonAsync<JsonObject>($"{WidgetServer.ConfigMaps}/a", Cancellation);
        Assert.True(JsonNode.DeepEquals(before, after));
        var next = await CreateAsync(reader, "b");
        Assert.True(Version(next) > Version(before!));
    }

    [Fact]
    public async Task Terminate_TheEmbeddingProcess_IsNotHeldBackByTheServer()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var process = await ServerProcess.StartAsync(_directory, Cancellation);
        await process.TerminateAsync(limit.Token);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static long Version(JsonObject item) => long.Parse((string)item["metadata"]!["resourceVersion"]!);

    private static int Count(HashSet<string> names)
    {
        lock (names)
        {
            return names.Count;
        }
    }

    private static async Task WriteAsync(HttpClient client, string prefix, HashSet<string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await CreateAsync(client, $"{prefix}-{i}");
            }
            catch (HttpRequestException)
            {
                // The server was killed: this write was not acknowledged.
                return;
            }
            lock (acknowledged)
            {
                acknowledged.Add($"{prefix}-{i}");
            }
        }
    }

    private static async Task<JsonObject> CreateAsync(HttpClient client, string name)
    {
        using var response = await client.PostAsJsonAsync(
            WidgetServer.ConfigMaps,
            WidgetServer.ConfigMap(name, """{"text":"größe 😀"}"""),
            Cancellation
        );
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
    }

    private static async Task<HashSet<string>> NamesAsync(HttpClient client)
    {
        var list = await client.GetFromJsonAsync<JsonObject>(WidgetServer.ConfigMaps, Cancellation);
        return [.. list!["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!)];
    }
}
