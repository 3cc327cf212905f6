using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Quickstart;

/// <summary>What happens to a model, a line for each step, with the seconds since the start.</summary>
/// <param name="output">Where to print.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class ProgressLines(TextWriter output, TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();
    private readonly HashSet<string> _shown = [];

    /// <summary>Prints what is new.</summary>
    /// <param name="model">The model as last seen.</param>
    /// <param name="replicas">Its replicas.</param>
    /// <param name="withPulls">False where bars show the downloads.</param>
    public void Show(LlmModel? model, IReadOnlyList<ModelReplica> replicas, bool withPulls)
    {
        foreach (string type in new[] { LlmModelConditions.Accepted, LlmModelConditions.Placed })
        {
            Print(type, Find(model?.Status?.Conditions, type));
        }

        foreach (ModelReplica replica in replicas)
        {
            if (withPulls && replica.Status?.Pull is { TotalBytes: > 0 } pull)
            {
                Print(
                    $"Pulled     {Bar(pull)} {ByteSize.Format(pull.CompletedBytes)} of {ByteSize.Format(pull.TotalBytes)}"
                );
            }

            foreach (string type in new[] { ModelReplicaConditions.Stored, ModelReplicaConditions.Loaded })
            {
                Print(type, Find(replica.Status?.Conditions, type));
            }
        }

        Print(LlmModelConditions.Ready, Find(model?.Status?.Conditions, LlmModelConditions.Ready));
    }

    private static Condition? Find(IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type);

    private static string Bar(ReplicaPull pull)
    {
        const int Width = 20;
        int done = (int)(Math.Min(pull.CompletedBytes, pull.TotalBytes) * Width / pull.TotalBytes);
        return $"[{new string('#', done)}{new string('.', Width - done)}]";
    }

    private void Print(string type, Condition? condition)
    {
        // Steps that did not happen yet are no news; what went wrong is.
        if (
            condition
            is { Status: ConditionStatus.True }
                or { Status: ConditionStatus.False, Message.Length: > 0 }
        )
        {
            Print(
                $"{type, -10} {(condition.Status == ConditionStatus.True ? "yes" : "not yet")}: {condition.Message}"
            );
        }
    }

    private void Print(string line)
    {
        if (_shown.Add(line))
        {
            output.WriteLine($"  {timeProvider.GetElapsedTime(_start).TotalSeconds, 5:0.0} s  {line}");
        }
    }
}
