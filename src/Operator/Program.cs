using LlmOperator.Controllers.Hosting;

namespace LlmOperator.Operator;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        new PartProgram(
            "llm-operator",
            OperatorEnvironment.Help,
            (kubernetes, loggers) =>
                OperatorHost.Create(
                    OperatorEnvironment.Read(Environment.GetEnvironmentVariable),
                    kubernetes,
                    loggers,
                    TimeProvider.System
                )
        ).RunAsync(args);
}
