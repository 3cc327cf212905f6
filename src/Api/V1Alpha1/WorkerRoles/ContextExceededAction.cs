namespace LlmOperator.Api.V1Alpha1;

/// <summary>What happens at a target where a share of the context is exceeded.</summary>
public enum ContextExceededAction
{
    /// <summary>The target is left out; when none is left the request is refused with the number of tokens that are too many.</summary>
    Refuse,

    /// <summary>Tools are left out from the end of the list until the rest fits, at least one stays; the header <c>x-llm-dropped</c> names them. A system prompt that is too long is refused.</summary>
    DropTools,
}
