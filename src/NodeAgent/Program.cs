using LlmOperator.Controllers.Hosting;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        new PartProgram(
            "llm-node-agent",
            AgentEnvironment.Help,
            (kubernetes, loggers) =>
                NodeAgentHost.Create(
                    AgentEnvironment.Read(Environment.GetEnvironmentVariable),
                    kubernetes,
                    loggers,
                    TimeProvider.System
                ),
            isKnownFault: e => e is StoreException
        ).RunAsync(args);
}
