using System.Runtime.CompilerServices;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Watching;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Faults;

/// <summary>
/// A client whose watches double events, swap those of different objects, break, and lose events together with the
/// version to resume from, all by the chances of a seed.
/// </summary>
internal sealed class FaultyWatchClient(IKubernetesClient inner, Random random)
    : DelegatingKubernetesClient(inner)
{
    private static readonly TimeSpan s_longestHold = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private int _faults;

    public int Faults => Volatile.Read(ref _faults);

    public override async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using IAsyncEnumerator<WatchEvent<T>> events = base.WatchAsync<T>(options, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        WatchEvent<T>? held = null;
        Task<bool> next = events.MoveNextAsync().AsTask();
        while (true)
        {
            if (held is not null)
            {
                // Nothing to swap with: it goes on in its place.
                await Task.WhenAny(next, Task.Delay(s_longestHold, TimeProvider.System, cancellationToken));
                if (!next.IsCompleted)
                {
                    yield return held;
                    held = null;
                }
            }

            if (!await next)
            {
                yield break;
            }

            WatchEvent<T> e = events.Current;
            next = events.MoveNextAsync().AsTask();
            if (held is not null)
            {
                Count();
                yield return e;
                if (ObjectOf(e)?.Key == ObjectOf(held)!.Key)
                {
                    // The states of one object never swap: the older one is lost.
                    throw new WatchException("The watch broke.");
                }

                yield return held;
                held = null;
                continue;
            }

            switch (Next(options.SendInitialEvents ? 40 : 8))
            {
                case 0:
                    // Lost, and the version is too old: only a list tells what happened.
                    Count();
                    yield return new WatchEvent<T>.Error(
                        new KubernetesStatus { Code = 410, Reason = "Expired" }
                    );
                    yield break;
                case 1:
                    Count();
                    throw new WatchException("The watch broke.");
                case 2 when ObjectOf(e) is not null:
                    held = e;
                    break;
                case 3:
                    Count();
                    yield return e;
                    yield return e;
                    break;
                default:
                    yield return e;
                    break;
            }
        }
    }

    private static KubernetesObject? ObjectOf<T>(WatchEvent<T> e)
        where T : KubernetesObject =>
        e switch
        {
            WatchEvent<T>.Added added => added.Object,
            WatchEvent<T>.Modified modified => modified.Object,
            WatchEvent<T>.Deleted deleted => deleted.Object,
            _ => null,
        };

    private int Next(int most)
    {
        lock (_lock)
        {
            return random.Next(most);
        }
    }

    private void Count() => Interlocked.Increment(ref _faults);
}
