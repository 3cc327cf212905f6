using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Config maps may be immutable.</summary>
internal sealed class ConfigMapRules : NoGenerationRules
{
    public override void Validate(JsonObject item, JsonObject? old, List<FieldError> errors)
    {
        ImmutableDataRules.ValidateKeys(item, "data", errors);
        ImmutableDataRules.ValidateKeys(item, "binaryData", errors);
        ImmutableDataRules.Validate(item, old, ["data", "binaryData"], errors);
    }
}
