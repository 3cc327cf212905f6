using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;

namespace LlmOperator.Router.Mcp;

/// <summary>
/// The router for clients of the Model Context Protocol, over streamable HTTP and without sessions: any router answers any
/// request, and a request is who its key says, never who a session was.
/// </summary>
internal static class McpEndpoint
{
    /// <summary>Where it is.</summary>
    public const string Path = "/mcp";

    /// <summary>Adds what it needs.</summary>
    public static void AddServices(IServiceCollection services, McpTools tools) =>
        services
            .AddMcpServer(options =>
            {
                options.ServerInfo = new Implementation
                {
                    Name = "llm-operator-router",
                    Version = typeof(McpEndpoint).Assembly.GetName().Version!.ToString(3),
                };
                options.ServerInstructions =
                    "Language models on one's own machines: list_models says what there is, generate and code ask them.";
            })
            .WithHttpTransport(transport =>
            {
                transport.Stateless = true;
                transport.ConfigureSessionOptions = (context, options, _) =>
                {
                    options.Handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(McpToolList.Result);
                    options.Handlers.CallToolHandler = (call, cancellationToken) =>
                        tools.CallAsync(context, call.Params!, cancellationToken);
                    return Task.CompletedTask;
                };
            });

    /// <summary>Maps it.</summary>
    public static void Map(WebApplication app) => app.MapMcp(Path);
}
