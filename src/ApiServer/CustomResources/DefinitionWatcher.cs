using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>Keeps the served kinds in step with the stored CRDs: a kind is served before its CRD's creation is answered.</summary>
internal static class DefinitionWatcher
{
    public static void Attach(ObjectStore store, ResourceRegistry registry)
    {
        foreach (var definition in store.Current.Of(BuiltInResources.Definitions).Values)
        {
            registry.SetCustom(definition.Name, DefinitionReader.Read(definition.Parse()));
        }
        store.Publishing = change =>
        {
            if (change.Object.Resource == BuiltInResources.Definitions)
            {
                registry.SetCustom(
                    change.Object.Name,
                    change.Type == StoreEventType.Deleted ? [] : DefinitionReader.Read(change.Object.Parse())
                );
            }
        };
    }
}
