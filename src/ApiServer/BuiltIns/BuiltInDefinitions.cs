using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>The JSON files of <c>Definitions/</c>, which say what the built-in kinds look like.</summary>
internal static class BuiltInDefinitions
{
    /// <summary>The schema of <c>metadata</c>, the same for all kinds.</summary>
    public static Schema Metadata { get; } = SchemaReader.Read(Read("ObjectMeta"));

    public static JsonObject Read(string name)
    {
        using var stream =
            typeof(BuiltInDefinitions).Assembly.GetManifestResourceStream($"BuiltIns/{name}")
            ?? throw new InvalidOperationException($"The definition {name} is not part of this program.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return JsonReading.ParseObject(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
