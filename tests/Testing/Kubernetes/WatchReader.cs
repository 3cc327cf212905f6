using System.Text.Json.Nodes;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>Reads a watch, event by event.</summary>
public sealed class WatchReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly CancellationToken _cancellation;

    private WatchReader(HttpResponseMessage response, Stream stream, CancellationToken cancellation) =>
        (_response, _reader, _cancellation) = (response, new StreamReader(stream), cancellation);

    public static async Task<WatchReader> StartAsync(
        HttpClient client,
        string path,
        CancellationToken cancellation
    ) =>
        await OverAsync(
            await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation),
            cancellation
        );

    /// <summary>Reads the answer to a watch request, which it owns from now on.</summary>
    public static async Task<WatchReader> OverAsync(
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync(cancellation));
        }
        return new(response, await response.Content.ReadAsStreamAsync(cancellation), cancellation);
    }

    /// <summary>The next event, or null when the stream has ended.</summary>
    public async Task<WatchItem?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var line = await _reader.ReadLineAsync(limit.Token);
        if (line is null)
        {
            return null;
        }
        var json = JsonNode.Parse(line)!;
        return new((string)json["type"]!, json["object"]!.AsObject());
    }

    public async Task<IReadOnlyList<WatchItem>> TakeAsync(int count)
    {
        var items = new List<WatchItem>();
        while (items.Count < count && await NextAsync() is { } item)
        {
            items.Add(item);
        }
        return items;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
