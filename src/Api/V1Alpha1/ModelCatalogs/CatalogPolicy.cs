namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a catalog means for models that it does not list.</summary>
public enum CatalogPolicy
{
    /// <summary>They are allowed.</summary>
    Open,

    /// <summary>They are refused.</summary>
    CatalogOnly,
}
