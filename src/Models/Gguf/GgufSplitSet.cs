namespace LlmOperator.Models.Gguf;

/// <summary>The parts of one model together.</summary>
public static class GgufSplitSet
{
    /// <summary>
    /// Refuses headers that are not all parts of one model in order. One header that is no part of anything passes.
    /// </summary>
    /// <exception cref="InvalidModelException">A part is missing, twice, of another model, or holds other tensors.</exception>
    public static void Require(IReadOnlyList<GgufFile> parts)
    {
        if (parts.Count == 0)
        {
            throw Bad("no file was given");
        }

        int count = parts[0].Split?.Count ?? 1;
        if (count != parts.Count)
        {
            throw Bad($"it has {count} parts (key '{GgufKeys.SplitCount}') but {parts.Count} were given");
        }

        for (int index = 0; index < parts.Count && count > 1; index++)
        {
            RequirePart(parts, index);
        }

        RequireTensors(parts);
    }

    private static void RequirePart(IReadOnlyList<GgufFile> parts, int index)
    {
        GgufSplit first = parts[0].Split!;
        if (parts[index].Split is not { } split)
        {
            throw Bad($"file {index + 1} of {first.Count} is a whole model, not a part");
        }

        if (split.Number != index)
        {
            throw Bad(
                $"file {index + 1} of {first.Count} says that it is part {split.Number + 1} (key '{GgufKeys.SplitNumber}')"
            );
        }

        if (split.Count != first.Count || split.TensorCount != first.TensorCount)
        {
            throw Bad(
                $"part {index + 1} speaks of {split.Count} parts and {split.TensorCount} tensors, the first of {first.Count} and {first.TensorCount}"
            );
        }
    }

    private static void RequireTensors(IReadOnlyList<GgufFile> parts)
    {
        if (parts[0].Split is not { } split)
        {
            return;
        }

        int found = parts.Sum(part => part.Tensors.Count);
        if (found != split.TensorCount)
        {
            throw Bad(
                $"its parts hold {found} tensors where the key '{GgufKeys.SplitTensorCount}' says {split.TensorCount}"
            );
        }

        HashSet<string> names = new(found, StringComparer.Ordinal);
        foreach (GgufTensor tensor in parts.SelectMany(part => part.Tensors))
        {
            if (!names.Add(tensor.Name))
            {
                throw Bad($"tensor '{tensor.Name}' is in two of its parts");
            }
        }
    }

    private static InvalidModelException Bad(string what) =>
        new($"The split model is incomplete or mixed up: {what}; fetch all of its parts again.");
}
