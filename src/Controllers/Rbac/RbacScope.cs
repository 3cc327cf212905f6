namespace LlmOperator.Controllers.Rbac;

/// <summary>Where a permission holds.</summary>
public enum RbacScope
{
    /// <summary>In every namespace, or for a kind that has none.</summary>
    Cluster,

    /// <summary>In the namespace that the product is installed in.</summary>
    OwnNamespace,

    /// <summary>For objects that whoever installs the product names, a namespace and a name each.</summary>
    NamedObjects,
}
