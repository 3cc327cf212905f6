namespace LlmOperator.ApiServer.Writing;

/// <summary>How a write is to be carried out.</summary>
internal sealed record WriteOptions
{
    public bool DryRun { get; init; }
    public string FieldManager { get; init; } = "unknown";

    /// <summary>False when the manager was guessed from the user agent.</summary>
    public bool HasFieldManager { get; init; }

    /// <summary>Lets an apply take fields from their managers.</summary>
    public bool Force { get; init; }

    /// <summary>True for server-side apply, which works out the managed fields itself.</summary>
    public bool IsApply { get; init; }

    /// <summary><c>status</c>, <c>scale</c>, or empty.</summary>
    public string Subresource { get; init; } = "";
    public FieldValidation FieldValidation { get; init; }

    /// <summary>True for PUT, whose body must say which state it replaces.</summary>
    public bool RequiresResourceVersion { get; init; }

    /// <summary>The bytes of a patch, shown when it has fields that nobody knows.</summary>
    public string? Patch { get; init; }
}
