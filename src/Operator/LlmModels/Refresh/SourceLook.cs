namespace LlmOperator.Operator.LlmModels.Refresh;

/// <summary>What is remembered of the looks at one variant's source. Immutable.</summary>
internal sealed record SourceLook
{
    /// <summary>Generation of the model's spec that was looked at.</summary>
    public required long Generation { get; init; }

    /// <summary>Timestamp from which <see cref="Wait"/> runs.</summary>
    public required long Since { get; init; }

    /// <summary>Time to the next look; null when none is due by itself.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Looks that failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>What is told of it; null for nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>Why what the source means by now was refused; null when it was not.</summary>
    public string? Refused { get; init; }
}
