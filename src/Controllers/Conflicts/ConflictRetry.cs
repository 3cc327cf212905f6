using LlmOperator.Kubernetes.Errors;

namespace LlmOperator.Controllers.Conflicts;

/// <summary>
/// Repeats a read and the write that is based on it when somebody else wrote in between (C44): at most five tries,
/// 10 ms and up to a tenth more between them. A reconciler does not need it: it throws and comes again.
/// </summary>
/// <param name="time">Clock of the pauses.</param>
/// <param name="random">Jitter of the pauses.</param>
public sealed class ConflictRetry(TimeProvider time, Random random)
{
    // client-go util/retry DefaultRetry: steps 5, duration 10 ms, factor 1, jitter 0.1.
    private const int MostTries = 5;
    private const double Jitter = 0.1;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a read and its write until the write meets no conflict.</summary>
    /// <param name="readAndWrite">Reads the object again each time, changes it and writes it.</param>
    /// <param name="cancellationToken">Cancels the tries.</param>
    /// <exception cref="KubernetesApiException">The fifth conflict, or any other refusal.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> readAndWrite,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await readAndWrite(cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsConflict && attempt < MostTries)
            {
                await Task.Delay(s_pause * (1 + (random.NextDouble() * Jitter)), time, cancellationToken);
            }
        }
    }
}
