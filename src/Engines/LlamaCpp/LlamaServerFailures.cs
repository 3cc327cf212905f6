namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Turns an end during start into one sentence.</summary>
internal static class LlamaServerFailures
{
    public static EngineException Of(EngineExit exit, EngineLaunch launch)
    {
        if (exit.OutOfMemory)
        {
            return new EngineException(
                EngineFailure.OutOfMemory,
                $"The engine ran out of memory while it loaded '{launch.Alias}'; use a smaller context, cache format or quantization."
            )
            {
                Exit = exit,
            };
        }

        if (exit.FailedCheck is not null)
        {
            return new EngineException(
                EngineFailure.Exited,
                $"{exit.Describe()} This build cannot load '{launch.Alias}' so; try another cache format (spec.kvCacheTypes) or fewer parallel sequences, or use another build of the engine."
            )
            {
                Exit = exit,
            };
        }

        string? reason = exit.LastLines.Select(Reason).FirstOrDefault(text => text is not null);
        return reason is not null
            ? new EngineException(
                EngineFailure.ModelRejected,
                $"The engine refused '{launch.Alias}': {reason}."
            )
            {
                Exit = exit,
            }
            : new EngineException(
                EngineFailure.Exited,
                $"The engine ended while it loaded '{launch.Alias}': {exit.Describe()} Its last line: {LineTail.LastOf(exit.LastLines) ?? "none"}"
            )
            {
                Exit = exit,
            };
    }

    // 0.00.005.123 E llama_model_load: error loading model: unknown model architecture: 'x'
    // error: invalid argument: --x
    private static string? Reason(string line)
    {
        foreach (
            string marker in (string[])["error loading model: ", "error: ", "error while handling argument "]
        )
        {
            int start = line.IndexOf(marker, StringComparison.Ordinal);
            if (start >= 0)
            {
                return line[(start + marker.Length)..].TrimEnd('.', ' ');
            }
        }

        return null;
    }
}
