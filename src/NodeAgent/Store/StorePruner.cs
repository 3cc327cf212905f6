using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Frees room in a store that no agent has.</summary>
public static class StorePruner
{
    /// <summary>Deletes what nobody needs, the longest unused first.</summary>
    /// <param name="folder">Folder of the store.</param>
    /// <param name="bytes">Bytes to free; null for all that may go.</param>
    /// <param name="time">Clock of the store.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="StoreException">There is no store, or an agent has it.</exception>
    public static IReadOnlyList<StoreItem> Prune(string folder, long? bytes, TimeProvider time)
    {
        _ = StoreReader.Read(folder);
        using ModelStore store = ModelStore.Open(folder, time);
        return new StoreCollector(store, NullLogger<StoreCollector>.Instance).Prune(
            bytes ?? long.MaxValue,
            isTrial: false
        );
    }

    /// <summary>What <see cref="Prune"/> would delete now; works beside a running agent.</summary>
    /// <exception cref="StoreException">There is no store.</exception>
    public static IReadOnlyList<StoreItem> Preview(string folder, long? bytes) =>
        PrunePlan.Build(StoreReader.Read(folder).Items, bytes ?? long.MaxValue);
}
