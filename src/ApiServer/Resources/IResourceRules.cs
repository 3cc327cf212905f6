using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;

namespace LlmOperator.ApiServer.Resources;

/// <summary>What one kind does beyond what its schema says.</summary>
internal interface IResourceRules
{
    /// <summary>False for the built-in kinds that carry no <c>metadata.generation</c>.</summary>
    bool HasGeneration { get; }

    /// <summary>Completes an object before it is validated and stored.</summary>
    /// <param name="old">The stored state, or null when the object is created.</param>
    void Prepare(JsonObject item, JsonObject? old);

    /// <summary>Names what is wrong beyond the schema.</summary>
    void Validate(JsonObject item, JsonObject? old, List<FieldError> errors);

    /// <summary>Turns a stored object into the version it is asked for in.</summary>
    void FromStorage(JsonObject item, ResourceType served);

    /// <summary>Turns an object of a served version into the stored one.</summary>
    void ToStorage(JsonObject item, ResourceType served);

    /// <summary>True for changes that raise <c>metadata.generation</c>.</summary>
    bool RaisesGeneration(JsonObject item, JsonObject old);
}
