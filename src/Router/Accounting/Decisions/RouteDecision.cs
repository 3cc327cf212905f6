namespace LlmOperator.Router.Accounting.Decisions;

/// <summary>Why one request went where it went. Names, numbers and reasons; nothing of its content.</summary>
internal sealed record RouteDecision
{
    /// <summary>The request's id, as the response header <c>x-request-id</c> has it.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Name of the caller.</summary>
    public required string Caller { get; init; }

    /// <summary>Name that the client asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Namespace and name of the role; null for none.</summary>
    public string? Role { get; init; }

    /// <summary>Namespace and name of the policy; null for none.</summary>
    public string? Policy { get; init; }

    public required string Mode { get; init; }

    /// <summary>Rule that decided; null for none.</summary>
    public string? Rule { get; init; }

    /// <summary>Tokens of the prompt: estimated, or counted by an engine.</summary>
    public int PromptTokens { get; init; }

    /// <summary>How hard the task seemed; null when no rule asked.</summary>
    public DecidedComplexity? Complexity { get; init; }

    /// <summary>Data classes with what they were found by, for example <c>Secret (github-token)</c>.</summary>
    public IReadOnlyList<string> DataClasses { get; init; } = [];

    /// <summary>The candidates in order.</summary>
    public IReadOnlyList<DecidedCandidate> Candidates { get; init; } = [];

    /// <summary>Targets that were left out, each with its reason.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Where a copy was to go, or why it may not; null when none was wanted.</summary>
    public string? Shadow { get; init; }

    /// <summary>What was tried, in order, and how it ended.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    public string? Target { get; init; }

    public required string Outcome { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public int? FirstTokenMilliseconds { get; init; }

    public int? TotalMilliseconds { get; init; }
}
