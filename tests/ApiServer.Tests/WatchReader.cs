using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests;

/// <summary>Reads a watch, event by event.</summary>
internal sealed class WatchReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchReader(HttpResponseMessage response, Stream stream) =>
        (_response, _reader) = (response, new StreamReader(stream));

    public static async Task<WatchReader> StartAsync(
        HttpClient client,
        string path,
        CancellationToken cancellation
    )
    {
        var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync(cancellation));
        }
        return new(response, await response.Content.ReadAsStreamAsync(cancellation));
    }

    /// <summary>The next event, or null when the stream has ended.</summary>
    public async Task<WatchItem?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
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
