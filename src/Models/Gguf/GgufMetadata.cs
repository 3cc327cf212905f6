namespace LlmOperator.Models.Gguf;

/// <summary>
/// Metadata with typed access. A key that is present with an unusable value is an
/// <see cref="InvalidModelException"/>; an absent key is null.
/// </summary>
public sealed class GgufMetadata
{
    private readonly IReadOnlyDictionary<string, GgufValue> _values;

    /// <summary>Wraps the entries of a header.</summary>
    public GgufMetadata(IReadOnlyDictionary<string, GgufValue> values)
    {
        _values = values;
    }

    /// <summary>All entries.</summary>
    public IReadOnlyDictionary<string, GgufValue> Values => _values;

    /// <summary>The text of <paramref name="key"/>.</summary>
    public string? GetText(string key) =>
        _values.TryGetValue(key, out GgufValue? value)
            ? value is GgufValue.Text text
                ? text.Value
                : throw Wrong(key, "a text")
            : null;

    /// <summary>The truth value of <paramref name="key"/>.</summary>
    public bool? GetBoolean(string key) =>
        _values.TryGetValue(key, out GgufValue? value)
            ? value is GgufValue.Boolean boolean
                ? boolean.Value
                : throw Wrong(key, "a boolean")
            : null;

    /// <summary>The whole number of <paramref name="key"/>, from 0 to <paramref name="max"/>.</summary>
    public int? GetCount(string key, int max)
    {
        if (!_values.TryGetValue(key, out GgufValue? value))
        {
            return null;
        }

        return value is GgufValue.Integer integer && integer.Value >= 0 && integer.Value <= max
            ? (int)integer.Value
            : throw Wrong(key, $"a whole number from 0 to {max}");
    }

    /// <summary>
    /// A value per layer: an array of <paramref name="layers"/> numbers or more, or one number for all.
    /// </summary>
    public IReadOnlyList<int>? GetCounts(string key, int layers, int max)
    {
        if (!_values.TryGetValue(key, out GgufValue? value))
        {
            return null;
        }

        if (value is not GgufValue.Array array)
        {
            return [.. Enumerable.Repeat(GetCount(key, max) ?? 0, layers)];
        }

        if (
            array.Integers is null
            || array.Integers.Count < layers
            || array.Integers.Any(n => n < 0 || n > max)
        )
        {
            throw Wrong(key, $"{layers} whole numbers from 0 to {max}");
        }

        return [.. array.Integers.Take(layers).Select(n => (int)n)];
    }

    /// <summary>The length of the array at <paramref name="key"/>.</summary>
    public long? GetArrayLength(string key) =>
        _values.TryGetValue(key, out GgufValue? value)
            ? value is GgufValue.Array array
                ? array.Length
                : throw Wrong(key, "an array")
            : null;

    /// <summary>True when the key is there with an array.</summary>
    public bool IsArray(string key) =>
        _values.TryGetValue(key, out GgufValue? value) && value is GgufValue.Array;

    private static InvalidModelException Wrong(string key, string wanted) =>
        new(
            $"The model file's key '{key}' must hold {wanted}; the file is damaged or not a model for this engine."
        );
}
