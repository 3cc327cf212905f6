using System.Globalization;

namespace LlmOperator.RouterBench;

/// <summary>Streams, each connection one after the other; every one must be whole.</summary>
internal static class StreamLoad
{
    private static readonly TimeProvider s_time = TimeProvider.System;

    public static async Task RunAsync(Client client, int count, int connections)
    {
        long start = s_time.GetTimestamp();
        List<double>[] times = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => RunAsync(client, count / connections))
        );
        List<double> all = [.. times.SelectMany(t => t).Order()];
        double seconds = s_time.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{PacedLoad.Quantile(all, 0.5):F0} {PacedLoad.Quantile(all, 0.99):F0} {all.Count / seconds:F0}"
            )
        );
    }

    private static async Task<List<double>> RunAsync(Client client, int count)
    {
        using HttpConnection connection = await client.ConnectAsync();
        List<double> microseconds = [];
        for (int i = 0; i < count; i++)
        {
            long begin = s_time.GetTimestamp();
            await connection.SendAsync(client.Request, CancellationToken.None);
            bool isThere = await connection.ReadMessageAsync(
                CancellationToken.None,
                () => microseconds.Add(s_time.GetElapsedTime(begin).TotalMicroseconds)
            );
            string text = isThere ? connection.ReadChunks() : "";
            if (
                !isThere
                || text.Split("\" word\"").Length != StreamUpstream.Chunks + 1
                || !text.Contains("[DONE]", StringComparison.Ordinal)
            )
            {
                throw new InvalidOperationException(
                    "A stream was not whole: " + text[..Math.Min(400, text.Length)]
                );
            }
        }

        return microseconds;
    }
}
