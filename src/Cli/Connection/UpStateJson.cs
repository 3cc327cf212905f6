using System.Text.Json.Serialization;

namespace LlmOperator.Cli.Connection;

/// <summary>JSON of <see cref="UpState"/>.</summary>
[JsonSerializable(typeof(UpState))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class UpStateJson : JsonSerializerContext;
