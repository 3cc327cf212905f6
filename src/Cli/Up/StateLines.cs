using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;
using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Up;

/// <summary>Prints a plain line whenever a model's state changes, for the foreground of <c>llmop up</c>.</summary>
/// <param name="output">Where to print.</param>
internal sealed class StateLines(TextWriter output)
    : IInformerHandler<LlmModel>,
        IInformerHandler<ModelReplica>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _last = [];

    /// <inheritdoc/>
    public void OnAdded(LlmModel obj, bool isInInitialList) => Print(obj);

    /// <inheritdoc/>
    public void OnUpdated(LlmModel oldObj, LlmModel newObj) => Print(newObj);

    /// <inheritdoc/>
    public void OnDeleted(Tombstone<LlmModel> tombstone) => Print($"model {tombstone.Key}", "deleted");

    /// <inheritdoc/>
    public void OnAdded(ModelReplica obj, bool isInInitialList) => Print(obj);

    /// <inheritdoc/>
    public void OnUpdated(ModelReplica oldObj, ModelReplica newObj) => Print(newObj);

    /// <inheritdoc/>
    public void OnDeleted(Tombstone<ModelReplica> tombstone) => Print($"replica {tombstone.Key}", "deleted");

    private void Print(LlmModel model)
    {
        Condition? ready = model.Status?.Conditions.FirstOrDefault(c => c.Type == LlmModelConditions.Ready);
        if (ready is not null)
        {
            Print($"model {model.Key}", Describe(ready));
        }
    }

    private void Print(ModelReplica replica)
    {
        string subject = $"replica {replica.Key} on {replica.Spec.NodeName}";
        if (replica.Status?.Pull is { State: PullState.Pulling } pull)
        {
            Print(
                subject,
                $"pulled {ByteSize.Format(pull.CompletedBytes)} of {ByteSize.Format(pull.TotalBytes)}"
            );
            return;
        }

        Condition? ready = replica.Status?.Conditions.FirstOrDefault(c =>
            c.Type == ModelReplicaConditions.Ready
        );
        if (ready is not null)
        {
            Print(subject, Describe(ready));
        }
    }

    private static string Describe(Condition ready) =>
        ready.Status == ConditionStatus.True ? $"ready ({ready.Reason})" : $"{ready.Reason}: {ready.Message}";

    private void Print(string subject, string text)
    {
        lock (_lock)
        {
            if (_last.TryGetValue(subject, out string? last) && last == text)
            {
                return;
            }

            _last[subject] = text;
            output.WriteLine($"{subject}: {text}");
        }
    }
}
