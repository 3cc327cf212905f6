using System.Net;
using LlmOperator.Controllers.Hosting;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>
/// A registry of its own: serves the named models of a store in the Ollama registry protocol, for our sources and for
/// <c>ollama pull</c>. Models get in by <see cref="ModelStore.ImportAsync(string, string, CancellationToken)"/>.
/// </summary>
public sealed class RegistryHost : IAsyncDisposable
{
    private const long MaxBodyBytes = 64 << 10;
    private const long MaxConnections = 1024;
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(2);
    private readonly WebApplication _app;

    private RegistryHost(WebApplication app, ModelStore store)
    {
        _app = app;
        Store = store;
        Address = PartWebServer.AddressOf(app);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5005/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The store behind it.</summary>
    public ModelStore Store { get; }

    /// <summary>Opens the store and listens.</summary>
    /// <exception cref="ArgumentException">There is no token, or a short one, where one is needed.</exception>
    /// <exception cref="StoreException">Another process has the store, or it cannot be written.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<RegistryHost> StartAsync(
        RegistryOptions options,
        CancellationToken cancellationToken
    )
    {
        RegistryGuard guard = new(TokenOf(options));
        ModelStore store = ModelStore.Open(
            options.StoreDirectory,
            options.TimeProvider,
            options.LoggerFactory.CreateLogger<ModelStore>()
        );
        WebApplication app = PartWebServer.Create(
            options.ListenAddress,
            MaxBodyBytes,
            MaxConnections,
            s_shutdownTimeout,
            options.LoggerFactory
        );
        try
        {
            app.Use(next => context => guard.InvokeAsync(context, next));
            app.UseRouting();
            app.MapRegistry(store);
            await app.StartAsync(cancellationToken);
            return new RegistryHost(app, store);
        }
        catch
        {
            await app.DisposeAsync();
            store.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening and lets the store go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Store.Dispose();
    }

    private static BearerToken? TokenOf(RegistryOptions options)
    {
        if (!string.IsNullOrEmpty(options.Token))
        {
            return new BearerToken(options.Token);
        }

        return IPAddress.IsLoopback(options.ListenAddress.Address)
            ? null
            : throw new ArgumentException(
                $"The registry would listen on {options.ListenAddress} for other machines; give it a token of at"
                    + $" least {BearerToken.MinLength} characters, or a loopback address."
            );
    }
}
