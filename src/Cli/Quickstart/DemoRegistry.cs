using LlmOperator.NodeAgent.Serving.Registry;

namespace LlmOperator.Cli.Quickstart;

/// <summary>A registry on loopback that offers the demo model from a store of its own.</summary>
internal sealed class DemoRegistry : IAsyncDisposable
{
    private readonly RegistryHost _host;

    private DemoRegistry(RegistryHost host) => _host = host;

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Address;

    /// <summary>Imports the demo model and starts to serve it.</summary>
    public static async Task<DemoRegistry> StartAsync(string folder, CancellationToken cancellationToken)
    {
        string store = Path.Combine(folder, "registry");
        RegistryHost host = await RegistryHost.StartAsync(
            new RegistryOptions { StoreDirectory = store },
            cancellationToken
        );
        await host.Store.ImportAsync(DemoModel.FindFile(), DemoModel.Name, cancellationToken);
        return new DemoRegistry(host);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
