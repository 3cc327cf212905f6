using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Network;

namespace LlmOperator.Deploy.Tests.Images;

/// <summary>The trimmed router does what comes from packages: it speaks MCP, and sends spans to a collector.</summary>
public sealed class PublishedRouterTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Router_AskedByMcp_AnswersAndSendsItsSpans()
    {
        string path = await PublishedProgram.RequireAsync("router", "LlmOperator.Router");
        await using ApiServerFixture server = await PublishedWorld.StartAsync(Token);
        using TcpListener collector = new(IPAddress.Loopback, 0);
        collector.Start();
        string folder = Directory.CreateTempSubdirectory("llmop-published-router-").FullName;
        int port = LoopbackPort.Free();
        using Process process = Start(path, folder, server, port, (IPEndPoint)collector.LocalEndpoint);
        try
        {
            using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await UntilReadyAsync(client, process, folder);

            JsonNode hello = await AskAsync(
                client,
                "initialize",
                """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}"""
            );
            JsonNode tools = await AskAsync(client, "tools/list", "{}");
            JsonNode models = await AskAsync(
                client,
                "tools/call",
                """{"name":"list_models","arguments":{}}"""
            );
            JsonNode refused = await AskAsync(
                client,
                "tools/call",
                """{"name":"generate","arguments":{"model":"nobody","prompt":"Hello"}}"""
            );

            Assert.Equal("llm-operator-router", (string?)hello["serverInfo"]!["name"]);
            Assert.Equal(
                ["code", "generate", "list_models"],
                tools["tools"]!.AsArray().Select(t => (string)t!["name"]!).Order(StringComparer.Ordinal)
            );
            Assert.Contains("tiny", models["content"]![0]!["text"]!.ToString(), StringComparison.Ordinal);
            Assert.True((bool)refused["isError"]!);
            Assert.StartsWith("POST /v1/traces ", await FirstLineAsync(collector), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(
        string path,
        string folder,
        ApiServerFixture server,
        int port,
        IPEndPoint collector
    )
    {
        string kubeconfig = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(kubeconfig, server.Server.Kubeconfig);
        ProcessStartInfo info = new("/bin/sh") { UseShellExecute = false };
        foreach (string argument in new[] { "-c", "exec \"$0\" >log 2>&1", path })
        {
            info.ArgumentList.Add(argument);
        }

        info.WorkingDirectory = folder;
        info.Environment["KUBECONFIG"] = kubeconfig;
        info.Environment["LLMOP_LISTEN"] = $"127.0.0.1:{port}";
        info.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector}";
        info.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        return Process.Start(info)!;
    }

    private static async Task UntilReadyAsync(HttpClient client, Process process, string folder)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(client))
        {
            string log = Path.Combine(folder, "log");
            Assert.False(process.HasExited, File.Exists(log) ? File.ReadAllText(log) : "");
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < s_limit,
                "The router was not ready in time."
            );
            await Task.Delay(50, Token);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("readyz", Token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // Streamable HTTP: the answer is one event, data: {"jsonrpc":"2.0","id":1,"result":{…}}
    private static async Task<JsonNode> AskAsync(HttpClient client, string method, string parameters)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "mcp")
        {
            Content = new StringContent(
                $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using HttpResponseMessage answer = await client.SendAsync(request, Token);
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        string json = text.StartsWith('{')
            ? text
            : text.Split('\n').First(l => l.StartsWith("data: {", StringComparison.Ordinal))[
                "data: ".Length..
            ];
        return JsonNode.Parse(json)!["result"] ?? throw new InvalidOperationException(text);
    }

    private static async Task<string?> FirstLineAsync(TcpListener collector)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(s_limit);
        using TcpClient connection = await collector.AcceptTcpClientAsync(limit.Token);
        using StreamReader reader = new(connection.GetStream());
        return await reader.ReadLineAsync(limit.Token);
    }
}
