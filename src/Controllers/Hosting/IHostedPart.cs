namespace LlmOperator.Controllers.Hosting;

/// <summary>A process of the product (operator, node agent, router) that can also run inside another one.</summary>
public interface IHostedPart : IAsyncDisposable
{
    /// <summary>Name for logs.</summary>
    string Name { get; }

    /// <summary>Address that it serves on; null before the start, or when it serves nothing.</summary>
    Uri? Address { get; }

    /// <summary>Completes when the part has ended; faulted when it ended by an error.</summary>
    Task Completion { get; }

    /// <summary>Starts the part; returns when it is running.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops the part gracefully; the token cuts the grace short.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
