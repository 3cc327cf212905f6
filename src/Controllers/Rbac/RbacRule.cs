namespace LlmOperator.Controllers.Rbac;

/// <summary>One resource and all that may be done with it in one scope.</summary>
public sealed record RbacRule
{
    /// <summary>API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>Plural of the kind, with <c>/subresource</c> if there is one.</summary>
    public required string Resource { get; init; }

    /// <summary>Where it holds.</summary>
    public required RbacScope Scope { get; init; }

    /// <summary>Verbs, sorted.</summary>
    public required IReadOnlyList<string> Verbs { get; init; }
}
