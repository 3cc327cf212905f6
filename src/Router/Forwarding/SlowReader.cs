using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// Cuts off clients that ask and do not read. The web server's own least rate counts what the kernel took at once, so a client
/// that had a few megabytes in its buffers could hold its place, and its target's, for hours.
/// </summary>
internal static class SlowReader
{
    private const int LeastBytesPerSecond = 16 << 10;

    // Half of the web server's buffer, 16 KiB, has to be read in this time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a write, as long as it may take.</summary>
    /// <param name="write">The write.</param>
    /// <param name="bytes">What is written.</param>
    /// <param name="client">Its connection is closed when it takes too long.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="OperationCanceledException">It took too long, or the client left.</exception>
    public static ValueTask WaitAsync(ValueTask write, int bytes, HttpContext client, TimeProvider time) =>
        // Nearly always: the buffer has room.
        write.IsCompletedSuccessfully
            ? write
            : new ValueTask(WaitAsync(write.AsTask(), bytes, client, time));

    private static async Task WaitAsync(Task write, int bytes, HttpContext client, TimeProvider time)
    {
        try
        {
            await write.WaitAsync(
                s_patience + TimeSpan.FromSeconds((double)bytes / LeastBytesPerSecond),
                time,
                CancellationToken.None
            );
        }
        catch (TimeoutException)
        {
            client.Abort();
            // The buffer belongs to the write until it has ended.
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException(client.RequestAborted);
        }
    }
}
