using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Metrics;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Transport;
using LlmOperator.Kubernetes.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Kubernetes.Client;

/// <summary>The client over HTTP. One for a process: it shares connections and caches credentials. Thread-safe.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private const string DryRunAll = "All";

    private readonly KubernetesTransport _transport;
    private readonly DeadlineSender _sender;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="configuration">Server, trust and credentials.</param>
    /// <param name="time">Clock of timeouts, retries and reloads.</param>
    /// <param name="logger">Hears the server's warnings and of files that cannot be read again.</param>
    /// <exception cref="KubeconfigException">Certificates of the configuration cannot be used.</exception>
    public KubernetesClient(
        KubernetesConfiguration configuration,
        TimeProvider time,
        ILogger<KubernetesClient>? logger = null
    )
    {
        _transport = new KubernetesTransport(
            configuration,
            time,
            new SingleLoggerFactory(logger ?? NullLogger<KubernetesClient>.Instance)
        );
        _sender = new DeadlineSender(_transport, configuration.RequestTimeout, time);
    }

    /// <inheritdoc/>
    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        _sender.CallAsync<T>(
            HttpMethod.Get,
            RequestUris.Of(ResourceDefinition.For<T>(), key),
            body: null,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        try
        {
            return await GetAsync<T>(key, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        _sender.CallAsync<KubernetesList<T>>(
            HttpMethod.Get,
            RequestUris.OfList(ResourceDefinition.For<T>(), options),
            body: null,
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        using HttpRequestMessage request = new(
            HttpMethod.Get,
            RequestUris.OfWatch(ResourceDefinition.For<T>(), options)
        );
        using HttpResponseMessage response = await _sender.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await ErrorReader.ReadAsync(response, cancellationToken);
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using IAsyncEnumerator<ReadOnlySequence<byte>> lines = WatchLineReader
            .ReadAsync(stream, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await NextAsync<T>(lines) is { } next)
        {
            yield return next;
        }
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        ResourceDefinition resource = ResourceDefinition.For<T>();
        Uri uri = RequestUris.OfCollection(
            resource,
            obj.Metadata.Namespace,
            ("fieldManager", options.FieldManager),
            ("dryRun", options.DryRun ? DryRunAll : null)
        );
        return _sender.CallAsync<T>(
            HttpMethod.Post,
            uri,
            RequestBodies.OfObject(resource, obj),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        ResourceDefinition resource = ResourceDefinition.For<T>();
        Uri uri = RequestUris.Of(
            resource,
            obj.Key,
            subresource: null,
            ("fieldManager", options.FieldManager),
            ("dryRun", options.DryRun ? DryRunAll : null)
        );
        return _sender.CallAsync<T>(
            HttpMethod.Put,
            uri,
            RequestBodies.OfObject(resource, obj),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        ResourceDefinition resource = ResourceDefinition.For<T>();
        return _sender.CallAsync<T>(
            HttpMethod.Patch,
            ApplyUri(resource, obj.Key, subresource: null, options),
            RequestBodies.OfApply(resource, obj),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        ResourceDefinition resource = ResourceDefinition.For<T>();
        return _sender.CallAsync<T>(
            HttpMethod.Patch,
            ApplyUri(resource, obj.Key, "status", options),
            RequestBodies.OfApplyStatus(resource, obj),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        _sender.CallAsync<T>(
            HttpMethod.Patch,
            RequestUris.Of(
                ResourceDefinition.For<T>(),
                key,
                options.Subresource,
                ("fieldManager", options.FieldManager),
                ("dryRun", options.DryRun ? DryRunAll : null)
            ),
            RequestBodies.OfPatch(patch),
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        using HttpRequestMessage request = new(
            HttpMethod.Delete,
            RequestUris.Of(ResourceDefinition.For<T>(), key)
        )
        {
            Content = RequestBodies.OfDelete(options),
        };
        using HttpResponseMessage response = await _sender.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return true;
        }

        KubernetesApiException error = await ErrorReader.ReadAsync(response, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? false : throw error;
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => _transport.SendAsync(request, cancellationToken);

    /// <summary>Closes the connections; watches end.</summary>
    public void Dispose() => _transport.Dispose();

    private static Uri ApplyUri(
        ResourceDefinition resource,
        ObjectKey key,
        string? subresource,
        ApplyOptions options
    ) =>
        RequestUris.Of(
            resource,
            key,
            subresource,
            ("fieldManager", options.FieldManager),
            ("force", options.Force ? "true" : null),
            ("dryRun", options.DryRun ? DryRunAll : null)
        );

    // The next event, or null at the normal end of the watch (C15).
    private static async ValueTask<WatchEvent<T>?> NextAsync<T>(
        IAsyncEnumerator<ReadOnlySequence<byte>> lines
    )
        where T : KubernetesObject
    {
        try
        {
            if (!await lines.MoveNextAsync())
            {
                return null;
            }

            KeyValuePair<string, object?> resource = new("resource", ResourceDefinition.For<T>().Plural);
            KubernetesMeter.WatchEvents.Add(1, resource);
            KubernetesMeter.WatchBytes.Add(lines.Current.Length, resource);
            return WatchEventParser<T>.Parse(lines.Current);
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException)
        {
            throw new WatchException($"The watch broke: {e.Message}", e);
        }
    }
}
