using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Folds <c>stringData</c> into <c>data</c>; the type never changes.</summary>
internal sealed class SecretRules : NoGenerationRules
{
    public override void Prepare(JsonObject item, JsonObject? old)
    {
        if (item.Object("stringData") is { } texts)
        {
            var data = item.Ensure("data");
            foreach (var (name, value) in texts)
            {
                data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }
        }
        item.Remove("stringData");
        if (string.IsNullOrEmpty(item.Text("type")))
        {
            item["type"] = "Opaque";
        }
    }

    public override void Validate(JsonObject item, JsonObject? old, List<FieldError> errors)
    {
        ImmutableDataRules.ValidateKeys(item, "data", errors);
        ImmutableDataRules.Validate(item, old, ["data"], errors);
        if (old is not null && old.Text("type") != item.Text("type"))
        {
            errors.Add(FieldError.Invalid("type", item["type"]?.DeepClone(), "field is immutable"));
        }
    }
}
