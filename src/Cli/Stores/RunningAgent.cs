using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Connection;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Stores;

/// <summary>The agent that has a store of <c>llmop up</c> now: what changes the store is asked of it.</summary>
internal sealed class RunningAgent : IDisposable
{
    private readonly HttpClient _http;

    private RunningAgent(Uri address, string token)
    {
        // The token goes to this address and nowhere else.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = address,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The agent; null when no <c>llmop up</c> runs on the folder.</summary>
    /// <exception cref="CliException">It runs and has no such node.</exception>
    public static async Task<RunningAgent?> FindAsync(
        StoreLocation location,
        CancellationToken cancellationToken
    )
    {
        if (location.Node is not { } name || location.Data.ReadState() is null)
        {
            return null;
        }

        using ClusterConnection connection = ClusterConnection.Open(
            new ConnectionOptions(location.Data.Kubeconfig, null, null, null)
        );
        LlmNode? node = await connection.Client.FindAsync<LlmNode>(
            new ObjectKey(null, name),
            cancellationToken
        );
        Uri address = AddressOf(name, node?.Status?.Address);
        string token = await File.ReadAllTextAsync(location.Data.ServingToken, cancellationToken);
        return new RunningAgent(address, token.Trim());
    }

    /// <summary>Where the agent of a node listens, on this machine.</summary>
    /// <exception cref="CliException">There is no such node, or it is on another machine.</exception>
    internal static Uri AddressOf(string node, string? address)
    {
        if (address is null)
        {
            throw new CliException($"The running `llmop up` has no node {node}; see `llmop get llmnodes`.");
        }

        Uri found = new(address.TrimEnd('/') + "/");
        return found.IsLoopback
            ? found
            : throw new CliException(
                $"Node {node} listens on {found.Authority}, which is not this machine alone; run `llmop store` there."
            );
    }

    /// <summary>Has the agent delete what nobody needs.</summary>
    /// <param name="bytes">Bytes to free; null for all that may go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<StoreItem>> PruneAsync(long? bytes, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsync(
            "v1/store/prune" + (bytes is { } wanted ? $"?bytes={wanted}" : ""),
            content: null,
            cancellationToken
        );
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new CliException($"The agent refused to prune ({(int)response.StatusCode}): {text}");
        }

        return
        [
            .. JsonNode.Parse(text)!["pruned"]!
                .AsArray()
                .Select(item => new StoreItem
                {
                    Digest = ModelDigest.Parse(item!["digest"]!.GetValue<string>()),
                    SizeBytes = item["sizeBytes"]!.GetValue<long>(),
                    Names = [.. item["names"]!.AsArray().Select(name => name!.GetValue<string>())],
                    IsPartial = item["partial"]!.GetValue<bool>(),
                }),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
