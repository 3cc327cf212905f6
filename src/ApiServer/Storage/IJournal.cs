namespace LlmOperator.ApiServer.Storage;

/// <summary>Where changes are made durable before they become visible.</summary>
internal interface IJournal : IAsyncDisposable
{
    /// <summary>The state that was durable when the journal was opened.</summary>
    StoreSnapshot Load();

    /// <summary>Begins to take changes.</summary>
    /// <param name="publish">Called, in order, with changes that are durable.</param>
    /// <param name="rollback">Runs an action under the store's lock after the store forgot what was not published.</param>
    /// <param name="published">The state that a compaction writes.</param>
    void Start(
        Action<IReadOnlyList<StoreEvent>> publish,
        Action<Action> rollback,
        Func<StoreSnapshot> published
    );

    /// <summary>Takes one change; called under the store's lock, so in order of revision.</summary>
    /// <returns>Completes after the change is durable and published.</returns>
    Task Append(StoreEvent change);
}
