using System.Globalization;

namespace LlmOperator.RouterBench;

/// <summary>Requests at a fixed rate. A request that could not begin in time because the one before was late counts from when it should have begun.</summary>
internal static class PacedLoad
{
    private static readonly TimeProvider s_time = TimeProvider.System;

    public static async Task RunAsync(Client client, int rate, TimeSpan length, int connections)
    {
        TimeSpan interval = TimeSpan.FromSeconds(1) * connections / rate;
        long start = s_time.GetTimestamp();
        List<double>[] times = await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(i => RunAsync(client, start, interval * i / connections, interval, length))
        );
        List<double> all = [.. times.SelectMany(t => t).Order()];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Quantile(all, 0.5):F0} {Quantile(all, 0.99):F0} {all.Count / length.TotalSeconds:F0}"
            )
        );
    }

    /// <summary>A quantile of sorted samples.</summary>
    public static double Quantile(List<double> sorted, double share) =>
        sorted[(int)Math.Min(sorted.Count - 1, Math.Ceiling(sorted.Count * share))];

    private static async Task<List<double>> RunAsync(
        Client client,
        long start,
        TimeSpan offset,
        TimeSpan interval,
        TimeSpan length
    )
    {
        using HttpConnection connection = await client.ConnectAsync();
        List<double> microseconds = [];
        bool wasLate = false;
        for (TimeSpan due = offset; due < length; due += interval)
        {
            TimeSpan wait = due - s_time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, s_time);
                wasLate = false;
            }

            TimeSpan begin = wasLate ? due : s_time.GetElapsedTime(start);
            await connection.SendAsync(client.Request, CancellationToken.None);
            if (
                !await connection.ReadMessageAsync(CancellationToken.None)
                || !connection.Message.StartsWith("HTTP/1.1 200"u8)
            )
            {
                throw new InvalidOperationException("A request was not answered 200.");
            }

            TimeSpan end = s_time.GetElapsedTime(start);
            wasLate = end > due + interval;
            microseconds.Add((end - begin).TotalMicroseconds);
        }

        return microseconds;
    }
}
