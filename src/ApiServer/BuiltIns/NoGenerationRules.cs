using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Kinds that have no <c>metadata.generation</c>, as on a real cluster.</summary>
internal class NoGenerationRules : ResourceRules
{
    public override bool HasGeneration => false;

    public override bool RaisesGeneration(JsonObject item, JsonObject old) => false;
}
