using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Client;

/// <summary>Lets the parts of the client log to the one logger that it was given.</summary>
internal sealed class SingleLoggerFactory(ILogger logger) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => logger;

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("The client logs to one logger.");

    public void Dispose() { }
}
