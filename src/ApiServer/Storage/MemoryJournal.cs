namespace LlmOperator.ApiServer.Storage;

/// <summary>Keeps nothing: every change is published at once.</summary>
internal sealed class MemoryJournal : IJournal
{
    private Action<IReadOnlyList<StoreEvent>>? _publish;

    public StoreSnapshot Load() => StoreSnapshot.Empty with { Revision = 1 };

    public void Start(
        Action<IReadOnlyList<StoreEvent>> publish,
        Action<Action> rollback,
        Func<StoreSnapshot> published
    ) => _publish = publish;

    public Task Append(StoreEvent change)
    {
        _publish!([change]);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
