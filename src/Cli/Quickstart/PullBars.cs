using LlmOperator.Api.V1Alpha1;
using Spectre.Console;

namespace LlmOperator.Cli.Quickstart;

/// <summary>Downloads as progress bars with rate and remaining time, for terminals.</summary>
/// <param name="console">Terminal.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class PullBars(IAnsiConsole console, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(50);

    /// <summary>Shows the bars until <paramref name="isDone"/>.</summary>
    /// <param name="replicas">Reads the replicas as last seen.</param>
    /// <param name="isDone">True when there is nothing more to show.</param>
    /// <param name="cancellationToken">Ends the display.</param>
    public Task ShowAsync(
        Func<IReadOnlyList<ModelReplica>> replicas,
        Func<bool> isDone,
        CancellationToken cancellationToken
    ) =>
        console
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                Dictionary<string, ProgressTask> bars = [];
                while (true)
                {
                    bool last = isDone();
                    foreach (ModelReplica replica in replicas())
                    {
                        Show(context, bars, replica);
                    }

                    if (last)
                    {
                        return;
                    }

                    await Task.Delay(s_refresh, timeProvider, cancellationToken);
                }
            });

    private static void Show(
        ProgressContext context,
        Dictionary<string, ProgressTask> bars,
        ModelReplica replica
    )
    {
        if (replica.Status?.Pull is not { TotalBytes: > 0 } pull)
        {
            return;
        }

        string name = replica.Metadata.Name!;
        if (!bars.TryGetValue(name, out ProgressTask? bar))
        {
            string text = $"  pulling {replica.Spec.ModelName} to {replica.Spec.NodeName}";
            bar = context.AddTask(Markup.Escape(text), maxValue: pull.TotalBytes);
            bars[name] = bar;
        }

        bar.MaxValue = pull.TotalBytes;
        bar.Value = pull.State == PullState.Stored ? pull.TotalBytes : pull.CompletedBytes;
    }
}
